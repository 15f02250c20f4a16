package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// bubble runs a test with time of its own.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

// A logbook is what a bus has logged.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// messages returns what each line says.
func (l *logbook) messages() (said []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		_, msg, _ := strings.Cut(line, "msg=")
		said = append(said, strings.TrimSpace(msg))
	}
	return said
}

func (l *logbook) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// expect waits until nothing moves, and compares all that e was told.
func (e *end) expect(want ...string) {
	e.t.Helper()
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Equal(e.order, want) {
		e.t.Errorf("%s was told %v, want %v", e.name, e.order, want)
	}
}

func TestWhatHasNoRoomGivesWayToWhatIsLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, log := newServer(), &logbook{}
		a := subscribe(t, s, bus.Options{Name: "a", Outbox: 500, Logger: log.logger()})
		b := subscribe(t, s, bus.Options{Name: "b"})
		a.publish(1, 0)
		b.expect("a1")
		s.set(down)
		synctest.Wait()
		stored := make([]int, 21)
		for i := range 20 {
			if err := a.bus.Publish(fmt.Appendf(nil, "a %d%46s", i+2, ""), func() { stored[i]++ }); err != nil {
				t.Error(err)
			}
		}
		if stats := a.bus.Stats(); stats.Overflowed != 15 || stats.Waiting != 5 || stats.WaitingBytes > 500 || stats.Connected {
			t.Errorf("Stats = %+v, want 15 of 20 messages gone and 5 waiting", stats)
		}
		s.set(up)
		time.Sleep(time.Second)
		b.expect("a1", "gap15", "a17", "a18", "a19", "a20", "a21")
		for i, n := range stored {
			if want := b2i(i >= 15 && i < 20); n != want {
				t.Errorf("stored of message %d was called %d times, want %d", i+2, n, want)
			}
		}
		if said := log.messages(); len(said) == 0 || !strings.Contains(said[len(said)-2], "messages=1 limit=500") {
			t.Errorf("log says %q", said)
		}
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestWhatGaveWayBeforeTheFirstConnectionIsToldToo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		b := subscribe(t, s, bus.Options{Name: "b"})
		s.set(down)
		a := join(t, s.conn(), bus.Options{Name: "a", Outbox: 10})
		a.publish(3, 0)
		s.set(up)
		time.Sleep(time.Second)
		b.expect("gap2", "a3")
	})
}

func TestWhatWaitsIsSentTogether(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a := join(t, s.conn(), bus.Options{Name: "a"})
		synctest.Wait()
		s.set(down)
		a.publish(1, 0)
		synctest.Wait() // it is on the way
		a.publish(1000, 0)
		a.publish(5, 100_000)
		a.publish(1, 500_000)
		a.publish(1, 0)
		s.set(up)
		time.Sleep(500 * time.Millisecond)
		var counts []int
		for _, f := range s.parsed(t) {
			size := 0
			for _, msg := range f.Messages {
				size += len(msg)
			}
			counts = append(counts, len(f.Messages))
			if len(f.Messages) > bus.BatchMessages || size > bus.BatchBytes && len(f.Messages) > 1 {
				t.Errorf("a frame has %d messages of %d bytes", len(f.Messages), size)
			}
		}
		// 1000-512 small ones, and two large ones with them.
		if want := []int{0, 1, 512, 490, 2, 1, 1, 1}; !slices.Equal(counts, want) {
			t.Errorf("frames have %v messages, want %v", counts, want)
		}
	})
}

func TestQuestionsAreAnsweredInBounds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		subscribe(t, s, bus.Options{Name: "a"})
		time.Sleep(time.Second)
		s.change(func() { s.send = func([]byte) (int, error) { return 0, errLost } })
		for i := range 3 * bus.MaxControl {
			ask := bus.Frame{Flags: bus.Probe, Origin: origin, Messages: [][]byte{fmt.Appendf(nil, "%08d", i)}}
			s.put(ask.Encode(nil, ""))
		}
		synctest.Wait()
		s.change(func() { s.send = nil })
		time.Sleep(time.Second)
		answers := 0
		for _, f := range s.parsed(t) {
			answers += b2i(f.Flags == bus.Answer)
		}
		if answers < bus.MaxControl || answers > bus.MaxControl+1 {
			t.Errorf("%d of %d questions were answered, want %d", answers, 3*bus.MaxControl, bus.MaxControl)
		}
	})
}

