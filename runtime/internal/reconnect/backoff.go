// Package reconnect is about servers that are lost and come back: when to try
// again, and what the log has to be told.
package reconnect

import (
	"context"
	"math/rand/v2"
	"time"
)

// How long a Backoff waits, but for a quarter more by chance.
const (
	MinPause = 20 * time.Millisecond
	MaxPause = 250 * time.Millisecond
)

// A Backoff waits longer after each failure in a row; by chance a little more,
// so that the processes of an app do not come back all at once. The zero value
// is ready to use.
type Backoff struct{ last time.Duration }

// Pause reports false when ctx ended.
func (b *Backoff) Pause(ctx context.Context) bool {
	b.last = min(max(2*b.last, MinPause), MaxPause)
	t := time.NewTimer(b.last + rand.N(b.last/4))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Reset has the next pause be short.
func (b *Backoff) Reset() { b.last = 0 }
