package bus

import (
	"context"
	"math/rand/v2"
	"time"
)

// How long a backoff waits.
const (
	minPause = 20 * time.Millisecond
	maxPause = 250 * time.Millisecond
)

// A backoff waits longer after each failure in a row; by chance a little more,
// so that the processes of an app do not come back all at once.
type backoff struct{ last time.Duration }

// pause reports false when ctx ended.
func (b *backoff) pause(ctx context.Context) bool {
	b.last = min(max(2*b.last, minPause), maxPause)
	t := time.NewTimer(b.last + rand.N(b.last/4))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (b *backoff) reset() { b.last = 0 }