func TestLostTailIsNoticed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a, b := subscribe(t, s, bus.Options{Name: "a"}), subscribe(t, s, bus.Options{Name: "b"})
		a.publish(1, 0)
		time.Sleep(time.Minute)
		drop := func([]byte) (int, error) { return 0, nil }
		s.change(func() { s.send = drop })
		a.publish(5, 0)
		synctest.Wait()
		s.change(func() { s.send = nil })
		b.expect("a1")
		time.Sleep(bus.TailWait)
		b.expect("a1", "gap5")
	})
}

// What was lost between the start of a process and the first words of another
// is told too: it asks all for their numbers.
func TestProcessThatStartsKnowsTheOthersAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a := subscribe(t, s, bus.Options{Name: "a"})
		a.publish(3, 0)
		time.Sleep(time.Minute)
		b := subscribe(t, s, bus.Options{Name: "b"})
		time.Sleep(100 * time.Millisecond)
		s.change(func() { s.send = func([]byte) (int, error) { return 0, nil } })
		a.publish(2, 0)
		synctest.Wait()
		s.change(func() { s.send = nil })
		a.publish(1, 0)
		b.expect("gap2", "a6")
	})
}

func TestBrokerComesBackSoonNoticed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, log := newServer(), &logbook{}
		a := subscribe(t, s, bus.Options{Name: "a", Logger: log.logger()})
		b := subscribe(t, s, bus.Options{Name: "b"})
		time.Sleep(time.Second)
		s.set(down)
		a.publish(3, 0)
		time.Sleep(time.Hour)
		b.expect()
		s.set(up)
		time.Sleep(bus.LongestWait)
		b.expect("a1", "a2", "a3")
		want := []string{`"broker is lost; messages for other instances wait" error=`, `"broker is back" after=1h0m0.`}
		said := log.messages()
		if len(said) != 2 || !strings.HasPrefix(said[0], want[0]) || !strings.HasPrefix(said[1], want[1]) {
			t.Errorf("log says %q, want %q", said, want)
		}
	})
}

// The waits of one outage do not count in the next.
func TestShortBreakAfterALongOneIsShort(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a, b := subscribe(t, s, bus.Options{Name: "a"}), subscribe(t, s, bus.Options{Name: "b"})
		s.set(down)
		a.publish(1, 0)
		time.Sleep(time.Minute)
		s.set(up)
		time.Sleep(time.Minute)
		s.set(down)
		a.publish(1, 0)
		synctest.Wait() // all have failed once
		s.set(up)
		time.Sleep(bus.FirstWait)
		b.expect("a1", "a2")
	})
}

func TestConnectionThatBreaksAtOnceIsNotMadeAgainAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a := subscribe(t, s, bus.Options{Name: "a"})
		for i := range 10 {
			s.set(down)
			synctest.Wait()
			s.set(up)
			began := time.Now()
			for !a.bus.Stats().Connected {
				time.Sleep(time.Millisecond)
			}
			if waited := time.Since(began); i == 9 && waited < bus.LongestWait/2 {
				t.Errorf("connection %d was made after %s", i, waited)
			}
		}
	})
}

func TestLastWordsOfAProcessTellWhatWasLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		b := subscribe(t, s, bus.Options{Name: "b"})
		a := bus.New(s.conn(), bus.Options{})
		synctest.Wait()
		s.change(func() { s.send = func([]byte) (int, error) { return 0, nil } })
		if err := a.Publish([]byte("a 1"), nil); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		s.change(func() { s.send = nil })
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
		b.expect("gap1")
	})
}

func TestConnectionThatBreaksAgainAndAgainDoesNotFillTheLog(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, log := newServer(), &logbook{}
		subscribe(t, s, bus.Options{Name: "a", Logger: log.logger()})
		time.Sleep(time.Second)
		for range 100 {
			s.set(down)
			synctest.Wait()
			s.set(up)
			time.Sleep(time.Second)
		}
		if said := log.messages(); len(said) < 10 || len(said) > 24 {
			t.Errorf("log has %d lines of 100 losses: %q", len(said), said)
		}
	})
}

func TestHalfOpenConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a, b := subscribe(t, s, bus.Options{Name: "a"}), subscribe(t, s, bus.Options{Name: "b"})
		time.Sleep(time.Second)
		s.set(stuck)
		a.publish(2, 0)
		time.Sleep(stuckTime + time.Second)
		if a.bus.Stats().Connected || b.bus.Stats().Connected {
			t.Error("Connected while nothing comes or goes")
		}
		s.set(up)
		time.Sleep(stuckTime + time.Second)
		b.expect("a1", "a2")
	})
}

func TestSubscribeGoesOnWithoutTheBroker(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, log := newServer(), &logbook{}
		b := subscribe(t, s, bus.Options{Name: "b"})
		s.set(down)
		began := time.Now()
		a := subscribe(t, s, bus.Options{Name: "a", Logger: log.logger()})
		if took := time.Since(began); took != bus.ReadyWait {
			t.Errorf("Subscribe took %s, want %s", took, bus.ReadyWait)
		}
		a.publish(1, 0)
		time.Sleep(time.Minute)
		a.expect()
		s.set(up)
		time.Sleep(time.Second)
		b.publish(1, 0)
		a.expect("gap0", "b1")
		b.expect("a1")
		if said := log.messages(); len(said) != 2 || !strings.Contains(said[0], errDown.Error()) || !strings.Contains(said[1], "broker is back") {
			t.Errorf("log says %q, want that the broker is not there and that it is back", said)
		}
	})
}

func TestWhatTheBrokerForgotIsSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a, b := subscribe(t, s, bus.Options{Name: "a"}), subscribe(t, s, bus.Options{Name: "b"})
		time.Sleep(time.Second)
		b.block = make(chan struct{})
		a.publish(1, 0) // keeps b busy
		synctest.Wait()
		a.publish(2, 0)
		time.Sleep(2 * bus.RetainFor)
		a.publish(1, 0)
		synctest.Wait()
		a.publish(1, 0)
		synctest.Wait()
		s.forget(0)
		close(b.block)
		b.expect("a1") // and the others are gone
		a.publish(1, 0)
		time.Sleep(time.Second)
		b.expect("a1", "gap2", "a4", "a5", "a6")
	})
}

func TestWhatIsSentAgainIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a, b := subscribe(t, s, bus.Options{Name: "a"}), subscribe(t, s, bus.Options{Name: "b"})
		b.block = make(chan struct{})
		for range 6 {
			a.publish(1, 1_000_000)
			synctest.Wait()
		}
		s.forget(0)
		close(b.block)
		a.publish(1, 0)
		time.Sleep(time.Second)
		b.expect("a1", "gap1", "a3", "a4", "a5", "a6", "a7")
	})
}

func TestWhatADriverLostIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a := subscribe(t, s, bus.Options{Name: "a"})
		c := s.conn()
		c.tell = true
		b := join(t, c, bus.Options{Name: "b"})
		b.subscribe()
		b.block = make(chan struct{})
		a.publish(1, 0)
		synctest.Wait()
		a.publish(1, 0)
		synctest.Wait()
		s.trim(0)
		close(b.block)
		a.publish(1, 0)
		b.expect("a1", "gap0", "gap1", "a3")
	})
}

func TestCloseTellsWhatDidNotMakeIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		c := s.conn()
		a := bus.New(c, bus.Options{})
		s.set(down)
		for range 7 {
			if err := a.Publish([]byte("message"), nil); err != nil {
				t.Error(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		err := a.Close(ctx)
		if took := time.Since(began); err == nil || !strings.Contains(err.Error(), "7 messages") || took != 5*time.Second {
			t.Errorf("Close = %v after %s, want that 7 messages are lost, after 5s", err, took)
		}
		if !c.closed {
			t.Error("the broker is not closed")
		}
		if err := a.Publish(nil, nil); !errors.Is(err, bus.ErrClosed) {
			t.Errorf("Publish after Close = %v, want ErrClosed", err)
		}
		if err := a.Subscribe(nil, nil); !errors.Is(err, bus.ErrClosed) {
			t.Errorf("Subscribe after Close = %v, want ErrClosed", err)
		}
	})
}

