package runtime_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
)

// glass is a mirror within the test.
type glass struct {
	sent    []string
	deliver func(path, event string, data []byte)
	lost    func()
	fails   error
}

var _ runtime.Mirror = (*glass)(nil)

func (g *glass) Publish(path, event string, data []byte) error {
	if g.fails != nil {
		return g.fails
	}
	g.sent = append(g.sent, fmt.Sprintf("%s %s %s", path, event, data))
	return nil
}

func (g *glass) Subscribe(deliver func(path, event string, data []byte), lost func()) error {
	g.deliver, g.lost = deliver, lost
	return nil
}

var reading = recordtest.Schema("reading", record.Field{Name: "page", Type: record.Int},
	record.Field{Name: "mood", Type: record.String, WriteOnly: true})

// mirrored returns an app whose papers and users are mirrored, a client that
// hears them, and what bus and mirror got. Its papers have the events reading,
// whose data is known, and shout.
func mirrored(t testing.TB, change func(papers *runtime.Service)) (app *runtime.App, l *listener, bus *end, mirror *glass) {
	t.Helper()
	app, l, bus = listening(t, func(papers *runtime.Service) {
		papers.Events = []string{"reading", "shout"}
		papers.EventData = map[string]func() record.Record{"reading": reading.New}
		if change != nil {
			change(papers)
		}
	})
	mirror = &glass{}
	if err := app.SetMirror(mirror, []string{"papers", "users"}); err != nil {
		t.Fatal(err)
	}
	return app, l, bus, mirror
}

func TestMirrorGetsWhatNobodyInParticularSees(t *testing.T) {
	t.Parallel()
	app, _, _, mirror := mirrored(t, nil)
	as(t, app, "ann", "patch users 1", `{"name":"anna"}`)
	as(t, app, "anna", "create papers", `[{"text":"a"},{"text":"b"}]`)
	want := []string{
		`users patched {"id":1,"name":"anna","role":"member"}`, // without the email
		`papers created {"id":4,"text":"a","author":1,"grade":0}`,
		`papers created {"id":5,"text":"b","author":1,"grade":0}`,
	}
	if !slices.Equal(mirror.sent, want) {
		t.Errorf("sent %q, want %q", mirror.sent, want)
	}
}

func TestMirrorDoesNotGetLocalEvents(t *testing.T) {
	t.Parallel()
	app, l, _, mirror := mirrored(t, func(s *runtime.Service) { s.LocalEvents = []string{"created"} })
	as(t, app, "ann", "create papers", `{"text":"a"}`)
	mirror.deliver("papers", "created", []byte(`{"id":1,"text":"x"}`))
	if heard := l.take(); len(mirror.sent) > 0 || len(heard) != 1 {
		t.Errorf("sent %q, heard %q; want nothing and the own event", mirror.sent, heard)
	}
}

func TestServicesThatAreNotListedAreNotMirrored(t *testing.T) {
	t.Parallel()
	app, l, _ := listening(t, nil)
	mirror := &glass{}
	if err := app.SetMirror(mirror, []string{"users"}); err != nil {
		t.Fatal(err)
	}
	as(t, app, "ann", "create papers", `{"text":"a"}`)
	l.take()
	mirror.deliver("papers", "created", []byte(`{"id":1,"text":"x"}`))
	if heard := l.take(); len(mirror.sent)+len(heard) > 0 || app.SyncStats().Ignored != 1 {
		t.Errorf("sent %q, heard %q; want neither", mirror.sent, heard)
	}
}

func TestForeignEvents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, event, data, want string }{
		{"papers", "created", `{"id":7,"text":"x","author":1}`, `created {"id":7,"text":"x","author":1}`},
		{"papers", "removed", ` {"text":"x","id":7,"extra":{"a":[1]},"__v":0}`, `removed {"id":7,"text":"x"}`},
		{"papers", "patched", `{"id":7,"draft":null}`, `patched {"id":7}`},
		{"papers", "reading", `{"id":1,"page":3,"mood":"bad"}`, `reading {"id":1,"page":3}`},
		{"papers", "shout", `"any"`, `shout "any"`},
		{"papers", "shout", ` null `, `shout null`},

		{"papers", "created", `{"text":"no id"}`, ""},
		{"papers", "created", `{"id":"7","text":"x"}`, ""},
		{"papers", "created", `{"id":7,"text":5}`, ""},
		{"papers", "created", `{"id":7,"text":`, ""},
		{"papers", "created", `[{"id":7}]`, ""},
		{"papers", "created", `null`, ""},
		{"papers", "created", ``, ""},
		{"papers", "created", `{"id":7,"grade":null}`, ""}, // which has a default
		{"papers", "reading", `{"id":1,"page":"3"}`, ""},
		{"papers", "shout", ``, ""},
		{"papers", "shout", `{} {}`, ""},
		{"papers", "shout", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), ""},
		{"papers", "shout", `"` + strings.Repeat("x", 1<<20) + `"`, ""},
		{"papers", "whisper", `{}`, ""},
		{"papers", "resync", `{"missed":1}`, ""},
		{"papers", "record changed", `{"id":1}`, ""},
		{"notes", "created", `{"id":1}`, ""},
		{"", "", ``, ""},
	} {
		app, l, bus, mirror := mirrored(t, nil)
		mirror.deliver(c.path, c.event, []byte(c.data))
		heard, stats := strings.Join(l.take(), "\n"), app.SyncStats()
		dropped := stats.Dropped + stats.Ignored
		if heard != c.want || dropped != 0 && c.want != "" || dropped != 1 && c.want == "" {
			t.Errorf("%s %s %.50s was heard as %q, and %d dropped; want %q", c.path, c.event, c.data, heard, dropped, c.want)
		}
		if len(bus.sent)+len(mirror.sent) > 0 {
			t.Errorf("%s %s went on: %q, %q", c.path, c.event, bus.sent, mirror.sent)
		}
	}
}

