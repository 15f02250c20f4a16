package bus_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// A fault is something that happens to a server.
type fault func(rng *rand.Rand, s *server)

var outages = []fault{
	func(_ *rand.Rand, s *server) { s.set(down) },
	func(_ *rand.Rand, s *server) { s.set(stuck) },
	func(_ *rand.Rand, s *server) { s.set(up) },
	func(_ *rand.Rand, s *server) { s.set(up) },
	func(rng *rand.Rand, s *server) { s.forget(rng.IntN(s.frames() + 1)) },
}

// TestRandomFaults has a broker fail by chance, in every way that it can, and
// expects each message once, in its place; or a gap that is as large as it is.
func TestRandomFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]troubles{
		"nothing is lost while the outbox has room":  {},
		"what gives way in the outbox is told":       {outbox: 10_000},
		"what the broker drops is told":              {drops: true},
		"what is lost at both ends is told together": {outbox: 10_000, drops: true},
	} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprintf("%s %d", name, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { randomFaults(t, seed, c) })
			})
		}
	}
}

type troubles struct {
	outbox int  // has room for all if it is 0
	drops  bool // the broker drops frames that it has confirmed
}

func randomFaults(t *testing.T, seed uint64, c troubles) {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := newServer()
	var all []*end
	for i := range 3 {
		all = append(all, subscribe(t, s, bus.Options{Name: fmt.Sprint(i), Outbox: c.outbox, Key: []byte("key")[:seed%2*3]}))
	}
	time.Sleep(time.Second) // all know each other
	s.change(func() { s.send = flaky(rand.New(rand.NewPCG(seed, 2)), c.drops) })
	for range 300 {
		switch p := all[rng.IntN(len(all))]; rng.IntN(8) {
		case 0:
			outages[rng.IntN(len(outages))](rng, s)
		case 1, 2:
			time.Sleep(time.Duration(rng.Int64N(int64(2 * time.Second))))
		case 3:
			p.publish(rng.IntN(300), 50)
		default:
			p.publish(rng.IntN(10), rng.IntN(200))
		}
	}
	s.change(func() { s.state, s.send = up, nil })
	time.Sleep(time.Minute) // retries and heartbeats
	missed := uint64(0)
	for _, p := range all {
		p.check(all)
		missed += p.missed
	}
	if none := c == (troubles{}); none != (missed == 0) {
		t.Errorf("%d messages are missed", missed)
	}
}

// flaky returns a server's send that loses frames and confirmations, and keeps
// frames twice.
func flaky(rng *rand.Rand, drops bool) func([]byte) (int, error) {
	return func([]byte) (times int, err error) {
		switch rng.IntN(10) {
		case 0, 1:
			return rng.IntN(3), errors.New("connection reset by peer")
		case 2:
			return 2, nil
		case 3:
			if drops {
				return 0, nil
			}
		}
		return 1, nil
	}
}

// An end is a bus of a test in a bubble, and what came out of it.
type end struct {
	t         *testing.T
	name      string
	bus       *bus.Bus
	published int
	block     chan struct{} // deliver waits until it is closed, unless it is nil

	// mu guards the fields below.
	mu     sync.Mutex
	heard  map[string][]uint64 // numbers, by sender
	order  []string            // all of it
	missed uint64
	gaps   []uint64
}

// join returns an end that has not subscribed. It is closed with the test.
func join(t *testing.T, b bus.Broker, o bus.Options) *end {
	t.Helper()
	e := &end{t: t, name: o.Name, bus: bus.New(b, o), heard: map[string][]uint64{}}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := e.bus.Close(ctx); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return e
}

func subscribe(t *testing.T, s *server, o bus.Options) *end {
	t.Helper()
	e := join(t, s.conn(), o)
	e.subscribe()
	return e
}

func (e *end) subscribe() {
	e.t.Helper()
	if err := e.bus.Subscribe(e.deliver, e.gap); err != nil {
		e.t.Errorf("Subscribe = %v", err)
	}
}

func (e *end) deliver(_ string, seq uint64, msg []byte) {
	if e.block != nil {
		<-e.block
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	name, number, _ := strings.Cut(strings.TrimRight(string(msg), " "), " ")
	if number != strconv.FormatUint(seq, 10) {
		e.t.Errorf("message %d is %.40q", seq, msg)
	}
	e.heard[name] = append(e.heard[name], seq)
	e.order = append(e.order, name+number)
}

func (e *end) gap(missed uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.missed += missed
	e.gaps = append(e.gaps, missed)
	e.order = append(e.order, fmt.Sprint("gap", missed))
}

// publish publishes n messages, with blanks at their ends.
func (e *end) publish(n, blanks int) {
	for range n {
		e.published++
		if err := e.bus.Publish(fmt.Appendf(nil, "%s %d%*s", e.name, e.published, blanks, ""), nil); err != nil {
			e.t.Errorf("Publish = %v", err)
		}
	}
}

// check expects the messages of all others in order, each once, but for those
// that gaps told.
func (e *end) check(all []*end) {
	e.t.Helper()
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	missed, received := uint64(0), uint64(0)
	for _, from := range all {
		last := uint64(0)
		for _, seq := range e.heard[from.name] {
			if from == e || seq <= last {
				e.t.Fatalf("%s heard message %d of %s after %d", e.name, seq, from.name, last)
			}
			missed += seq - last - 1
			last = seq
		}
		if from != e {
			missed += uint64(from.published) - last
			received += uint64(len(e.heard[from.name]))
		}
	}
	if missed != e.missed {
		e.t.Errorf("%s was told of %d messages that it missed, but %d are", e.name, e.missed, missed)
	}
	stats := e.bus.Stats()
	if stats.Missed != e.missed || stats.Gaps != uint64(len(e.gaps)) || stats.Received != received ||
		stats.Published != uint64(e.published) || stats.Waiting != 0 || stats.Dropped != 0 || !stats.Connected {
		e.t.Errorf("%s: Stats = %+v, but it heard %d and missed %d in %d gaps", e.name, stats, received, missed, len(e.gaps))
	}
}
