package runtime_test

import (
	"bytes"
	"context"
	"errors"
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
	sent    [][]byte
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

func (e *end) Subscribe(deliver func(string, uint64, []byte), _ func(uint64)) error {
	e.deliver = deliver
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

func FuzzBusMessage(f *testing.F) {
	app := guarded(f, nil)
	var w wire
	bus := w.end()
	if err := app.SetBus(bus); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{})
	f.Add([]byte("\x01\x05users\x07patched\x05users\x01\x09everybody" + `{"id":1,"name":"x"}`))
	f.Add([]byte("\x01\x05users\x07removed\x05users\x00" + `{"id":`))
	f.Add([]byte("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte("\x02\x05users"))
	f.Fuzz(func(_ *testing.T, msg []byte) { bus.deliver("1.1", 1, msg) })
}
