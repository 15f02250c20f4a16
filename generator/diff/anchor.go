package diff

import "slices"

// An anchor is a line that is once in each part.
type anchor struct{ a, b int }

// An occurrence counts a line in both parts, and tells where it was last.
type occurrence struct{ inA, inB, a, b int }

// anchors returns the longest list of lines, in the order of both texts, of
// which each is once in each part. People mean these to correspond: blank
// lines and closing braces are no such lines.
func (d *differ) anchors(s span) []anchor {
	for i := s.a0; i < s.a1; i++ {
		o := &d.seen[d.a[i]]
		o.inA, o.a = o.inA+1, i
	}
	for i := s.b0; i < s.b1; i++ {
		o := &d.seen[d.b[i]]
		o.inB, o.b = o.inB+1, i
	}
	var list []anchor
	for i := s.a0; i < s.a1; i++ {
		if o := d.seen[d.a[i]]; o.inA == 1 && o.inB == 1 {
			list = append(list, anchor{o.a, o.b})
		}
	}
	for _, id := range d.a[s.a0:s.a1] {
		d.seen[id] = occurrence{}
	}
	for _, id := range d.b[s.b0:s.b1] {
		d.seen[id] = occurrence{}
	}
	return rising(list)
}

// rising returns the longest part of the list, which is sorted by a, that is
// sorted by b too.
func rising(list []anchor) []anchor {
	var ends []int // ends[n] is the best end of a part of n+1 anchors
	before := make([]int, len(list))
	for i, at := range list {
		n, _ := slices.BinarySearchFunc(ends, at.b, func(j, b int) int { return list[j].b - b })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	best := make([]anchor, len(ends))
	if len(ends) == 0 {
		return nil
	}
	for i, n := ends[len(ends)-1], len(ends)-1; n >= 0; i, n = before[i], n-1 {
		best[n] = list[i]
	}
	return best
}
