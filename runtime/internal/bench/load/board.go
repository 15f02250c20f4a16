package load

import (
	"bytes"
	"context"
	"sync/atomic"
	"time"
)

// A board follows events to their subscribers. Its slots are used in turn;
// an event is followed in its slot until another takes it.
type board struct {
	meter
	first int64 // sequence number of the board's first event
	subs  int
	epoch time.Time
	slots []slot
}

type slot struct {
	seq  atomic.Int64
	left atomic.Int32  // deliveries, and the creator's ack, that have not come
	done chan struct{} // gets a value when all have
}

func newBoard(first int64, slots, subs int, epoch time.Time) *board {
	b := &board{first: first, subs: subs, epoch: epoch, slots: make([]slot, slots)}
	for i := range b.slots {
		b.slots[i].done = make(chan struct{}, 1)
	}
	return b
}

// follow begins to follow an event, before it is sent. An earlier one of the
// same slot must be done or given up.
func (b *board) follow(seq int64) *slot {
	s := &b.slots[(seq-b.first)%int64(len(b.slots))]
	s.left.Store(int32(b.subs) + 1)
	s.seq.Store(seq)
	return s
}

// event notes that a subscriber got an event.
func (b *board) event(packet []byte) {
	seq, ok := number(packet, `"seq":`)
	if !ok || seq < b.first {
		return
	}
	due, ok := number(packet, `"ts":`)
	if !ok {
		return
	}
	s := &b.slots[(seq-b.first)%int64(len(b.slots))]
	if s.seq.Load() == seq {
		b.add(time.Since(b.epoch)-time.Duration(due)*time.Microsecond, true)
		s.arrived()
	}
}

// wait waits until the events of all slots have reached everybody, but not
// longer than d.
func (b *board) wait(ctx context.Context, d time.Duration) error {
	timeout := time.NewTimer(d)
	defer timeout.Stop()
	for i := range b.slots {
		select {
		case <-b.slots[i].done:
		case <-timeout.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// arrived notes that a delivery or the ack of the slot's event has come.
func (s *slot) arrived() {
	if s.left.Add(-1) == 0 {
		s.done <- struct{}{}
	}
}

// number reads the digits behind a key.
func number(packet []byte, key string) (n int64, ok bool) {
	i := bytes.Index(packet, []byte(key))
	if i < 0 {
		return 0, false
	}
	for _, c := range packet[i+len(key):] {
		if c < '0' || c > '9' {
			break
		}
		n, ok = n*10+int64(c-'0'), true
	}
	return n, ok
}
