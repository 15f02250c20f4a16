// Package dotenv reads a file of settings, .env, as the shell does that runs
// an app with them: NAME=value lines. What a shell would run or replace is an
// error, so that nothing is taken for something else.
package dotenv

import (
	"errors"
	"fmt"
	"strings"
)

// A Setting is a line of the file.
type Setting struct {
	Name, Value string
	Line        int // counted from 1
}

// Parse returns the settings in their order; a name may come twice, and the
// last counts. The error joins one for each line that is wrong, by its number:
// it does not tell the line's text, which may be a secret.
func Parse(data []byte) ([]Setting, error) {
	var (
		list []Setting
		errs []error
		n    int
	)
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		line = strings.TrimLeft(strings.TrimPrefix(line, "export "), " \t")
		name, text, ok := strings.Cut(line, "=")
		if !ok || !isName(name) {
			errs = append(errs, fmt.Errorf("line %d: want NAME=value", n))
			continue
		}
		value, err := unquote(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("line %d: %s: %w", n, name, err))
			continue
		}
		list = append(list, Setting{Name: name, Value: value, Line: n})
	}
	return list, errors.Join(errs...)
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

var (
	errUnclosed = errors.New("the quote is not closed on the line")
	errShell    = errors.New("a shell takes a character in it for its own; put the value in single quotes")
)

// unquote returns what a shell makes of a value.
func unquote(text string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			end := strings.IndexByte(text[i+1:], '\'')
			if end < 0 {
				return "", errUnclosed
			}
			b.WriteString(text[i+1 : i+1+end])
			i += end + 1
		case c == '"':
			n, err := quoted(&b, text[i+1:])
			if err != nil {
				return "", err
			}
			i += n
		case c == '\\':
			if i++; i == len(text) {
				return "", errUnclosed
			}
			b.WriteByte(text[i])
		case c == ' ' || c == '\t':
			rest := strings.TrimLeft(text[i:], " \t")
			if rest == "" || rest[0] == '#' {
				return b.String(), nil
			}
			return "", errShell
		case strings.IndexByte("$`;&|<>()", c) >= 0:
			return "", errShell
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

// quoted adds what stands in double quotes, and returns how much of the text
// that was with the closing quote.
func quoted(b *strings.Builder, text string) (int, error) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			return i + 1, nil
		case '$', '`':
			return 0, errShell
		case '\\':
			if i++; i == len(text) {
				return 0, errUnclosed
			}
			if strings.IndexByte("$`\"\\", text[i]) < 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return 0, errUnclosed
}
