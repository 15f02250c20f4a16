package runtime_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

// ear is a sink that keeps what it hears.
type ear struct {
	mu    sync.Mutex
	heard []string
}

type plain struct{}

func (plain) AppendFrame(dst []byte, e *runtime.Event) []byte {
	return fmt.Appendf(dst, "%s %s %s", e.Path, e.Name, e.Data)
}

func (e *ear) Expired() {}

func (e *ear) Deliver(ev *runtime.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, string(ev.Frame(plain{})))
}

func to(channels ...string) runtime.Publisher {
	return func(context.Context, *runtime.Event, *runtime.Call) []string { return channels }
}

func TestEventsReachTheMembersOfTheirChannelsOnce(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) { s.Publish = to("a", "b") })
	var both, one, none ear
	app.Connect(runtime.Handshake{Provider: "test"}, &both).Join("a", "b")
	app.Connect(runtime.Handshake{Provider: "test"}, &one).Join("b", "b")
	app.Connect(runtime.Handshake{Provider: "test"}, &none).Join("c")
	if _, err := call(t, app, runtime.Create, "", `{"text":"x","hint":"secret"}`, "$select=id"); err != nil {
		t.Fatal(err)
	}
	if len(both.heard) != 1 || len(one.heard) != 1 || len(none.heard) != 0 {
		t.Fatalf("heard %d, %d and %d events, want 1, 1 and 0", len(both.heard), len(one.heard), len(none.heard))
	}
	if got := both.heard[0]; got != one.heard[0] || !strings.HasPrefix(got, `notes created {"id":1`) {
		t.Errorf("heard %q", got)
	}
	if got := both.heard[0]; len(got) == 0 || strings.Contains(got, "secret") || !strings.Contains(got, `"text":"x"`) {
		t.Errorf("heard %q, want all that clients may see, whatever the query selected", got)
	}
}

func TestWhichCallsSendWhichEvents(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) {
		s.Publish = func(_ context.Context, e *runtime.Event, _ *runtime.Call) []string { return []string{"all"} }
		s.Multi = []runtime.Method{runtime.Create, runtime.Patch, runtime.Remove}
	})
	var e ear
	app.Connect(runtime.Handshake{Provider: "test"}, &e).Join("all")
	for _, c := range []struct {
		m           runtime.Method
		id, body, q string
		events      int
	}{
		{runtime.Create, "", `[{"text":"a"},{"text":"b"}]`, "", 2},
		{runtime.Create, "", `[]`, "", 0},
		{runtime.Create, "", `{}`, "", 0}, // fails
		{runtime.Find, "", ``, "", 0},
		{runtime.Get, "1", ``, "", 0},
		{runtime.Patch, "1", `{"text":"c"}`, "", 1},
		{runtime.Patch, "", `{"text":"d"}`, "text=none", 0},
		{runtime.Update, "2", `{"text":"e"}`, "", 1},
		{runtime.Remove, "", ``, "", 2},
	} {
		e.heard = nil
		_, _ = call(t, app, c.m, c.id, c.body, c.q)
		if len(e.heard) != c.events {
			t.Errorf("%s %s %s sent %d events, want %d: %q", c.m, c.id, c.body, len(e.heard), c.events, e.heard)
		}
	}
}

func TestEmitSendsEventsOfTheServiceOnly(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) { s.Events, s.Publish = []string{"typing"}, to("all") })
	var e ear
	app.Connect(runtime.Handshake{Provider: "test"}, &e).Join("all")
	svc := app.Service("notes")
	typing := recordtest.Schema("typing", record.Field{Name: "who", Type: record.String}).New()
	typing.SetValue(1, record.StringValue("ann"))
	if err := svc.Emit(t.Context(), "typing", typing); err != nil {
		t.Fatal(err)
	}
	if err := svc.Emit(t.Context(), "shouting", typing); err == nil {
		t.Error("Emit(shouting) = nil, want an error: the service has no such event")
	}
	if want := []string{`notes typing {"who":"ann"}`}; !slices.Equal(e.heard, want) {
		t.Errorf("heard %q, want %q", e.heard, want)
	}
}

