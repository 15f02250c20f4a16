//go:build linux || darwin

package sync_test

import (
	"slices"
	"strings"
	"testing"
)

// TestClientsAreToldOfWhatWasLost has more wait for the broker than the outbox
// takes.
func TestClientsAreToldOfWhatWasLost(t *testing.T) {
	t.Parallel()
	for _, s := range backends {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			const each = 40
			more := strings.Repeat("x", 8<<10) // eight or so fit in the outbox
			b := s.start(t)
			network, url := through(t, b)
			a, other := start(t, "a", url, "APP_OUTBOX=65536"), start(t, "b", b.URL())
			f := launch(t, a, other)
			write := func(n int) {
				for range n {
					for _, c := range f.clients[:workers] { // those of a
						c.create(t.Context(), more)
					}
				}
			}
			write(3)
			f.caughtUp()
			network.Cut()
			a.connected(false)
			write(each)
			network.Heal()
			a.connected(true)
			write(1)
			f.caughtUp()
			f.checkTold(a, other)
		})
	}
}

// checkTold checks that the clients of an instance heard how many messages of
// another were lost, and all others in order.
func (f *fleet) checkTold(from, to *instance) {
	f.t.Helper()
	var overflowed uint64
	for _, id := range workerIDs() {
		n := from.stats(id).Overflowed
		if n == 0 {
			f.t.Errorf("the outbox of worker %s did not overflow", id)
		}
		overflowed += n
	}
	f.await("word of what was lost, which is gathered for a moment", func() bool {
		return !slices.ContainsFunc(f.clients, func(c *client) bool { return c.instance == to && c.told() < overflowed })
	})
	for _, id := range workerIDs() {
		if s := to.stats(id); s.Missed != overflowed {
			f.t.Errorf("worker %s missed %d messages, want %d: %+v", id, s.Missed, overflowed, s)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.clients {
		lost, again := c.mistakes()
		want := overflowed
		if c.instance == from {
			want = 0
		}
		if uint64(lost) != want || c.told() != want || again > 0 {
			f.t.Errorf("client %s missed %d messages, was told of %d (%v), and heard %d twice or late; want %d, %d, 0",
				c.name(), lost, c.told(), c.resyncs, again, want, want)
		}
	}
}

// told returns how many messages the client was told that it missed. The
// fleet's mu is held.
func (c *client) told() (n uint64) {
	for _, missed := range c.resyncs {
		n += missed
	}
	return n
}
