package diff

// middle returns a place on a shortest path of edits through a span, at which
// half of them are done. It is Myers's search from both ends ("An O(ND)
// Difference Algorithm and Its Variations", 1986), which needs no more memory
// than lines. Both parts have lines, and neither their first nor their last
// ones are equal. It is not ok when the budget is used up.
func (d *differ) middle(s span) (x, y int, ok bool) {
	n, m := s.a1-s.a0, s.b1-s.b0
	half := (n + m + 1) / 2
	zero := half + 1 // index of diagonal 0
	d.forward = resize(d.forward, 2*half+3)
	d.backward = resize(d.backward, 2*half+3)
	delta := n - m
	for depth := 0; depth <= half; depth++ {
		if d.budget -= 2*depth + 2; d.budget < 0 {
			return 0, 0, false
		}
		for k := -depth; k <= depth; k += 2 {
			x := furthest(d.forward, zero+k, depth, k)
			y := x - k
			for x < n && y < m && d.a[s.a0+x] == d.b[s.b0+y] {
				x++
				y++
				d.budget--
			}
			d.forward[zero+k] = x
			// Off the grid lies nothing that a path along its edge does not reach.
			back := delta - k
			if x <= n && y <= m && delta%2 != 0 && -depth < back && back < depth && x+d.backward[zero+back] >= n {
				return s.a0 + x, s.b0 + y, true
			}
		}
		for k := -depth; k <= depth; k += 2 {
			x := furthest(d.backward, zero+k, depth, k)
			y := x - k
			for x < n && y < m && d.a[s.a1-1-x] == d.b[s.b1-1-y] {
				x++
				y++
				d.budget--
			}
			d.backward[zero+k] = x
			back := delta - k
			if x <= n && y <= m && delta%2 == 0 && -depth <= back && back <= depth && x+d.forward[zero+back] >= n {
				return s.a1 - x, s.b1 - y, true
			}
		}
	}
	return 0, 0, false
}

// furthest returns where a path on diagonal k, kept at index i, starts at this
// depth.
func furthest(reached []int, i, depth, k int) int {
	if k == -depth || k != depth && reached[i-1] < reached[i+1] {
		return reached[i+1]
	}
	return reached[i-1] + 1
}

func resize(list []int, n int) []int {
	if cap(list) < n {
		return make([]int, n)
	}
	list = list[:n]
	clear(list)
	return list
}
