package featherssync

import (
	"errors"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime/internal/reconnect"
)

// What becomes of the first subscription to the Channel: it is there in time,
// or later than Subscribe waits.
const (
	unheard = iota
	heard
	late
)

var errEnded = errors.New("channel ended without an error")

// A receiver hands on what comes.
type receiver struct {
	sync    *Sync
	deliver func(path, name string, data []byte)
	lost    func()
	ready   chan struct{} // closed when the Channel is there for the first time
	first   atomic.Int32
}

// run receives until the Sync is closed.
func (r *receiver) run() {
	s := r.sync
	var wait reconnect.Backoff
	for {
		err := s.ch.Receive(s.ctx, func() {
			wait.Reset()
			r.subscribed()
		}, r.message)
		if s.ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errEnded
		}
		s.link.Received(err)
		if !wait.Pause(s.ctx) {
			return
		}
	}
}

// subscribed tells that messages come from now on.
func (r *receiver) subscribed() {
	r.sync.link.Received(nil)
	if r.first.CompareAndSwap(unheard, heard) {
		close(r.ready)
		return
	}
	r.sync.counts.gaps.Add(1)
	r.lost()
}

func (r *receiver) message(msg []byte) {
	s := r.sync
	e, tag, ok := parseMessage(msg)
	switch {
	case !ok:
		s.counts.dropped.Add(1)
	case tag == s.tag:
		s.counts.own.Add(1)
	default:
		s.counts.received.Add(1)
		r.deliver(e.path, e.name, e.data)
	}
}
