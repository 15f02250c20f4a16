package project

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/plan"
)

const lockVersion = 1

// A lock is what the last run left in the project: a header and one entry a
// file, by path.
//
//	# featherscaffold lock 1
//	# runtime copy
//	# spec 0f3c…
//	cmd/chat/main.go merge 51a0… 51a0…
//
// The columns of an entry are path, class, hash of what was rendered, hash of
// what was written (it differs for go.mod, which is merged) and, for a file in
// conflict, the hash of the version that waits in incoming. A path with
// characters that would not survive is quoted as in Go.
type lock struct {
	runtime string
	spec    string
	entries map[string]entry
}

type entry struct {
	class   plan.Class
	render  string
	disk    string
	pending string // "" unless a version of ours waits in incoming

	// also holds disk hashes of the same path on the other sides of a merge
	// conflict in the lock: those bytes are the generator's, too.
	also []string
}

// wrote reports whether a file with this hash is as a run has written it.
func (e entry) wrote(hash string) bool {
	return hash == e.disk || slices.Contains(e.also, hash)
}

// parseLock reads a lock, also one with git's conflict markers in it: both
// sides count, the later one wins where they disagree.
func parseLock(data []byte) (*lock, error) {
	l := &lock{entries: map[string]entry{}}
	n, versioned := 0, false
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || isConflictMarker(line) {
			continue
		}
		header, isHeader := strings.CutPrefix(line, "# ")
		if !isHeader {
			if err := l.parseEntry(line); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", lockPath, n, err)
			}
			continue
		}
		version, err := l.parseHeader(header)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", lockPath, n, err)
		}
		versioned = versioned || version
	}
	if !versioned {
		return nil, fmt.Errorf("%s: no line with the format's version; restore the file from version control", lockPath)
	}
	return l, nil
}

func isConflictMarker(line string) bool {
	for _, marker := range []string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"} {
		if rest, ok := strings.CutPrefix(line, marker); ok && (rest == "" || rest[0] == ' ') {
			return true
		}
	}
	return false
}

func (l *lock) parseHeader(header string) (version bool, err error) {
	key, value, _ := strings.Cut(header, " ")
	switch key {
	case "featherscaffold":
		number, err := strconv.Atoi(strings.TrimPrefix(value, "lock "))
		if err != nil {
			return false, fmt.Errorf("format version %q is not a number", value)
		}
		if number > lockVersion {
			return false, fmt.Errorf("written by a newer featherscaffold (format %d, this one knows %d): update the command", number, lockVersion)
		}
		return true, nil
	case "runtime":
		l.runtime = value
	case "spec":
		l.spec = value
	default:
		return false, fmt.Errorf("unknown header %q", key)
	}
	return false, nil
}

func (l *lock) parseEntry(line string) error {
	path, rest, err := cutPath(line)
	if err != nil {
		return err
	}
	fields := strings.Fields(rest)
	if len(fields) != 3 && len(fields) != 4 {
		return fmt.Errorf("want path, class and hashes, got %q", line)
	}
	for _, hash := range fields[1:] {
		if !isHash(hash) {
			return fmt.Errorf("%q is no hash", hash)
		}
	}
	if err := checkPath(path); err != nil {
		return err
	}
	e := entry{class: plan.Class(fields[0]), render: fields[1], disk: fields[2]}
	if !knownClass(e.class) {
		return fmt.Errorf("unknown class %q", e.class)
	}
	if len(fields) == 4 {
		e.pending = fields[3]
	}
	if before, twice := l.entries[path]; twice {
		e.also = append(before.also, before.disk)
	}
	l.entries[path] = e
	return nil
}

func knownClass(c plan.Class) bool {
	return c == plan.Generated || c == plan.Stub || c == plan.Merge || c == plan.Once
}

func cutPath(line string) (path, rest string, err error) {
	if !strings.HasPrefix(line, `"`) {
		path, rest, _ = strings.Cut(line, " ")
		return path, rest, nil
	}
	quoted, err := strconv.QuotedPrefix(line)
	if err != nil {
		return "", "", fmt.Errorf("path is not quoted properly: %q", line)
	}
	path, err = strconv.Unquote(quoted)
	return path, line[len(quoted):], err
}

// format returns the lock's bytes; equal locks give equal bytes.
func (l *lock) format() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# featherscaffold lock %d\n# runtime %s\n# spec %s\n", lockVersion, l.runtime, l.spec)
	for _, path := range slices.Sorted(maps.Keys(l.entries)) {
		e := l.entries[path]
		fmt.Fprintf(&b, "%s %s %s %s", quotePath(path), e.class, e.render, e.disk)
		if e.pending != "" {
			b.WriteString(" " + e.pending)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func quotePath(path string) string {
	quoted := strconv.Quote(path)
	if quoted[1:len(quoted)-1] != path || strings.ContainsAny(path, " #") || isConflictMarker(path) {
		return quoted
	}
	return path
}
