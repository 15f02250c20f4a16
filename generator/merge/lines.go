package merge

import (
	"bytes"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/diff"
)

// Lines merges line by line. Where both changed the same lines, or lines that
// touch each other, the user's stay. How lines end is no difference: the user's
// line endings win, and the end of the last line with them.
func Lines(base, user, ours []byte) (merged []byte, conflicts []Conflict) {
	return mergeLines(base, user, ours, keepUser)
}

// Markers merges as Lines does, and writes both versions of a conflict between
// markers as git does.
func Markers(base, user, ours []byte) (merged []byte, conflicts []Conflict) {
	return mergeLines(base, user, ours, markers)
}

// mergeLines is Lines or Markers.
func mergeLines(base, user, ours []byte, s style) ([]byte, []Conflict) {
	if merged, ok := trivial(base, user, ours); ok {
		return merged, nil
	}
	m := newLineMerge(base, user, ours)
	m.style = s
	m.run()
	return m.finish(base, user, ours), m.conflicts
}

// trivial returns the merged text where one side changed nothing.
func trivial(base, user, ours []byte) ([]byte, bool) {
	switch {
	case bytes.Equal(base, user):
		return ours, true
	case bytes.Equal(base, ours), bytes.Equal(user, ours):
		return user, true
	}
	return nil, false
}

// A lineMerge walks over the lines that all three texts share.
type lineMerge struct {
	style            style
	base, user, ours text
	eol              string
	toUser, toOurs   []diff.Edit // of base, what is still ahead

	out       bytes.Buffer
	line      int // lines in out
	conflicts []Conflict
}

// A text is lines as they are, and without their endings.
type text struct{ lines, bare []string }

func newText(src []byte) text {
	t := text{lines: diff.Split(src)}
	t.bare = make([]string, len(t.lines))
	for i, line := range t.lines {
		t.bare[i] = bare(line)
	}
	return t
}

// bare returns a line without its ending; a carriage return alone is none.
func bare(line string) string {
	if line, ended := strings.CutSuffix(line, "\n"); ended {
		return strings.TrimSuffix(line, "\r")
	}
	return line
}

func newLineMerge(base, user, ours []byte) *lineMerge {
	m := &lineMerge{base: newText(base), user: newText(user), ours: newText(ours), eol: lineEnding(user, ours)}
	m.toUser = diff.Lines(m.base.bare, m.user.bare)
	m.toOurs = diff.Lines(m.base.bare, m.ours.bare)
	return m
}

// lineEnding returns what most lines of the first text that has any end with.
func lineEnding(texts ...[]byte) string {
	for _, src := range texts {
		if all := bytes.Count(src, []byte("\n")); all > 0 {
			if bytes.Count(src, []byte("\r\n"))*2 > all {
				return "\r\n"
			}
			return "\n"
		}
	}
	return "\n"
}

func (m *lineMerge) run() {
	at := 0 // in the user's lines
	for len(m.toUser)+len(m.toOurs) > 0 {
		h := m.next()
		m.keep(m.user.lines[at:h.user0])
		at = h.user1
		m.hunk(h)
	}
	m.keep(m.user.lines[at:])
}

// A hunk is a run of lines that a side or both changed, in all three texts.
type hunk struct {
	base0, base1, user0, user1, ours0, ours1 int
	byUser, byOurs                           bool
}

// next takes the edits that touch each other.
func (m *lineMerge) next() hunk {
	h := hunk{base0: m.start(), base1: m.start()}
	var inUser, inOurs []diff.Edit
	for {
		switch {
		case len(m.toUser) > 0 && m.toUser[0].Start <= h.base1:
			h.base1 = max(h.base1, m.toUser[0].End)
			inUser, m.toUser = append(inUser, m.toUser[0]), m.toUser[1:]
		case len(m.toOurs) > 0 && m.toOurs[0].Start <= h.base1:
			h.base1 = max(h.base1, m.toOurs[0].End)
			inOurs, m.toOurs = append(inOurs, m.toOurs[0]), m.toOurs[1:]
		default:
			h.user0, h.user1 = project(inUser, m.toUser, h.base0, h.base1, len(m.user.lines)-len(m.base.lines))
			h.ours0, h.ours1 = project(inOurs, m.toOurs, h.base0, h.base1, len(m.ours.lines)-len(m.base.lines))
			h.byUser, h.byOurs = inUser != nil, inOurs != nil
			return h
		}
	}
}

