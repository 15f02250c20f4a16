package bus

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/reconnect"
)

// When heartbeats are sent.
const (
	tailWait  = time.Second           // after the last message: was it the last?
	quietWait = 10 * time.Second      // after another heartbeat
	askedWait = 50 * time.Millisecond // after a process asked: more may, and a message would do
)

// A sender has one frame on the way at a time.
type sender struct {
	*Bus
	seal     *seal
	retained retained
	backoff  reconnect.Backoff
	beat     *time.Timer // until a heartbeat is due
	tail     bool        // messages were sent, and no heartbeat since
	asked    bool        // and nothing sent since
}

// send sends what the outbox has until that is closed and empty, or ctx ends.
// The first frame is a heartbeat: who hears it knows where the numbers begin,
// also if some messages have given way by then.
func (b *Bus) send(ctx context.Context) {
	s := &sender{Bus: b, seal: newSeal(b.o.Key, b.o.Prefix), beat: time.NewTimer(quietWait)}
	defer s.beat.Stop()
	s.heartbeat(ctx, 1)
	for ctx.Err() == nil {
		switch {
		case s.sendNext(ctx):
		case s.outbox.done():
			if s.tail {
				s.heartbeat(ctx, s.outbox.next())
			}
			return
		default:
			select {
			case <-ctx.Done():
			case <-s.outbox.wake:
				s.ask()
			case <-s.beat.C:
				s.heartbeat(ctx, s.outbox.next())
			}
		}
	}
}

func (s *sender) heartbeat(ctx context.Context, next uint64) {
	s.transmit(ctx, s.encode(frame{first: next}, nil))
	s.tail = false
	s.sent(quietWait)
}

// sent has the next heartbeat wait so long.
func (s *sender) sent(wait time.Duration) {
	s.asked = false
	s.beat.Reset(wait)
}

// ask has the next heartbeat come soon when others want it.
func (s *sender) ask() {
	if s.outbox.takeAsked() && !s.asked {
		s.asked = true
		s.beat.Reset(askedWait)
	}
}

// sendNext sends what is next in the outbox, and reports whether there was
// something. Messages come after one frame without: whoever asks without end
// would keep them waiting for as long.
func (s *sender) sendNext(ctx context.Context) bool {
	f, control := s.outbox.takeControl()
	if control {
		f.first = s.outbox.next()
		s.transmit(ctx, s.encode(f, nil))
	}
	first, batch := s.outbox.take()
	if len(batch) == 0 {
		return control
	}
	if s.transmit(ctx, s.encode(frame{first: first, count: uint64(len(batch))}, batch)) {
		s.outbox.arrived()
		s.tail = true
		s.sent(tailWait)
	}
	return true
}

// A packet is a frame as it goes over the broker.
type packet struct {
	frame
	raw []byte // of which the frame's body is a part
}

// encode returns a frame with its messages, after those that its body has.
func (s *sender) encode(f frame, batch []item) packet {
	f.flags |= s.seal.flag()
	f.instance, f.origin = s.instance, s.origin
	size := maxHead + len(f.body) + sealSize
	for _, it := range batch {
		size += maxLength + len(it.msg)
	}
	raw := f.appendHead(make([]byte, 0, size))
	head := len(raw)
	raw = append(raw, f.body...)
	for _, it := range batch {
		raw = appendMessage(raw, it.msg)
	}
	f.body = raw[head:len(raw):len(raw)]
	return packet{f, s.seal.append(raw)}
}

// transmit sends a frame until the broker keeps it, with those before it that
// the broker forgot. It reports false when ctx ended; and when the bus is closed
// and no message depends on it.
func (s *sender) transmit(ctx context.Context, p packet) bool {
	for queue := []packet{p}; len(queue) > 0; {
		err := s.broker.Send(ctx, queue[0].raw)
		if err == nil {
			s.link.Sent(nil)
			s.backoff.Reset()
			if numbered(queue[0].flags) {
				s.retained.add(queue[0].frame, time.Now())
			}
			queue = queue[1:]
			continue
		}
		if errors.Is(err, ErrForgotten) {
			queue = append(s.again(), queue...)
			continue // it comes once, and the broker is there
		}
		if ctx.Err() == nil {
			s.link.Sent(err)
		}
		if len(queue) == 1 && s.outbox.done() || !s.backoff.Pause(ctx) {
			return false
		}
	}
	return true
}

// again returns the frames of late.
func (s *sender) again() []packet {
	late := s.retained.take()
	s.o.Logger.Warn("broker forgot messages; those of late are sent again", slog.Int("frames", len(late)))
	packets := make([]packet, len(late))
	for i, f := range late {
		packets[i] = s.encode(f, nil)
	}
	return packets
}
