//go:build linux || darwin

package sync_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// A fleet is one client of each worker of some instances.
type fleet struct {
	t       *testing.T
	running sync.WaitGroup

	clients []*client

	// mu guards what clients keep, and changed.
	mu      sync.Mutex
	changed chan struct{} // closed when a client has something more
}

// launch connects the clients. They leave with the test.
func launch(t *testing.T, instances ...*instance) *fleet {
	t.Helper()
	f := &fleet{t: t, changed: make(chan struct{})}
	t.Cleanup(func() {
		for _, c := range f.clients {
			_ = c.ws.Close()
		}
		f.running.Wait()
	})
	for _, i := range instances {
		for _, id := range workerIDs() {
			c := &client{fleet: f, instance: i, worker: id, next: map[string]int{}}
			c.connect()
			f.clients = append(f.clients, c)
		}
	}
	for _, c := range f.clients {
		f.running.Go(c.listen)
	}
	return f
}

// change changes what mu guards and tells those who wait for it.
func (f *fleet) change(how func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	how()
	close(f.changed)
	f.changed = make(chan struct{})
}

// await waits until something is so. It is asked under mu.
func (f *fleet) await(what string, is func() bool) {
	f.t.Helper()
	timeout := time.After(patience)
	for {
		f.mu.Lock()
		ok, changed := is(), f.changed
		f.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			f.t.Fatalf("waited in vain for %s; %s", what, f.state())
		}
	}
}

func (f *fleet) state() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b strings.Builder
	for _, c := range f.clients {
		fmt.Fprintf(&b, "client %s: %d sent, %d answered, %d heard, resyncs %v, %v; ", c.name(), len(c.sent), len(c.answered), len(c.heard), c.resyncs, c.err)
	}
	return b.String()
}

// caughtUp waits until all clients have heard what was sent last before, and all
// that was to come before that.
func (f *fleet) caughtUp() {
	f.t.Helper()
	want := map[string]int{}
	f.mu.Lock()
	for _, c := range f.clients {
		want[c.name()] = len(c.sent)
	}
	f.mu.Unlock()
	f.await("the latest messages", func() bool {
		for _, c := range f.clients {
			for name, n := range want {
				if c.next[name] < n {
					return false
				}
			}
		}
		return true
	})
}
