package auth

import (
	"context"
	goruntime "runtime"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime"
)

// maxWaiting is how many logins may wait for their turn: what a few processors
// need some seconds for. Later ones would wait longer than their clients.
const maxWaiting = 128

// A gate lets as many logins compare passwords as Go uses processors.
type gate struct {
	turns   chan struct{}
	waiting atomic.Int32
}

func newGate() *gate { return &gate{turns: make(chan struct{}, goruntime.GOMAXPROCS(0))} }

// enter waits for a turn, which leave gives back. It returns an error when too
// many wait already, or when ctx ends.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.turns <- struct{}{}:
		return nil
	default:
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > maxWaiting {
		return runtime.Unavailable("Too many logins at once, try again later")
	}
	select {
	case g.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) leave() { <-g.turns }