func TestForeignEventShowsEachViewerWhatIsForThem(t *testing.T) {
	t.Parallel()
	app, anybody, _, mirror := mirrored(t, nil)
	var ann listener
	c := app.Connect(runtime.Handshake{}, &ann)
	defer c.Disconnect()
	if err := c.Login(t.Context(), identity(t, app, "ann")); err != nil {
		t.Fatal(err)
	}
	c.Join("everybody")
	mirror.deliver("users", "patched", []byte(`{"id":1,"email":"new@example.com"}`))
	if got, want := anybody.take(), []string{`patched {"id":1}`}; !slices.Equal(got, want) {
		t.Errorf("anybody heard %q, want %q", got, want)
	}
	if got, want := ann.take(), []string{`patched {"id":1,"email":"new@example.com"}`}; !slices.Equal(got, want) {
		t.Errorf("ann heard %q, want %q", got, want)
	}
}

func TestUserWhomAForeignAppRemovedIsLoggedOut(t *testing.T) {
	t.Parallel()
	app, _, _, mirror := mirrored(t, nil)
	var l listener
	c := app.Connect(runtime.Handshake{}, &l)
	defer c.Disconnect()
	if err := c.Login(t.Context(), identity(t, app, "bob")); err != nil {
		t.Fatal(err)
	}
	mirror.deliver("users", "removed", []byte(`{"id":2}`))
	if c.Identity() == nil {
		t.Error("who is still in the store was logged out")
	}
	if _, err := app.Service("users").Store.Remove(t.Context(), record.IntValue(2), everything); err != nil {
		t.Fatal(err)
	}
	mirror.deliver("users", "removed", []byte(`{"id":2}`))
	if c.Identity() != nil {
		t.Errorf("still logged in as %v", c.Identity())
	}
}

func TestEventsThatTheMirrorMissedAreAResync(t *testing.T) {
	t.Parallel()
	_, l, _, mirror := mirrored(t, nil)
	mirror.lost()
	if got, want := l.take(), []string{`resync {"missed":0}`, `resync {"missed":0}`}; !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q: of papers and of users", got, want)
	}
}

func TestMirrorThatFailsKeepsNobodyFromHearing(t *testing.T) {
	t.Parallel()
	app, l, bus, mirror := mirrored(t, nil)
	mirror.fails = errors.New("gone")
	as(t, app, "ann", "create papers", `{"text":"a"}`)
	if heard := l.take(); len(heard) != 1 || len(bus.sent) != 1 || app.SyncStats().Refused != 1 {
		t.Errorf("heard %q, sent %q", heard, bus.sent)
	}
}

func TestMirrorOfWhatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	if err := app.Use(&runtime.Service{Path: "authentication", Schema: paperSchema}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"authentication", "nothing"} {
		if err := app.SetMirror(&glass{}, []string{path}); err == nil {
			t.Errorf("SetMirror(%s) = nil, want an error", path)
		}
	}
}

func TestDataOfNoEventIsRefused(t *testing.T) {
	t.Parallel()
	app := runtime.New(runtime.Options{})
	s := &runtime.Service{Path: "s", Schema: paperSchema, EventData: map[string]func() record.Record{"reading": reading.New}}
	if err := app.Use(s); err == nil {
		t.Error("Use = nil, want an error")
	}
}

func FuzzForeignEvent(f *testing.F) {
	_, l, _, mirror := mirrored(f, nil)
	for _, data := range []string{`{"id":7,"text":"x","author":1,"draft":"d","grade":null}`, `{"id":1,"page":1,"mood":"bad"}`, `[{}]`, `null`, `{"id":1e9}`, `"\ud800"`} {
		f.Add("papers", "created", []byte(data))
		f.Add("papers", "reading", []byte(data))
		f.Add("papers", "shout", []byte(data))
		f.Add("users", "patched", []byte(data))
	}
	f.Fuzz(func(t *testing.T, path, event string, data []byte) {
		mirror.deliver(path, event, data)
		for _, heard := range l.take() {
			_, seen, _ := strings.Cut(heard, " ")
			if !json.Valid([]byte(seen)) || event != "shout" && strings.Contains(seen, `"mood":`) {
				t.Errorf("%s %s %s was heard as %s", path, event, data, seen)
			}
		}
	})
}