// start returns the line of base where the next edit is.
func (m *lineMerge) start() int {
	start := len(m.base.lines)
	if len(m.toUser) > 0 {
		start = min(start, m.toUser[0].Start)
	}
	if len(m.toOurs) > 0 {
		start = min(start, m.toOurs[0].Start)
	}
	return start
}

// project returns where a side has the lines [start, end) of base. in are its
// edits among them, ahead those after; shift is what they all add.
func project(in, ahead []diff.Edit, start, end, shift int) (from, to int) {
	after := shift
	if len(ahead) > 0 {
		after = ahead[0].NewStart - ahead[0].Start
	}
	before := after
	if len(in) > 0 {
		before = in[0].NewStart - in[0].Start
	}
	return start + before, end + after
}

// hunk decides whose lines are taken.
func (m *lineMerge) hunk(h hunk) {
	user, ours := m.user.bare[h.user0:h.user1], m.ours.bare[h.ours0:h.ours1]
	switch {
	case !h.byOurs || slices.Equal(user, ours):
		m.keep(m.user.lines[h.user0:h.user1])
	case !h.byUser:
		m.take(ours)
	default:
		m.conflict(h)
	}
}

// conflict keeps what both sides agree on at the edges of a hunk, and the
// user's version of the rest.
func (m *lineMerge) conflict(h hunk) {
	same := 0
	for h.user0+same < h.user1 && h.ours0+same < h.ours1 && m.user.bare[h.user0+same] == m.ours.bare[h.ours0+same] {
		same++
	}
	m.keep(m.user.lines[h.user0 : h.user0+same])
	h.user0, h.ours0 = h.user0+same, h.ours0+same
	same = 0
	for h.user0 < h.user1-same && h.ours0 < h.ours1-same && m.user.bare[h.user1-1-same] == m.ours.bare[h.ours1-1-same] {
		same++
	}
	tail := m.user.lines[h.user1-same : h.user1]
	h.user1, h.ours1 = h.user1-same, h.ours1-same
	m.differ(h)
	m.keep(tail)
}

func (m *lineMerge) differ(h hunk) {
	ours := m.ours.bare[h.ours0:h.ours1]
	// Both put in the same lines, and one of them more beside.
	if h.base0 == h.base1 && h.user0 == h.user1 {
		m.take(ours)
		return
	}
	if h.base0 == h.base1 && h.ours0 == h.ours1 {
		m.keep(m.user.lines[h.user0:h.user1])
		return
	}
	from := m.line
	if m.style == markers {
		m.take([]string{"<<<<<<< yours"})
	}
	m.keep(m.user.lines[h.user0:h.user1])
	if m.style == markers {
		m.take([]string{"======="})
		m.take(ours)
		m.take([]string{">>>>>>> generated"})
	}
	m.conflicts = append(m.conflicts, Conflict{
		Line:  from + 1,
		Lines: m.line - from,
		User:  strings.Join(m.user.lines[h.user0:h.user1], ""),
		Ours:  strings.Join(m.ours.lines[h.ours0:h.ours1], ""),
	})
}

// keep writes lines of the user's.
func (m *lineMerge) keep(lines []string) {
	for _, line := range lines {
		m.endLine()
		m.out.WriteString(line)
		m.line++
	}
}

// take writes lines of ours, with the user's ending.
func (m *lineMerge) take(lines []string) {
	for _, line := range lines {
		m.endLine()
		m.out.WriteString(line)
		m.out.WriteString(m.eol)
		m.line++
	}
}

// endLine ends a last line of the user's that is no longer last.
func (m *lineMerge) endLine() {
	if b := m.out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
		m.out.WriteString(m.eol)
	}
}

// finish ends the last line as the user does, or as ours does where the user
// left that as it was.
func (m *lineMerge) finish(base, user, ours []byte) []byte {
	ended := endsLine(user)
	if ended == endsLine(base) {
		ended = endsLine(ours)
	}
	if m.out.Len() == 0 {
		return nil
	}
	if ended {
		m.endLine()
		return m.out.Bytes()
	}
	out := m.out.Bytes()
	last := bytes.LastIndexByte(out[:len(out)-1], '\n') + 1
	if line := bare(string(out[last:])); line != "" { // a blank line is its ending
		return append(out[:last], line...)
	}
	return out
}

func endsLine(src []byte) bool { return len(src) == 0 || src[len(src)-1] == '\n' }
