// Package missed counts events that were lost, until somebody is told.
package missed

import "sync"

// A Count is of events that nobody was told of yet. Its methods may be called
// from any goroutine.
type Count struct {
	mu      sync.Mutex
	due     bool // there is something to tell
	n       uint64
	unknown bool // nobody knows how many it were
}

// Add counts n events, or some if n is 0. It reports whether there was nothing
// to tell before.
func (c *Count) Add(n uint64) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first, c.due = !c.due, true
	c.n += n
	c.unknown = c.unknown || n == 0
	return first
}

// Take returns how many events were lost, 0 when that is not known, and begins
// anew.
func (c *Count) Take() (n uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.unknown {
		n = c.n
	}
	c.due, c.n, c.unknown = false, 0, false
	return n
}