func TestCloseDoesNotCountWhatIsKeptElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a := bus.New(s.conn(), bus.Options{})
		s.set(down)
		if err := a.Publish([]byte("message"), func() { t.Error("the message is told to be stored") }); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := a.Close(ctx); err != nil {
			t.Errorf("Close = %v, but who gave the message has it still", err)
		}
	})
}

func TestCloseDoesNotWaitForABrokerWithoutNeed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		s.set(down)
		a := bus.New(s.conn(), bus.Options{})
		time.Sleep(time.Minute)
		began := time.Now()
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > bus.LongestWait {
			t.Errorf("Close took %s", took)
		}
	})
}

func TestCloseSendsWhatWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		b := subscribe(t, s, bus.Options{Name: "b"})
		s.set(down)
		a := bus.New(s.conn(), bus.Options{})
		for i := range 3 {
			if err := a.Publish(fmt.Appendf(nil, "a %d", i+1), nil); err != nil {
				t.Error(err)
			}
		}
		time.AfterFunc(2*time.Second, func() { s.set(up) })
		if err := a.Close(t.Context()); err != nil {
			t.Errorf("Close = %v", err)
		}
		time.Sleep(bus.LongestWait) // until b is connected too
		b.expect("a1", "a2", "a3")
	})
}

func TestTooLarge(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := join(t, newServer().conn(), bus.Options{MaxMessage: 10})
		if err := a.bus.Publish(make([]byte, 11), nil); !errors.Is(err, runtime.ErrTooLarge) {
			t.Errorf("Publish = %v, want ErrTooLarge", err)
		}
		if err := a.bus.Publish(make([]byte, 10), nil); err != nil {
			t.Errorf("Publish = %v", err)
		}
	})
}

// deaf is a Local that takes nothing.
type deaf struct{ err error }

func (d deaf) Publish([]byte, func()) error                               { return d.err }
func (d deaf) Subscribe(func(string, uint64, []byte), func(uint64)) error { return d.err }

// slow is a Local that misses messages.
type slow struct{ deaf }

func (slow) Subscribe(_ func(string, uint64, []byte), gap func(uint64)) error {
	gap(5)
	return nil
}

func TestGapsOfLocalAreTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		e := subscribe(t, newServer(), bus.Options{Local: slow{}, Instance: "here"})
		e.expect("gap5")
		if stats := e.bus.Stats(); stats.Gaps != 1 || stats.Missed != 5 {
			t.Errorf("Stats = %+v, want a gap of 5", stats)
		}
	})
}

func TestLocalThatFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, full := newServer(), errors.New("full")
		b := subscribe(t, s, bus.Options{Name: "b"})
		a := join(t, s.conn(), bus.Options{Local: deaf{full}, Instance: "here"})
		err := a.bus.Publish([]byte("a 1"), func() { t.Error("stored was called") })
		if !errors.Is(err, full) {
			t.Errorf("Publish = %v, want %v", err, full)
		}
		b.expect("a1")
		if err := a.bus.Subscribe(a.deliver, a.gap); !errors.Is(err, full) {
			t.Errorf("Subscribe = %v, want %v", err, full)
		}
	})
}

func TestWhatIsTooLargeForLocalIsSentToNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		b := subscribe(t, s, bus.Options{Name: "b"})
		a := join(t, s.conn(), bus.Options{Local: deaf{runtime.ErrTooLarge}, Instance: "here"})
		if err := a.bus.Publish([]byte("a 1"), nil); !errors.Is(err, runtime.ErrTooLarge) {
			t.Errorf("Publish = %v, want ErrTooLarge", err)
		}
		b.expect()
		if stats := a.bus.Stats(); stats.Published != 0 {
			t.Errorf("Stats = %+v, want nothing published", stats)
		}
	})
}

// asked is a broker that answers each answer with another question, n times.
type asked struct {
	*conn
	question []byte
	n        int
}

func (a *asked) Send(ctx context.Context, raw []byte) error {
	time.Sleep(time.Millisecond)
	if f, err := bus.ParseFrame(raw); err == nil && f.Flags == bus.Answer && a.n > 0 {
		a.n--
		a.put(a.question)
	}
	return a.conn.Send(ctx, raw)
}

