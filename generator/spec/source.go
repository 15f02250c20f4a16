package spec

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// A Span is where a piece of the spec stands: a line and a range of columns,
// both counted from 1, columns in runes, EndCol exclusive. The zero Span
// stands for something that the spec does not contain.
type Span struct {
	Line, Col, EndCol int
}

// IsZero reports whether s points nowhere.
func (s Span) IsZero() bool { return s.Line == 0 }

// source is the spec's text with an index of its lines.
type source struct {
	text   string
	starts []int // byte offset of every line
	fixed  Span  // place of everything in a fragment, zero in a spec

	// last is where from stopped: texts are mostly asked for in the order of
	// the file, and a line may hold all of it.
	last struct{ line, col, offset int }
}

func newSource(text string) *source {
	s := &source{text: text, starts: []int{0}}
	for i := 0; i < len(text); {
		n := lineBreak(text[i:])
		if n == 0 {
			i++
			continue
		}
		i += n
		s.starts = append(s.starts, i)
	}
	return s
}

// lineBreak returns the length of the line break that text begins with. The
// set is the YAML scanner's, or lines would be counted differently here.
func lineBreak(text string) int {
	switch {
	case text[0] == '\n':
		return 1
	case strings.HasPrefix(text, "\r\n"):
		return 2
	case text[0] == '\r':
		return 1
	case strings.HasPrefix(text, "\u0085"):
		return 2
	case strings.HasPrefix(text, "\u2028"), strings.HasPrefix(text, "\u2029"):
		return 3
	}
	return 0
}

// line returns line n without its break, "" when there is no such line.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.starts) {
		return ""
	}
	text := s.text[s.starts[n-1]:]
	if n < len(s.starts) {
		text = s.text[s.starts[n-1]:s.starts[n]]
	}
	return strings.TrimRight(text, "\r\n\u0085\u2028\u2029")
}

// from returns the rest of a line that begins at a column, "" beyond its end.
func (s *source) from(line, col int) string {
	text := s.line(line)
	if s.last.line != line || s.last.col > col {
		s.last.line, s.last.col, s.last.offset = line, 1, 0
	}
	for ; s.last.col < col && s.last.offset < len(text); s.last.col++ {
		_, size := utf8.DecodeRuneInString(text[s.last.offset:])
		s.last.offset += size
	}
	if s.last.col < col {
		return ""
	}
	return text[s.last.offset:]
}

// at returns the position of a byte offset as a span of one column.
func (s *source) at(offset int) Span {
	line := sort.SearchInts(s.starts, offset+1)
	col := utf8.RuneCountInString(s.text[s.starts[line-1]:offset]) + 1
	return Span{Line: line, Col: col, EndCol: col + 1}
}
