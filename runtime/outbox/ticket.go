package outbox

import (
	"errors"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
)

// ticket is a call's, or stands for an entry that is sent again. But for
// settle, its methods are called by the goroutine that sends.
type ticket struct {
	o       *Outbox
	note    kept.Note
	source  *source // of an entry, nil for a call
	settled func()  // settle, made once

	first   int64 // entry, of so many
	entries int
	full    bool // too many wait: the events stay in the database for now
	sent    bool // an event was handed to the bus
	unsent  bool // one was not

	// left is what is to happen until the entries can go: the end of the call,
	// and for each event that the bus has stored it.
	left atomic.Int64

	// These are guarded by the Outbox.
	handed   int64 // in which round all was handed over, 0 for not yet
	finished bool  // left is 0
}

var _ kept.Ticket = (*ticket)(nil)

// Note implements kept.Ticket.
func (t *ticket) Note() *kept.Note { return &t.note }

func (t *ticket) take(entries int) int64 {
	o := t.o
	o.mu.Lock()
	defer o.mu.Unlock()
	t.first, t.entries = o.next, entries
	o.next += int64(entries)
	if entries > 0 {
		t.full = o.waiting+entries > o.limit
		o.open[t] = struct{}{}
		o.waiting += entries
	}
	return t.first
}

// Publish implements kept.Ticket. An event that is too large will never be
// taken, so that it counts as sent.
func (t *ticket) Publish(b kept.Bus, msg []byte) error {
	if t.full {
		t.unsent = true
		return nil
	}
	t.sent = true
	t.left.Add(1)
	err := b.Publish(msg, t.settled)
	switch {
	case errors.Is(err, runtime.ErrTooLarge):
		t.settle()
	case err != nil:
		t.unsent = true // and left stays above 0
	}
	return err
}

// Close implements kept.Ticket.
func (t *ticket) Close() {
	o := t.o
	o.mu.Lock()
	t.handed = o.round
	if t.unsent {
		o.drop(t)
		o.unsent = o.unsent || t.note.Owner == o.owner
	}
	o.mu.Unlock()
	if !t.unsent {
		t.settle()
	}
}

func (t *ticket) settle() {
	if t.left.Add(-1) == 0 {
		t.o.finish(t)
	}
}

// finish has the ticket's entries deleted. It may be in time for one that was
// taken for lost.
func (o *Outbox) finish(t *ticket) {
	if t.entries == 0 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, in := o.open[t]; in && t.source != nil {
		o.resends--
	}
	t.finished = true
	if t.sent {
		o.stored = max(o.stored, t.handed)
	}
	o.done = append(o.done, t)
	o.rouse()
}
