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
//	# generator v1.2.3
//	# runtime copy
//	# spec 0f3c…
//	README.md merge README.md@51a0… 51a0… 51a0… -
//	services/users/users.go stub services/service/service.go@07de… 90b1… 90b1… users
//
// The columns of an entry are path, class, template, hash of what was rendered,
// hash of what was written, the service that it is about and, for a file in
// conflict, the hash of the version that waits in incoming. A dash stands for
// none; what would not survive is quoted as in Go. The two hashes differ where
// the user had a hand in what was written. A file that the plan does not give
// to the user and whose class is once was ejected.
type lock struct {
	generator string // version of the command
	runtime   string
	spec      string
	entries   map[string]entry
}

type entry struct {
	class    plan.Class
	template string // name and hash, "" for none
	render   string
	disk     string
	unit     string
	pending  string // "" unless a version of ours waits in incoming

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
	case "generator":
		l.generator = value
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
	words, err := splitWords(line)
	if err != nil {
		return err
	}
	if len(words) != 6 && len(words) != 7 {
		return fmt.Errorf("want path, class, template, two hashes and service, got %q", line)
	}
	e := entry{class: plan.Class(words[1]), template: words[2], render: words[3], disk: words[4], unit: words[5]}
	if len(words) == 7 {
		e.pending = words[6]
	}
	for _, hash := range slices.Concat(words[3:5], words[6:]) {
		if !isHash(hash) {
			return fmt.Errorf("%q is no hash", hash)
		}
	}
	path := words[0]
	if err := checkPath(path); err != nil {
		return err
	}
	if !knownClass(e.class) {
		return fmt.Errorf("unknown class %q", e.class)
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

// splitWords splits a line at its spaces. Words may be quoted; a dash becomes
// the empty word.
func splitWords(line string) (words []string, err error) {
	for line = strings.TrimLeft(line, " "); line != ""; line = strings.TrimLeft(line, " ") {
		if line[0] != '"' {
			word, rest, _ := strings.Cut(line, " ")
			if word == "-" {
				word = ""
			}
			words, line = append(words, word), rest
			continue
		}
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return nil, fmt.Errorf("not quoted properly: %q", line)
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, err
		}
		words, line = append(words, word), line[len(quoted):]
	}
	return words, nil
}

// format returns the lock's bytes; equal locks give equal bytes.
func (l *lock) format() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# featherscaffold lock %d\n# generator %s\n# runtime %s\n# spec %s\n", lockVersion, l.generator, l.runtime, l.spec)
	for _, path := range slices.Sorted(maps.Keys(l.entries)) {
		e := l.entries[path]
		fmt.Fprintf(&b, "%s %s %s %s %s %s", quoteWord(path), e.class, quoteWord(e.template), e.render, e.disk, quoteWord(e.unit))
		if e.pending != "" {
			b.WriteString(" " + e.pending)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func quoteWord(word string) string {
	if word == "" {
		return "-"
	}
	quoted := strconv.Quote(word)
	if quoted[1:len(quoted)-1] != word || strings.ContainsAny(word, " #") || word == "-" || isConflictMarker(word) {
		return quoted
	}
	return word
}
