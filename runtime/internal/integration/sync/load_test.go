//go:build linux || darwin

package sync_test

import (
	"sync"
	"time"
)

// pace is between two messages of one client: all four make 100 a second.
const pace = 40 * time.Millisecond

// A load is clients that create messages all the time.
type load struct {
	fleet   *fleet
	stop    chan struct{}
	running sync.WaitGroup
	outages []outage
}

// An outage is when no message got from one instance to the other.
type outage struct{ from, to time.Time }

// load starts a load. It is to be ended.
func (f *fleet) load() *load {
	l := &load{fleet: f, stop: make(chan struct{})}
	f.t.Cleanup(l.running.Wait)
	for _, c := range f.clients {
		l.running.Go(func() { l.create(c) })
	}
	return l
}

func (l *load) create(c *client) {
	ctx := l.fleet.t.Context()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ctx.Done(): // the test has failed
			return
		case <-tick.C:
			c.create(ctx, "")
		}
	}
}

// more waits until the clients have created so many more messages.
func (l *load) more(n int) {
	l.fleet.t.Helper()
	want := 0
	l.fleet.mu.Lock()
	for _, c := range l.fleet.clients {
		want += len(c.sent)
	}
	l.fleet.mu.Unlock()
	l.fleet.await("more messages", func() bool {
		sum := 0
		for _, c := range l.fleet.clients {
			sum += len(c.sent)
		}
		return sum >= want+n
	})
}

// end ends the load, and waits until all of it has come, and one message more
// of each client: whatever comes twice has come before.
func (l *load) end() {
	l.fleet.t.Helper()
	close(l.stop)
	l.running.Wait()
	l.fleet.caughtUp()
	for _, c := range l.fleet.clients {
		c.create(l.fleet.t.Context(), "")
	}
	l.fleet.caughtUp()
}
