package featherssync

import (
	"context"
	"math/rand/v2"
	"time"
)

// largeBuffer is what the sender does not keep for the next message.
const largeBuffer = 64 << 10

// send sends what is queued, one message after the other, until the queue is
// closed and empty or s.ctx ends.
func (s *Sync) send() {
	var msg []byte
	for {
		e, n, ok, end := s.queue.oldest()
		if ok {
			msg = e.appendMessage(msg[:0], s.tag)
			if !s.sendOne(msg) {
				return
			}
			s.queue.sent(n)
			s.counts.published.Add(1)
			if cap(msg) > largeBuffer {
				msg = nil
			}
			continue
		}
		if end {
			return
		}
		select {
		case <-s.queue.wake:
		case <-s.ctx.Done():
			return
		}
	}
}

// sendOne sends a message until the Channel has it, and reports false when
// s.ctx ended before.
func (s *Sync) sendOne(msg []byte) bool {
	var wait backoff
	for {
		err := s.ch.Publish(s.ctx, msg)
		if err == nil {
			s.link.sent(nil)
			return true
		}
		if s.ctx.Err() == nil {
			s.link.sent(err)
		}
		if !wait.pause(s.ctx) {
			return false
		}
	}
}

// How long a backoff waits.
const (
	minPause = 20 * time.Millisecond
	maxPause = 250 * time.Millisecond
)

// A backoff waits longer after each failure in a row; by chance a little more,
// so that the instances of a fleet do not come back all at once.
type backoff struct{ last time.Duration }

// pause reports false when ctx ended.
func (b *backoff) pause(ctx context.Context) bool {
	b.last = min(max(2*b.last, minPause), maxPause)
	t := time.NewTimer(b.last + rand.N(b.last/4))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
