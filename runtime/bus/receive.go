package bus

import (
	"context"
	"encoding/hex"
	"log/slog"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/reconnect"
)

// What becomes of the first connection.
const (
	unheard = iota
	heard
	late // Subscribe did not wait longer
)

// A receiver hands on what is new of the frames that come.
type receiver struct {
	*Bus
	seal    *seal
	origins origins
}

// receive hears the broker, from Subscribe on until ctx ends.
func (b *Bus) receive(ctx context.Context) {
	select {
	case <-b.subscribed:
	case <-ctx.Done():
		return
	}
	r := &receiver{Bus: b, seal: newSeal(b.o.Key, b.o.Prefix), origins: newOrigins(maxOrigins)}
	var backoff reconnect.Backoff
	for ctx.Err() == nil {
		var began time.Time
		err := b.broker.Receive(ctx, func() {
			began = time.Now()
			r.connected()
		}, r.frame, func() { r.handGap(0) })
		if ctx.Err() != nil {
			return
		}
		b.link.Received(err)
		if !began.IsZero() && time.Since(began) > reconnect.MaxPause {
			backoff.Reset() // but not for connections that break as soon as they are made
		}
		backoff.Pause(ctx)
	}
}

func (r *receiver) connected() {
	r.link.Received(nil)
	switch {
	case r.first.CompareAndSwap(unheard, heard):
		close(r.ready)
	case r.first.CompareAndSwap(late, heard):
		r.handGap(0)
	default:
		return
	}
	// From now on it counts what this process misses of the others.
	r.outbox.putControl(frame{flags: hello})
}

// frame handles a frame of anyone.
func (r *receiver) frame(raw []byte) {
	f, err := parseFrame(raw)
	if err == nil && r.isOurs(&f) {
		return
	}
	if err == nil {
		err = r.seal.verify(raw, f.flags)
	}
	switch {
	case err != nil:
		r.drop(err, len(raw))
	case f.flags&probe != 0:
		r.probed(&f)
	case f.flags&answer != 0:
		r.answered(&f)
	default:
		if f.flags&hello != 0 {
			r.outbox.ask()
		}
		r.messages(&f)
	}
}

// isOurs reports whether a frame's messages are heard without the broker, or
// sent by this process.
func (r *receiver) isOurs(f *frame) bool {
	return numbered(f.flags) && (f.origin == r.origin || r.o.Local != nil && f.instance == r.instance)
}

func (r *receiver) drop(err error, size int) {
	r.counts.dropped.Add(1)
	if n, ok := r.counts.dropLog.Next(1); ok {
		r.o.Logger.Warn("frame on the broker is none of this app", slog.Any("error", err), slog.Int("bytes", size), slog.Uint64("frames", n))
	}
}

// messages delivers the messages of a frame that were not there before.
func (r *receiver) messages(f *frame) {
	o := r.origins.find(f.origin, f.first, time.Now())
	r.hand.Lock()
	defer r.hand.Unlock()
	if f.first > o.next {
		r.tellGap(f.first - o.next)
		o.next = f.first
	}
	for seq := f.first; f.count > 0; seq++ {
		f.count--
		msg := f.next()
		if seq < o.next {
			r.counts.duplicates.Add(1)
			continue
		}
		o.next++
		r.counts.received.Add(1)
		r.deliver(o.name, seq, msg)
	}
}

func (i id) String() string { return hex.EncodeToString(i[:]) }
