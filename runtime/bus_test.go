package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// wire is a bus within the test: what one end publishes, the others hear.
type wire struct{ ends []*end }

type end struct {
	wire    *wire
	deliver func(string, uint64, []byte)
	gap     func(uint64)
	sent    [][]byte
	limit   int // of a message, 0 for none
	fails   error
}

func (w *wire) end() *end {
	e := &end{wire: w}
	w.ends = append(w.ends, e)
	return e
}

func (e *end) Publish(msg []byte, stored func()) error {
	if e.fails != nil {
		return e.fails
	}
	if e.limit > 0 && len(msg) > e.limit {
		return fmt.Errorf("test: %w", runtime.ErrTooLarge)
	}
	e.sent = append(e.sent, msg)
	for _, other := range e.wire.ends {
		if other != e && other.deliver != nil {
			other.deliver("1.1", uint64(len(e.sent)), bytes.Clone(msg))
		}
	}
	if stored != nil {
		stored()
	}
	return nil
}

func (e *end) Subscribe(deliver func(string, uint64, []byte), gap func(uint64)) error {
	e.deliver, e.gap = deliver, gap
	return nil
}

// pair returns two processes of one app, each with a bus to the other.
func pair(t testing.TB, change func(papers *runtime.Service)) (a, b *runtime.App, bus [2]*end) {
	t.Helper()
	var w wire
	a, b = guarded(t, change), guarded(t, change)
	for i, app := range []*runtime.App{a, b} {
		channels(app)
		bus[i] = w.end()
		if err := app.SetBus(bus[i]); err != nil {
			t.Fatal(err)
		}
	}
	return a, b, bus
}

func TestEventsReachTheClientsOfOtherProcessesOnce(t *testing.T) {
	t.Parallel()
	a, b, _ := pair(t, nil)
	var here, there, far listener
	for l, app := range map[*listener]*runtime.App{&here: a, &there: b, &far: b} {
		c := app.Connect(runtime.Handshake{}, l)
		defer c.Disconnect()
		if l == &far {
			c.Login(t.Context(), identity(t, app, "ann"))
		}
	}
	as(t, a, "ann", "patch users 1", `{"name":"ann"}`)
	as(t, a, "ann", "patch users 1", `{"name":"anna"}`)
	short := []string{`patched {"id":1,"name":"ann","role":"member"}`, `patched {"id":1,"name":"anna","role":"member"}`}
	for name, l := range map[string]*listener{"here": &here, "there": &there} {
		if got := l.take(); !slices.Equal(got, short) {
			t.Errorf("%s heard %q, want %q", name, got, short)
		}
	}
	if got := far.take(); len(got) != 2 || !strings.Contains(got[0], `"email":"ann@example.com"`) {
		t.Errorf("the owner in another process heard %q, want what only she sees too", got)
	}
}

func TestBusCarriesNothingThatNoClientMaySee(t *testing.T) {
	t.Parallel()
	var w wire
	app := notes(t, func(s *runtime.Service) {
		s.Publish = func(context.Context, *runtime.Event, *runtime.Call) []string { return []string{"all"} }
	})
	bus := w.end()
	if err := app.SetBus(bus); err != nil {
		t.Fatal(err)
	}
	if _, err := call(t, app, runtime.Create, "", `{"text":"seen","hint":"a-secret"}`, ""); err != nil {
		t.Fatal(err)
	}
	if len(bus.sent) != 1 || bytes.Contains(bus.sent[0], []byte("a-secret")) || !bytes.Contains(bus.sent[0], []byte("seen")) {
		t.Errorf("on the bus: %q", bus.sent)
	}
}

func TestUserRemovedInAnotherProcessIsLoggedOut(t *testing.T) {
	t.Parallel()
	a, b, _ := pair(t, nil)
	a.Service("users").Publish = nil // nobody hears of users, and yet
	var l listener
	c := b.Connect(runtime.Handshake{}, &l)
	defer c.Disconnect()
	c.Login(t.Context(), identity(t, b, "bob"))
	remove := &runtime.Call{Service: a.Service("users"), Method: runtime.Remove, ID: record.IntValue(2)}
	if err := a.Do(t.Context(), remove); err != nil {
		t.Fatal(err)
	}
	if c.Identity() != nil || len(c.Channels()) > 0 {
		t.Errorf("logged in as %v, in %q", c.Identity(), c.Channels())
	}
}

func TestFilterHoldsForEventsOfOtherProcesses(t *testing.T) {
	t.Parallel()
	a, b, _ := pair(t, func(papers *runtime.Service) {
		papers.Publish = func(context.Context, *runtime.Event, *runtime.Call) []string { return []string{"everybody"} }
		papers.Filter = func(e *runtime.Event, c *runtime.Connection) bool {
			return record.Equal(c.Identity().UserID(), e.Record.Value(paperAuthor))
		}
	})
	var ann, bob listener
	for name, l := range map[string]*listener{"ann": &ann, "bob": &bob} {
		c := b.Connect(runtime.Handshake{}, l)
		defer c.Disconnect()
		c.Login(t.Context(), identity(t, b, name))
	}
	as(t, a, "ann", "create papers", `{"text":"hers"}`)
	if len(ann.take()) != 1 || len(bob.take()) != 0 {
		t.Error("the filter let others hear, or not the owner")
	}
}

func TestBusThatFailsKeepsNobodyFromHearing(t *testing.T) {
	t.Parallel()
	a, _, bus := pair(t, nil)
	bus[0].fails = errors.New("gone")
	var l listener
	c := a.Connect(runtime.Handshake{}, &l)
	defer c.Disconnect()
	if got := as(t, a, "ann", "patch users 1", `{"name":"ann"}`); !strings.Contains(got, "ann") {
		t.Errorf("the call answers %s", got)
	}
	if len(l.take()) != 1 {
		t.Error("a client of the same process did not hear")
	}
}

