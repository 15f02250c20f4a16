package merge

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/diff"
)

// A source is a text with its line endings made plain. Parsers count carriage
// returns in some places and not in others, so all positions are those of lf.
type source struct {
	raw     []byte
	lf      string
	returns []int // where in lf a line ends that ends with CRLF in raw
	eol     string
}

func newSource(raw []byte) source {
	s := source{raw: raw, eol: lineEnding(raw)}
	if bytes.IndexByte(raw, '\r') < 0 {
		s.lf = string(raw)
		return s
	}
	var lf strings.Builder
	for line := range bytes.Lines(raw) {
		if plain, ok := bytes.CutSuffix(line, []byte("\r\n")); ok {
			lf.Write(plain)
			s.returns = append(s.returns, lf.Len())
			lf.WriteByte('\n')
		} else {
			lf.Write(line)
		}
	}
	s.lf = lf.String()
	return s
}

// inRaw returns the place in raw of one in lf; that of a line's end lies
// before its carriage return.
func (s *source) inRaw(at int) int {
	before, _ := slices.BinarySearch(s.returns, at)
	return at + before
}

// An edit puts text, with plain line endings, in the place of [start, end).
type edit struct {
	start, end int
	text       string
}

// sortEdits puts edits in order: at one place insertions come first, in the
// order that they have.
func sortEdits(edits []edit) error {
	slices.SortStableFunc(edits, func(a, b edit) int {
		return cmp.Or(a.start-b.start, min(1, a.end-a.start)-min(1, b.end-b.start))
	})
	for i := 1; i < len(edits); i++ {
		if edits[i].start < edits[i-1].end {
			return errors.New("two changes fall on the same place")
		}
	}
	return nil
}

// plain applies sorted edits to lf.
func (s *source) plain(edits []edit) string {
	var out strings.Builder
	at := 0
	for _, e := range edits {
		out.WriteString(s.lf[at:e.start])
		out.WriteString(e.text)
		at = e.end
	}
	out.WriteString(s.lf[at:])
	return out.String()
}

// apply applies sorted edits to raw, with raw's line endings.
func (s *source) apply(edits []edit) []byte {
	if len(edits) == 0 {
		return s.raw
	}
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(s.raw[at:s.inRaw(e.start)])
		if s.eol == "\n" {
			out.WriteString(e.text)
		} else {
			out.WriteString(strings.ReplaceAll(e.text, "\n", s.eol))
		}
		at = s.inRaw(e.end)
	}
	out.Write(s.raw[at:])
	return out.Bytes()
}

// lineOf returns the line, from 1, that a place in lf has once the sorted
// edits are applied.
func (s *source) lineOf(at int, edits []edit) int {
	line := 1 + strings.Count(s.lf[:at], "\n")
	for _, e := range edits {
		if e.end <= at && (e.start < at || e.start == e.end) {
			line += strings.Count(e.text, "\n") - strings.Count(s.lf[e.start:e.end], "\n")
		}
	}
	return line
}

// rewrite returns the edits that make text of [start, end), line by line.
func (s *source) rewrite(start, end int, text string) []edit {
	old, lines := diff.Split([]byte(s.lf[start:end])), diff.Split([]byte(text))
	offsets := make([]int, len(old)+1)
	offsets[0] = start
	for i, line := range old {
		offsets[i+1] = offsets[i] + len(line)
	}
	var edits []edit
	for _, e := range diff.Lines(old, lines) {
		edits = append(edits, edit{offsets[e.Start], offsets[e.End], strings.Join(lines[e.NewStart:e.NewEnd], "")})
	}
	return edits
}

// cut returns the edit that removes [start, end): with its lines when nothing
// else is on them, and with the blank lines on one side when others, or the
// end of the file or of the parentheses, are on the other.
func (s *source) cut(start, end int) edit {
	from, to := s.lineStart(start), s.lineEnd(end)
	if strings.TrimSpace(s.lf[from:start]) != "" || strings.TrimSpace(s.lf[end:to]) != "" {
		return edit{start: start, end: end}
	}
	to = s.nextLine(to)
	if strings.HasSuffix(s.lf[:from], "(\n") {
		for to < len(s.lf) && s.blankLine(to) {
			to = s.nextLine(to)
		}
	}
	if next := s.lf[to:s.lineEnd(to)]; s.blankLine(to) || strings.HasPrefix(next, ")") {
		for from > 0 && s.blankLine(from-1) {
			from = s.lineStart(from - 1)
		}
	}
	return edit{start: from, end: to}
}

// nextLine returns where the line after that of a place begins.
func (s *source) nextLine(at int) int { return min(s.lineEnd(at)+1, len(s.lf)) }

func (s *source) blankLine(at int) bool {
	return strings.TrimSpace(s.lf[s.lineStart(at):s.lineEnd(at)]) == ""
}

// lineStart returns where the line of a place begins.
func (s *source) lineStart(at int) int { return strings.LastIndexByte(s.lf[:at], '\n') + 1 }

// lineEnd returns where the line of a place ends, before its newline.
func (s *source) lineEnd(at int) int {
	if n := strings.IndexByte(s.lf[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(s.lf)
}
