package featherssync

import "github.com/featherscaffold/featherscaffold/runtime/internal/reconnect"

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
	var wait reconnect.Backoff
	for {
		err := s.ch.Publish(s.ctx, msg)
		if err == nil {
			s.link.Sent(nil)
			return true
		}
		if s.ctx.Err() == nil {
			s.link.Sent(err)
		}
		if !wait.Pause(s.ctx) {
			return false
		}
	}
}
