package runtime_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestClientsAreToldOfLostEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		gaps []uint64
		want string
	}{
		"one":                {[]uint64{3}, `resync {"missed":3}`},
		"one for each other": {[]uint64{3, 1, 2}, `resync {"missed":6}`},
		"nobody knows":       {[]uint64{3, 0, 2}, `resync {"missed":0}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				app, l, bus := listening(t, func(papers *runtime.Service) {
					papers.Filter = func(e *runtime.Event, _ *runtime.Connection) bool { return e.Record != nil }
				})
				var outside listener
				defer app.Connect(runtime.Handshake{}, &outside).Disconnect() // in no channel
				for _, missed := range c.gaps {
					bus.gap(missed)
				}
				time.Sleep(time.Second)
				synctest.Wait()
				// One for the users, one for the papers.
				if got := l.take(); !slices.Equal(got, []string{c.want, c.want}) {
					t.Errorf("heard %q, want %q twice", got, c.want)
				}
				if got := outside.take(); len(got) > 0 {
					t.Errorf("who is in no channel heard %q", got)
				}
				bus.gap(1)
				time.Sleep(time.Second)
				synctest.Wait()
				if got := l.take(); len(got) != 2 || got[0] != `resync {"missed":1}` {
					t.Errorf("of the next gap was heard %q", got)
				}
			})
		})
	}
}

func TestResyncIsForThoseWhoMayHearTheService(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		app, _, bus := listening(t, nil)
		var l listener
		c := app.Connect(runtime.Handshake{}, &l)
		defer c.Disconnect()
		id, err := app.Identify(t.Context(), http.Header{"Name": {"ann"}, "Only": {"papers:find"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Login(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		c.Join("another")
		bus.gap(1)
		time.Sleep(time.Second)
		synctest.Wait()
		if got := l.take(); len(got) != 1 {
			t.Errorf("credentials for papers only heard %q, want one resync", got)
		}
	})
}

func TestLoginsFollowTheirUsersAfterAGap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		app, _, bus := listening(t, nil)
		var l listener
		c := app.Connect(runtime.Handshake{}, &l)
		defer c.Disconnect()
		if err := c.Login(t.Context(), identity(t, app, "bob")); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Service("users").Store.Remove(t.Context(), record.IntValue(2), everything); err != nil {
			t.Fatal(err)
		}
		bus.gap(1)
		time.Sleep(time.Second)
		synctest.Wait()
		if c.Identity() != nil {
			t.Errorf("still logged in as %v", c.Identity())
		}
	})
}

func TestEventTooLargeForTheBusIsAResyncElsewhere(t *testing.T) {
	t.Parallel()
	a, b, bus := pair(t, func(papers *runtime.Service) { papers.Publish = to("everybody") })
	bus[0].limit = 200
	var here, there, other listener
	for l, app := range map[*listener]*runtime.App{&here: a, &there: b, &other: b} {
		c := app.Connect(runtime.Handshake{}, l)
		defer c.Disconnect()
		if l == &other {
			c.Leave("everybody")
			c.Join("another")
		}
	}
	as(t, a, "ann", "create papers", `{"text":"`+strings.Repeat("long ", 100)+`"}`)
	if got := here.take(); len(got) != 1 || !strings.HasPrefix(got[0], "created ") {
		t.Errorf("heard %q where it happened", got)
	}
	if got := there.take(); !slices.Equal(got, []string{`resync {"missed":1}`}) {
		t.Errorf("heard %q elsewhere", got)
	}
	if got := other.take(); len(got) > 0 {
		t.Errorf("heard %q in another channel", got)
	}
	if got := a.SyncStats(); got.Refused != 1 || got.Sent != 0 {
		t.Errorf("SyncStats = %+v", got)
	}
}

func TestEventWithTooManyChannelsIsAResyncToAll(t *testing.T) {
	t.Parallel()
	a, b, bus := pair(t, func(papers *runtime.Service) {
		papers.Publish = to("everybody", strings.Repeat("x", 300))
	})
	bus[0].limit = 200
	var l listener
	c := b.Connect(runtime.Handshake{}, &l)
	defer c.Disconnect()
	c.Leave("everybody")
	c.Join("another")
	as(t, a, "ann", "create papers", `{"text":"short"}`)
	if got := l.take(); !slices.Equal(got, []string{`resync {"missed":1}`}) {
		t.Errorf("heard %q", got)
	}
}

func TestServiceCanNotHaveTheEventResync(t *testing.T) {
	t.Parallel()
	app := runtime.New(runtime.Options{})
	err := app.Use(&runtime.Service{Path: "s", Schema: paperSchema, Events: []string{"resync"}})
	if err == nil || !strings.Contains(err.Error(), "choose another name") {
		t.Errorf("Use = %v, want an error", err)
	}
}

func TestLocalEventsStayInTheirProcess(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*runtime.Service){
		"the service's": func(s *runtime.Service) { s.Local = true },
		"one event":     func(s *runtime.Service) { s.LocalEvents = []string{"created"} },
		"one call's": func(s *runtime.Service) {
			s.Hooks.Before = map[runtime.Method][]runtime.Hook{runtime.Create: {local}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, l, bus := listening(t, change)
			as(t, app, "ann", "create papers", `{"text":"here"}`)
			if got := l.take(); len(got) != 1 || len(bus.sent) > 0 {
				t.Errorf("%d were heard here, sent %q; want 1 and nothing", len(got), bus.sent)
			}
			as(t, app, "ann", "patch papers 1", `{"text":"everywhere"}`)
			sent := len(bus.sent) == 1 && bytes.Contains(bus.sent[0], []byte("everywhere"))
			if want := name != "the service's"; sent != want {
				t.Errorf("another event was sent: %v, want %v", sent, want)
			}
		})
	}
}

func TestChangesOfUsersReachLoginsWhateverIsLocal(t *testing.T) {
	t.Parallel()
	a, b, _ := pair(t, nil)
	a.Service("users").Local = true
	var l listener
	c := b.Connect(runtime.Handshake{}, &l)
	defer c.Disconnect()
	if err := c.Login(t.Context(), identity(t, b, "bob")); err != nil {
		t.Fatal(err)
	}
	remove := &runtime.Call{Service: a.Service("users"), Method: runtime.Remove, ID: record.IntValue(2)}
	if err := a.Do(t.Context(), remove); err != nil {
		t.Fatal(err)
	}
	if c.Identity() != nil || len(l.take()) > 0 {
		t.Error("the user is logged in, or heard the event")
	}
}

func TestLocalEventThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	app := runtime.New(runtime.Options{})
	if err := app.Use(&runtime.Service{Path: "s", Schema: paperSchema, LocalEvents: []string{"typing"}}); err == nil {
		t.Error("Use = nil, want an error")
	}
}

// everything is the condition that all records match.
var everything query.Cond

func local(_ context.Context, c *runtime.Call) error {
	c.Local = true
	return nil
}