func TestPanicInAPublisherSendsNothingAndFailsNothing(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) {
		s.Publish = func(context.Context, *runtime.Event, *runtime.Call) []string { panic("publisher") }
	})
	if _, err := call(t, app, runtime.Create, "", `{"text":"x"}`, ""); err != nil {
		t.Errorf("create = %v, want no error", err)
	}
}

func TestDisconnectLeavesAllChannels(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) { s.Publish = to("all") })
	gone := 0
	app.OnDisconnect(func(c *runtime.Connection) { gone++ })
	var first, last ear
	c := app.Connect(runtime.Handshake{Provider: "test"}, &first)
	c.Join("all", "room")
	app.Connect(runtime.Handshake{Provider: "test"}, &last).Join("all")
	if got := c.Channels(); !slices.Equal(got, []string{"all", "room"}) {
		t.Errorf("Channels = %q, want all and room", got)
	}
	c.Leave("room", "nowhere")
	c.Disconnect()
	c.Disconnect()
	c.Join("all")
	if _, err := call(t, app, runtime.Create, "", `{"text":"x"}`, ""); err != nil {
		t.Fatal(err)
	}
	if len(first.heard) != 0 || len(last.heard) != 1 || gone != 1 || len(c.Channels()) != 0 {
		t.Errorf("heard %d and %d, disconnects %d, channels %q; want 0, 1, 1, none", len(first.heard), len(last.heard), gone, c.Channels())
	}
}

func TestPanicOnConnectLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) { s.Publish = to("all") })
	app.OnConnect(func(c *runtime.Connection) {
		c.Join("all")
		panic("not today")
	})
	var e ear
	func() {
		defer func() {
			if recover() == nil {
				t.Error("Connect did not panic")
			}
		}()
		app.Connect(runtime.Handshake{Provider: "test"}, &e)
	}()
	if _, err := call(t, app, runtime.Create, "", `{"text":"x"}`, ""); err != nil {
		t.Fatal(err)
	}
	if len(e.heard) != 0 {
		t.Errorf("heard %q, want nothing", e.heard)
	}
}

func TestChannelsUnderConcurrentUse(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) { s.Publish = to("all", "some") })
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				var e ear
				c := app.Connect(runtime.Handshake{Provider: "test"}, &e)
				c.Join("all", "some")
				if _, err := call(t, app, runtime.Create, "", `{"text":"x"}`, ""); err != nil {
					t.Error(err)
				}
				c.Leave("some")
				c.Disconnect()
				if len(e.heard) == 0 {
					t.Error("a member heard nothing of its own call")
				}
			}
		})
	}
	group.Wait()
}

func TestAppsOwnCodeDecidesWhoHears(t *testing.T) {
	t.Parallel()
	app := runtime.New(runtime.Options{Logger: discard})
	app.Publish("notes", func(_ context.Context, e *runtime.Event, _ *runtime.Call, channels []string) []string {
		if e.Name == "removed" {
			return nil
		}
		return append(channels, "more")
	})
	app.Filter("notes", func(_ *runtime.Event, c *runtime.Connection) bool { return c.Address != "far" })
	schema := recordtest.Schema("notes", record.Field{Name: "text", Type: record.String})
	err := app.Use(&runtime.Service{Path: "notes", Schema: schema, Store: memory.New(schema), Methods: everyMethod,
		Publish: func(context.Context, *runtime.Event, *runtime.Call) []string { return []string{"some"} }})
	if err != nil {
		t.Fatal(err)
	}
	var some, more, far listener
	app.Connect(runtime.Handshake{}, &some).Join("some")
	app.Connect(runtime.Handshake{}, &more).Join("more")
	app.Connect(runtime.Handshake{Address: "far"}, &far).Join("some", "more")
	as(t, app, "", "create notes", `{"text":"a"}`)
	as(t, app, "", "remove notes 1", "")
	if a, b, c := some.take(), more.take(), far.take(); len(a) != 1 || len(b) != 1 || len(c) != 0 {
		t.Errorf("heard %q, %q and %q; want the created event in both channels, and nothing far away", a, b, c)
	}
}
