package project

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

const (
	journalHeader = "featherscaffold journal 1"
	journalEnd    = "end"
)

// formatJournal writes what a transaction does, without the files' bytes:
//
//	featherscaffold journal 1
//	dir "internal/gen"
//	put "go.mod" <hash before or -> <hash after>
//	remove "old.go" <hash before>
//	end
//
// dirs are the folders that the transaction creates, outermost first.
func formatJournal(dirs []string, ops []op) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, journalHeader)
	for _, dir := range dirs {
		fmt.Fprintf(&b, "dir %q\n", dir)
	}
	for _, o := range ops {
		before := o.old
		if before == "" {
			before = "-"
		}
		if o.remove {
			fmt.Fprintf(&b, "remove %q %s\n", o.path, before)
		} else {
			fmt.Fprintf(&b, "put %q %s %s\n", o.path, before, o.hash)
		}
	}
	fmt.Fprintln(&b, journalEnd)
	return b.Bytes()
}

// parseJournal is the reverse of formatJournal; the ops come without data.
func parseJournal(data []byte) (dirs []string, ops []op, err error) {
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if len(lines) < 2 || lines[0] != journalHeader || lines[len(lines)-1] != journalEnd {
		return nil, nil, fmt.Errorf("it is cut short or of another version")
	}
	for i, line := range lines[1 : len(lines)-1] {
		o, isDir, err := parseJournalLine(line)
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", i+2, err)
		}
		if isDir {
			dirs = append(dirs, o.path)
		} else {
			ops = append(ops, o)
		}
	}
	return dirs, ops, nil
}

func parseJournalLine(line string) (o op, isDir bool, err error) {
	verb, rest, _ := strings.Cut(line, " ")
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return op{}, false, fmt.Errorf("path is not quoted properly")
	}
	if o.path, err = strconv.Unquote(quoted); err != nil {
		return op{}, false, err
	}
	hashes := strings.Fields(rest[len(quoted):])
	for i, hash := range hashes {
		if hash == "-" && i == 0 {
			hashes[i] = ""
		} else if !isHash(hash) {
			return op{}, false, fmt.Errorf("%q is no hash", hash)
		}
	}
	switch {
	case verb == "dir" && len(hashes) == 0:
		return o, true, nil
	case verb == "put" && len(hashes) == 2:
		o.old, o.hash = hashes[0], hashes[1]
	case verb == "remove" && len(hashes) == 1:
		o.old, o.remove = hashes[0], true
	default:
		return op{}, false, fmt.Errorf("%q is not understood", line)
	}
	return o, false, nil
}