func TestQuestionsWithoutEndKeepNoMessageWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		ask := bus.Frame{Flags: bus.Probe, Origin: [8]byte{1}, Messages: [][]byte{make([]byte, 8)}}
		broker := &asked{conn: s.conn(), question: ask.Encode(nil, ""), n: 1000}
		a := join(t, broker, bus.Options{Name: "a"})
		a.subscribe()
		for range 3 {
			s.put(broker.question)
		}
		time.Sleep(10 * time.Millisecond)
		began := time.Now()
		var took time.Duration
		if err := a.bus.Publish([]byte("a 1"), func() { took = time.Since(began) }); err != nil {
			t.Error(err)
		}
		time.Sleep(5 * time.Second)
		if took == 0 || took > 10*time.Millisecond {
			t.Errorf("the message was stored after %v", took)
		}
	})
}

func TestGarbageIsLoggedNowAndThen(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, log := newServer(), &logbook{}
		a := subscribe(t, s, bus.Options{Name: "a", Logger: log.logger()})
		for range 1000 {
			s.put([]byte("\x01garbage"))
		}
		synctest.Wait()
		time.Sleep(2 * time.Minute)
		s.put([]byte("\x02garbage"))
		synctest.Wait()
		said := log.messages()
		if len(said) != 2 || !strings.Contains(said[0], "frames=1") || !strings.Contains(said[1], "frames=1000") {
			t.Errorf("log says %q, want two lines", said)
		}
		if stats := a.bus.Stats(); stats.Dropped != 1001 {
			t.Errorf("Stats = %+v, want 1001 dropped", stats)
		}
	})
}

func TestSignedFrames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key    string // of the receiver
		frame  []byte
		expect bool
	}{
		"with the key":      {"key", frameOf(1, "a 1").Encode([]byte("key"), "app"), true},
		"with another key":  {"key", frameOf(1, "a 1").Encode([]byte("yek"), "app"), false},
		"for another app":   {"key", frameOf(1, "a 1").Encode([]byte("key"), "ap"), false},
		"unsigned":          {"key", frameOf(1, "a 1").Encode(nil, "app"), false},
		"signed, but why":   {"", frameOf(1, "a 1").Encode([]byte("key"), "app"), false},
		"unsigned, as ours": {"", frameOf(1, "a 1").Encode(nil, "app"), true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newServer()
				e := subscribe(t, s, bus.Options{Prefix: "app", Key: []byte(c.key)})
				s.put(c.frame)
				synctest.Wait()
				if stats := e.bus.Stats(); stats.Received != uint64(b2i(c.expect)) || stats.Dropped != uint64(b2i(!c.expect)) {
					t.Errorf("Stats = %+v, want it heard: %v", stats, c.expect)
				}
			})
		})
	}
}

func TestOriginsAreBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		a := subscribe(t, s, bus.Options{})
		say := func(from int) {
			f := frameOf(1, "x 1")
			f.Origin = [8]byte{byte(from), byte(from >> 8)}
			s.put(f.Encode(nil, ""))
			time.Sleep(time.Millisecond)
		}
		for i := range bus.MaxOrigins + 1 {
			say(i)
		}
		say(bus.MaxOrigins) // is known
		say(0)              // was silent for longest, and is forgotten
		synctest.Wait()
		if stats := a.bus.Stats(); stats.Received != bus.MaxOrigins+2 || stats.Duplicates != 1 {
			t.Errorf("Stats = %+v, want %d received and 1 duplicate", stats, bus.MaxOrigins+2)
		}
	})
}

func TestCheckWithoutEcho(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer()
		s.set(down)
		a := subscribe(t, s, bus.Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if found, err := a.bus.Check(ctx); !errors.Is(err, errDown) || found != nil {
			t.Errorf("Check = %v, %v, want %v", found, err, errDown)
		}
		s.set(up)
		time.Sleep(time.Second)
		if found, err := a.bus.Check(t.Context()); len(found) != 1 || err != nil {
			t.Errorf("Check = %v, %v, want itself", found, err)
		}
	})
}
