package sockets

import "sync/atomic"

// maxIdle is how many goroutines of a crew wait for work, each with the stack
// that its calls made it grow.
const maxIdle = 32

// A crew runs calls in goroutines that take one call after another. The stack
// of a new goroutine has to grow in its first call, which was a tenth of the
// time of a short one.
type crew struct {
	work chan *Call
	idle atomic.Int32
	quit <-chan struct{} // ends those that are idle
}

func newCrew(quit <-chan struct{}) *crew { return &crew{work: make(chan *Call), quit: quit} }

// run runs the call in a goroutine that waits for work, or a new one. It does
// not wait.
func (w *crew) run(call *Call) {
	select {
	case w.work <- call:
	default:
		go w.serve(call)
	}
}

func (w *crew) serve(call *Call) {
	for {
		call.run()
		if w.idle.Add(1) > maxIdle {
			w.idle.Add(-1)
			return
		}
		select {
		case call = <-w.work:
			w.idle.Add(-1)
		case <-w.quit:
			return
		}
	}
}
