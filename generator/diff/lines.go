// Package diff finds the lines in which two texts differ, and prints them.
package diff

import "strings"

// An Edit puts the lines [NewStart, NewEnd) of one text in the place of the
// lines [Start, End) of another. Lines are counted from 0.
type Edit struct {
	Start, End       int
	NewStart, NewEnd int
}

// Split returns the lines of a text, each with its line ending.
func Split(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	lines := strings.SplitAfter(string(text), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	}
	return lines
}

// work bounds what Lines does for two texts that have little in common: about
// a tenth of a second.
const work = 20_000_000

// Lines returns the edits that make b of a, in order; between two of them lies
// a common line or more. Few lines are edited, the fewest where that is cheap:
// what is too different is replaced as one.
func Lines(a, b []string) []Edit {
	ids := make(map[string]int, len(a))
	d := &differ{a: intern(ids, a), b: intern(ids, b), budget: work}
	d.seen = make([]occurrence, len(ids))
	d.diff(span{0, len(a), 0, len(b)}, true)
	return d.edits
}

// intern numbers lines, equal ones alike.
func intern(ids map[string]int, lines []string) []int {
	list := make([]int, len(lines))
	for i, line := range lines {
		id, ok := ids[line]
		if !ok {
			id = len(ids)
			ids[line] = id
		}
		list[i] = id
	}
	return list
}

// A span is a part of a beside a part of b.
type span struct{ a0, a1, b0, b1 int }

type differ struct {
	a, b   []int
	edits  []Edit
	budget int
	seen   []occurrence // by line, all zero between uses

	forward, backward []int // of middle
}

// diff adds the edits of a span. Below a split where no anchor was found it
// looks for none: that would no longer be the fewest edits.
func (d *differ) diff(s span, anchored bool) {
	for s.a0 < s.a1 && s.b0 < s.b1 && d.a[s.a0] == d.b[s.b0] {
		s.a0++
		s.b0++
	}
	for s.a0 < s.a1 && s.b0 < s.b1 && d.a[s.a1-1] == d.b[s.b1-1] {
		s.a1--
		s.b1--
	}
	if s.a0 == s.a1 && s.b0 == s.b1 {
		return
	}
	d.budget -= s.a1 - s.a0 + s.b1 - s.b0
	if s.a0 == s.a1 || s.b0 == s.b1 || d.budget < 0 {
		d.replace(s)
		return
	}
	if anchored {
		if anchors := d.anchors(s); len(anchors) > 0 {
			d.between(s, anchors)
			return
		}
	}
	x, y, ok := d.middle(s)
	if !ok {
		d.replace(s)
		return
	}
	d.diff(span{s.a0, x, s.b0, y}, false)
	d.diff(span{x, s.a1, y, s.b1}, false)
}

// between looks for edits in the parts that the anchors leave.
func (d *differ) between(s span, anchors []anchor) {
	for _, at := range anchors {
		d.diff(span{s.a0, at.a, s.b0, at.b}, true)
		s.a0, s.b0 = at.a+1, at.b+1
	}
	d.diff(s, true)
}

// replace adds an edit, or makes the last one longer when they touch.
func (d *differ) replace(s span) {
	if n := len(d.edits) - 1; n >= 0 && d.edits[n].End == s.a0 && d.edits[n].NewEnd == s.b0 {
		d.edits[n].End, d.edits[n].NewEnd = s.a1, s.b1
		return
	}
	d.edits = append(d.edits, Edit{s.a0, s.a1, s.b0, s.b1})
}
