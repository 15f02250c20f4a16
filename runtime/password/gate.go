package password

import (
	"context"
	goruntime "runtime"
	"slices"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime"
)

// maxWaiting is how many callers may wait for each kind of work, 128 in all:
// what a few processors need some seconds for. Later ones would wait longer
// than their clients.
const maxWaiting = 64

// A kind of work has a queue of its own, so that a flood of sign-ups neither
// holds up logins nor has them refused.
type kind int

const (
	comparing kind = iota // for logins
	hashing               // for sign-ups and changes of passwords
	kinds
)

// turns are those of all passwords of the process.
var turns = newGate(goruntime.GOMAXPROCS(0))

// A gate lets a number of callers work at a time. When both queues have
// callers, they are served in turn.
type gate struct {
	mu     sync.Mutex
	free   int // 0 while anybody waits
	queues [kinds][]chan struct{}
	last   kind // whose caller came in last
}

func newGate(n int) *gate { return &gate{free: n} }

// enter waits for a turn, which leave gives back. It returns an error, and
// there is nothing to give back, when too many wait already or ctx ends.
func (g *gate) enter(ctx context.Context, k kind) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	turn, err := g.queue(k)
	if turn == nil {
		return err
	}
	select {
	case <-turn:
	case <-ctx.Done():
	}
	err = ctx.Err() // even if it has its turn: nobody waits for the work
	if err != nil {
		g.giveUp(k, turn)
	}
	return err
}

// queue returns what is closed when the caller may work, nil if it may now or
// got an error.
func (g *gate) queue(k kind) (chan struct{}, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.free > 0:
		g.free--
		g.last = k
		return nil, nil
	case len(g.queues[k]) == maxWaiting:
		return nil, runtime.Unavailable("Too many passwords at once, try again later")
	}
	turn := make(chan struct{})
	g.queues[k] = append(g.queues[k], turn)
	return turn, nil
}

// giveUp takes a caller out of its queue, or gives back the turn it got
// meanwhile.
func (g *gate) giveUp(k kind, turn chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.queues[k], turn); i >= 0 {
		g.queues[k] = slices.Delete(g.queues[k], i, i+1)
		return
	}
	g.pass()
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pass()
}

// pass hands a turn to who waits longest for the other kind of work than that
// which came in last, else for the same. g.mu is held.
func (g *gate) pass() {
	for i := range kinds {
		k := (g.last + 1 + i) % kinds
		if len(g.queues[k]) > 0 {
			close(g.queues[k][0])
			g.queues[k] = slices.Delete(g.queues[k], 0, 1)
			g.last = k
			return
		}
	}
	g.free++
}
