package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer is a position in a field's text.
type lexer struct {
	*parser
	field *Field
	text  Text
	s     string
	pos   int
}

// fail reports what stands between start and the current position, or the
// next rune when nothing was read.
func (l *lexer) fail(start int, code, format string, args ...any) *Diagnostic {
	end := l.pos
	if end <= start {
		_, size := utf8.DecodeRuneInString(l.s[start:])
		end = start + size
	}
	return l.errorf(l.text.At(start, end), code, format, args...)
}

func (l *lexer) space() {
	l.pos = len(l.s) - len(strings.TrimLeftFunc(l.s[l.pos:], unicode.IsSpace))
}

// accept skips spaces and then token, if it comes next.
func (l *lexer) accept(token string) bool {
	l.space()
	if !strings.HasPrefix(l.s[l.pos:], token) {
		return false
	}
	l.pos += len(token)
	return true
}

func (l *lexer) done() bool {
	l.space()
	return l.pos == len(l.s)
}

// word reads letters, digits, _ and -, "" when something else comes next.
func (l *lexer) word() (word string, start int) {
	l.space()
	start = l.pos
	for l.pos < len(l.s) {
		r, size := utf8.DecodeRuneInString(l.s[l.pos:])
		inside := l.pos > start && r == '-' && !strings.HasPrefix(l.s[l.pos:], "->")
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && !inside {
			break
		}
		l.pos += size
	}
	return l.s[start:l.pos], start
}

// rest shows what comes next in a message.
func (l *lexer) rest() string {
	if l.done() {
		return "the end"
	}
	return Quote(l.s[l.pos:])
}