// listening returns an app whose papers go to everybody, a client that hears
// them, and its bus.
func listening(t testing.TB, change func(papers *runtime.Service)) (*runtime.App, *listener, *end) {
	t.Helper()
	app := guarded(t, func(papers *runtime.Service) {
		papers.Publish = to("everybody")
		if change != nil {
			change(papers)
		}
	})
	var w wire
	bus := w.end()
	if err := app.SetBus(bus); err != nil {
		t.Fatal(err)
	}
	l := &listener{}
	c := app.Connect(runtime.Handshake{}, l)
	c.Join("everybody")
	t.Cleanup(c.Disconnect)
	return app, l, bus
}

// Messages of other processes, in the versions there are.
const (
	version1 = "\x01\x06papers\x07created\x06papers\x01\x09everybody" + `{"id":1,"text":"one"}`
	version2 = "\x02\x00\x00\x00\x21\x06papers\x07created\x06papers\x01\x09everybody" + `{"id":1,"text":"two"}`
	extended = "\x02\x00\x00\x00\x24\x06papers\x07created\x06papers\x01\x09everybody\x02hi" + `{"id":1,"text":"more"}`
	silent   = "\x02\x00\x00\x00\x1f\x06papers\x07created\x06papers\x01\x07nowhere" + `{"id":1,"text":"two"}`
)

func TestMessagesOfOtherReleasesAreRead(t *testing.T) {
	t.Parallel()
	app, l, bus := listening(t, nil)
	for msg, want := range map[string]string{
		version1: `created {"id":1,"text":"one"}`,
		version2: `created {"id":1,"text":"two"}`,
		extended: `created {"id":1,"text":"more"}`,
	} {
		bus.deliver("1.1", 1, []byte(msg))
		if got := l.take(); !slices.Equal(got, []string{want}) {
			t.Errorf("%q was heard as %q, want %q", msg, got, want)
		}
	}
	if got, want := app.SyncStats(), (runtime.SyncStats{Heard: 3}); got != want {
		t.Errorf("SyncStats = %+v, want %+v", got, want)
	}
}

func TestWhatIsSentIsOfThisRelease(t *testing.T) {
	t.Parallel()
	app, _, bus := listening(t, nil)
	as(t, app, "ann", "create papers", `{"text":"new"}`)
	const want = "\x02\x00\x00\x00\x21\x06papers\x07created\x06papers\x01\x09everybody" + `{"id":4,"text":"new","author":1,"grade":0}`
	if len(bus.sent) != 1 || string(bus.sent[0]) != want {
		t.Errorf("sent %q, want %q", bus.sent, want)
	}
}

func TestMessagesThatMakeNoSenseAreCountedAndLoggedOnce(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	app := runtime.New(runtime.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	var w wire
	bus := w.end()
	if err := app.SetBus(bus); err != nil {
		t.Fatal(err)
	}
	for _, msg := range []string{"", "\x02", "\x03" + version2[1:], version1[:20], version2[:20], "\x02\xff" + version2[2:], version2} {
		bus.deliver("1.1", 1, []byte(msg))
	}
	if n := app.SyncStats().Dropped; n != 7 {
		t.Errorf("%d were dropped, want 7", n)
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d lines in the log, want 1: %s", n, &log)
	}
}

func TestEventWithoutListenersCostsNoMemory(t *testing.T) {
	app, l, bus := listening(t, nil)
	msg := []byte(silent)
	if n := testing.AllocsPerRun(100, func() { bus.deliver("1.1", 1, msg) }); n > 0 {
		t.Errorf("%v allocations for an event that nobody hears, want none", n)
	}
	if heard, n := l.take(), app.SyncStats().Unheard; len(heard) > 0 || n != 101 {
		t.Errorf("heard %q, unheard %d", heard, n)
	}
}

func BenchmarkReceive(b *testing.B) {
	for _, c := range []struct{ name, msg string }{{"without listeners", silent}, {"with a listener", version2}} {
		b.Run(c.name, func(b *testing.B) {
			_, l, bus := listening(b, nil)
			msg := []byte(c.msg)
			b.ReportAllocs()
			for b.Loop() {
				bus.deliver("1.1", 1, msg)
				l.heard = l.heard[:0]
			}
		})
	}
}

func FuzzBusMessage(f *testing.F) {
	app, l, bus := listening(f, func(papers *runtime.Service) {
		papers.Filter = func(*runtime.Event, *runtime.Connection) bool { return true }
	})
	f.Add([]byte{})
	f.Add([]byte("\x01\x05users\x07patched\x05users\x01\x09everybody" + `{"id":1,"name":"x"}`))
	f.Add([]byte("\x01\x05users\x07removed\x05users\x00" + `{"id":`))
	f.Add([]byte("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte("\x02\x05users"))
	f.Add([]byte("\x02\x00\x00\x00\x14\x06papers\x06resync\x00\x00" + `{"missed":1}`))
	for _, msg := range []string{version1, version2, extended, silent} {
		f.Add([]byte(msg))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		before := app.SyncStats()
		bus.deliver("1.1", 1, msg)
		after := app.SyncStats()
		if heard := l.take(); len(heard) > 1 {
			t.Errorf("heard %q of one message", heard)
		}
		if dropped := after.Dropped - before.Dropped; dropped > 1 || dropped == 1 && after.Heard > before.Heard {
			t.Errorf("before %+v, after %+v", before, after)
		}
	})
}
