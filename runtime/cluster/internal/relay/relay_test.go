package relay_test

import (
	"bytes"
	"errors"
	"net"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/relay"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

// worker is the other end of a member's socket.
type worker struct {
	t      *testing.T
	conn   net.Conn
	frames *wire.Reader
	member *relay.Member
	broken chan error
}

func join(t *testing.T, r *relay.Relay, id string) *worker {
	t.Helper()
	ours, theirs := net.Pipe()
	w := &worker{t: t, conn: ours, frames: wire.NewReader(ours), broken: make(chan error, 1)}
	w.member = r.Join(id, theirs, func(err error) { w.broken <- err })
	return w
}

func (w *worker) subscribe() *worker {
	w.t.Helper()
	w.send(wire.Append(nil, wire.Subscribe))
	if f, err := w.frames.Next(); err != nil || f.Kind != wire.Subscribed {
		w.t.Fatalf("subscribe was answered %v, %v", f, err)
	}
	return w
}

func (w *worker) send(b []byte) {
	w.t.Helper()
	if _, err := w.conn.Write(b); err != nil {
		w.t.Error(err)
	}
}

// hears expects one message.
func (w *worker) hears(origin string, seq uint64, text string) {
	w.t.Helper()
	f, err := w.frames.Next()
	if err != nil || f.Kind != wire.Deliver {
		w.t.Fatalf("got frame %d, %v, want a message", f.Kind, err)
	}
	o, s, msg, err := wire.ParseDeliver(f.Payload)
	if err != nil || o != origin || s != seq || string(msg) != text {
		w.t.Fatalf("got %s %d %q, want %s %d %q", o, s, msg, origin, seq, text)
	}
}

func (w *worker) leave() {
	_ = w.conn.Close()
	w.member.Leave()
}

func publish(text string) []byte { return wire.Append(nil, wire.Publish, []byte(text)...) }

func TestOthersHearEachMessageOnceInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := relay.New(relay.QueueLimit)
		a, b, c := join(t, r, "1.1").subscribe(), join(t, r, "2.1").subscribe(), join(t, r, "3.1")
		const n = 100
		for i := range n {
			a.send(publish("a" + strconv.Itoa(i)))
		}
		for i := range n {
			b.hears("1.1", uint64(i+1), "a"+strconv.Itoa(i))
		}
		c.subscribe() // from now on
		b.send(publish("b"))
		a.hears("2.1", 1, "b") // and not its own
		c.hears("2.1", 1, "b") // and not what came before
		for _, w := range []*worker{a, b, c} {
			w.leave()
		}
		r.Wait()
	})
}

func TestSlowWorkerIsToldTheGapAndHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := relay.New(1000)
		a, fast, slow := join(t, r, "1.1"), join(t, r, "2.1").subscribe(), join(t, r, "3.1").subscribe()
		text := string(bytes.Repeat([]byte("x"), 400))
		const n = 10
		for i := range n {
			a.send(publish(text))
			fast.hears("1.1", uint64(i+1), text)
		}
		var heard, missed uint64
		for heard+missed < n {
			f, err := slow.frames.Next()
			switch {
			case err != nil:
				t.Fatal(err)
			case f.Kind == wire.Gap:
				n, _ := wire.ParseGap(f.Payload)
				missed += n
			default:
				heard++
			}
		}
		if heard == 0 || missed == 0 || missed != slow.member.Missed() || fast.member.Missed() != 0 {
			t.Errorf("heard %d and missed %d, counted %d and %d", heard, missed, slow.member.Missed(), fast.member.Missed())
		}
		synctest.Wait()
		a.send(publish("after"))
		fast.hears("1.1", n+1, "after")
		slow.hears("1.1", n+1, "after")
		for _, w := range []*worker{a, fast, slow} {
			w.leave()
		}
		r.Wait()
	})
}

func TestOthersAreToldWhatAWorkerHadNoRoomFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := relay.New(relay.QueueLimit)
		a, b := join(t, r, "1.1").subscribe(), join(t, r, "2.1").subscribe()
		a.send(publish("before"))
		a.send(wire.AppendGap(nil, 3))
		a.send(publish("after"))
		b.hears("1.1", 1, "before")
		f, err := b.frames.Next()
		if missed, bad := wire.ParseGap(f.Payload); err != nil || bad != nil || f.Kind != wire.Gap || missed != 3 {
			t.Errorf("got frame %d of %d, %v, want a gap of 3", f.Kind, missed, err)
		}
		b.hears("1.1", 5, "after")
		a.leave()
		b.leave()
		r.Wait()
	})
}

func TestMalformedFramesEndTheirWorkerOnly(t *testing.T) {
	t.Parallel()
	for name, frame := range map[string][]byte{
		"garbage":             []byte("GET / HTTP/1.1\r\n"),
		"an endless length":   []byte("\x01\x07\xff\xff\xff\xff"),
		"a frame for control": wire.Append(nil, wire.Ready),
		"a frame for workers": wire.Append(nil, wire.Subscribed),
		"a short gap":         wire.Append(nil, wire.Gap, 1),
		"a long subscribe":    wire.Append(nil, wire.Subscribe, 1),
	} {
		synctest.Test(t, func(t *testing.T) {
			r := relay.New(relay.QueueLimit)
			a, b, bad := join(t, r, "1.1"), join(t, r, "2.1").subscribe(), join(t, r, "3.1").subscribe()
			go func() { _, _ = bad.conn.Write(frame) }()
			if err := <-bad.broken; !errors.Is(err, wire.ErrMalformed) {
				t.Errorf("%s: broken = %v, want ErrMalformed", name, err)
			}
			a.send(publish("still here"))
			b.hears("1.1", 1, "still here")
			for _, w := range []*worker{a, b, bad} {
				w.leave()
			}
			r.Wait()
		})
	}
}

func TestMessagesOfAWorkerThatDiedAreDelivered(t *testing.T) {
	t.Parallel()
	r := relay.New(relay.QueueLimit)
	b := join(t, r, "2.1").subscribe()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := conn.Write(publish("last words")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Write(publish("cut off")[:9]); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	theirs, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	// It has ended before anything was read.
	r.Join("1.1", theirs, func(err error) { t.Errorf("broken: %v", err) }).Leave()
	for seq := range uint64(3) {
		b.hears("1.1", seq+1, "last words")
	}
	b.leave()
	r.Wait()
}
