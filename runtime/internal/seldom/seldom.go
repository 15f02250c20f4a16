// Package seldom keeps log lines from coming too often.
package seldom

import (
	"sync"
	"time"
)

// pause is the least time between two lines.
const pause = time.Minute

// A Line is one that tells how often something happened. The zero value may
// come at once. Its method may be called from any goroutine.
type Line struct {
	mu   sync.Mutex
	n    uint64
	told time.Time
}

// Next adds to what there is to tell, and returns it all when it is time to.
func (l *Line) Next(n uint64) (total uint64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n += n
	now := time.Now()
	if now.Sub(l.told) < pause {
		return 0, false
	}
	total, l.n, l.told = l.n, 0, now
	return total, true
}
