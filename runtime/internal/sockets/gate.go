package sockets

import "sync/atomic"

// A gate counts what has entered and, once closed, tells when all has left.
type gate struct {
	state atomic.Int64 // twice the count, plus one when closed
	idle  chan struct{}
}

func newGate() gate { return gate{idle: make(chan struct{})} }

// enter reports whether the gate is open. If so, leave must follow.
func (g *gate) enter() bool {
	if g.state.Add(2)&1 == 0 {
		return true
	}
	g.leave()
	return false
}

func (g *gate) leave() {
	if g.state.Add(-2) == 1 {
		g.signal()
	}
}

// close lets nobody in any more. It may be called more than once.
func (g *gate) close() {
	if g.state.Or(1) == 0 {
		g.signal()
	}
}

// signal closes idle. Those who were turned away at the gate may bring the
// count down to nothing more than once.
func (g *gate) signal() {
	if g.state.CompareAndSwap(1, 1|done) {
		close(g.idle)
	}
}

// done marks a gate whose idle channel is closed.
const done = 1 << 62
