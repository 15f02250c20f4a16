package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/outbox"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
)

var noteSchema = recordtest.Schema("notes",
	record.Field{Name: "text", Type: record.String, Required: true},
	record.Field{Name: "password", Type: record.String, WriteOnly: true},
)

const (
	noteID = iota
	noteText
	notePassword
)

// newApp returns an app of notes in a database, with an outbox.
func newApp(ctx context.Context, db *sqlite.DB, change func(*runtime.Service)) (*runtime.App, error) {
	if _, err := db.Outbox(ctx); err != nil {
		return nil, err
	}
	store, err := db.Table(ctx, noteSchema, sqlite.TableOptions{})
	if err != nil {
		return nil, err
	}
	s := &runtime.Service{Path: "notes", Schema: noteSchema, Store: store, Outbox: true, Events: []string{"shouted"},
		Publish: func(context.Context, *runtime.Event, *runtime.Call) []string { return []string{"all"} },
		Sealed:  record.Fields(notePassword),
		Seal:    func(context.Context, record.Record, record.FieldSet) error { return nil },
	}
	if change != nil {
		change(s)
	}
	a := runtime.New(runtime.Options{Logger: slog.New(slog.DiscardHandler)})
	return a, a.Use(s)
}

// broker is a bus that keeps what is published, and says so when it is told to.
type broker struct {
	mu      sync.Mutex
	msgs    [][]byte
	waiting []func()
	hold    bool // nothing is stored for now
	lose    bool // what comes is taken, and lost
	refuse  error
}

func (b *broker) Publish(msg []byte, stored func()) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.refuse != nil:
		return b.refuse
	case b.lose:
		return nil
	}
	b.msgs = append(b.msgs, msg)
	if b.hold {
		b.waiting = append(b.waiting, stored)
	} else {
		stored()
	}
	return nil
}

func (*broker) Subscribe(func(string, uint64, []byte), func(uint64)) error { return nil }

// set changes the broker, and has what waits stored if it holds no more.
func (b *broker) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if change(); !b.hold {
		for _, stored := range b.waiting {
			stored()
		}
		b.waiting = nil
	}
}

func (b *broker) texts() (list []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, msg := range b.msgs {
		list = append(list, string(aText.FindSubmatch(msg)[1]))
	}
	return list
}

// ear is a client.
type ear struct {
	mu    sync.Mutex
	heard []string
}

func (*ear) Expired() {}

func (e *ear) Deliver(ev *runtime.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, ev.Name+" "+string(aText.FindSubmatch(ev.Data)[1]))
}

func (e *ear) texts() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard)
}

// process is one process of an app, and a client of it.
type process struct {
	*outbox.Outbox
	t       *testing.T
	app     *runtime.App
	bus     *broker
	entries *spy
	ear     ear
	stop    func()
}

// idle is short for tests, and long for a machine with much to do.
const idle = 300 * time.Millisecond

// spy lets a test look at the entries.
type spy struct {
	kept.Entries
	asked    chan struct{} // holds one element after each use
	mu       sync.Mutex
	owner    int64
	released []int64
	age      time.Duration // of all entries, 0 for their own
	fail     error
}

func (s *spy) Register(ctx context.Context) (owner int64, err error) {
	owner, err = s.Entries.Register(ctx)
	s.owner = owner
	return owner, err
}

func (s *spy) tell() {
	select {
	case s.asked <- struct{}{}:
	default:
	}
}

// Claim is called at every beat.
func (s *spy) Claim(ctx context.Context, keeper int64, idle time.Duration) ([]int64, error) {
	defer s.tell()
	return s.Entries.Claim(ctx, keeper, idle)
}

func (s *spy) Read(ctx context.Context, owner, after int64, limit int) ([]kept.Entry, error) {
	list, err := s.Entries.Read(ctx, owner, after, limit)
	for i := range list {
		list[i].Age += s.age
	}
	return list, err
}

func (s *spy) Delete(ctx context.Context, owner int64, seqs []int64) error {
	defer s.tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	return s.Entries.Delete(ctx, owner, seqs)
}

func (s *spy) Release(ctx context.Context, keeper, owner int64) (bool, error) {
	defer s.tell()
	ok, err := s.Entries.Release(ctx, keeper, owner)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ok {
		s.released = append(s.released, owner)
	}
	return ok, err
}

// start starts a process on a database file.
func start(t *testing.T, path string, change func(*runtime.Service)) *process {
	return startWith(t, path, change, outbox.Options{}, 0)
}

func startWith(t *testing.T, path string, change func(*runtime.Service), o outbox.Options, age time.Duration) *process {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, bus: &broker{}}
	if p.app, err = newApp(t.Context(), db, change); err != nil {
		t.Fatal(err)
	}
	if err := p.app.SetBus(p.bus); err != nil {
		t.Fatal(err)
	}
	p.app.Connect(runtime.Handshake{}, &p.ear).Join("all")
	entries, err := db.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.entries = &spy{Entries: entries, asked: make(chan struct{}, 1), age: age}
	o.Idle, o.Logger = idle, slog.New(slog.DiscardHandler)
	if p.Outbox, err = outbox.Start(t.Context(), p.app, p.entries, o); err != nil {
		t.Fatal(err)
	}
	p.stop = sync.OnceFunc(func() {
		if err := errors.Join(p.Close(context.Background()), db.Close()); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	t.Cleanup(p.stop)
	return p
}

// until waits for a condition, which may come true with each use of the
// database.
func (p *process) until(holds func() bool) {
	p.t.Helper()
	end := time.After(time.Minute)
	for !holds() {
		select {
		case <-p.entries.asked:
		case <-end:
			p.t.Fatalf("in vain: %+v, %d events on the bus", p.Stats(), len(p.bus.texts()))
		}
	}
}

// kept returns the entries of an owner as text.
func (p *process) kept(owner int64) (list []string) {
	p.t.Helper()
	entries, err := p.entries.Entries.Read(context.Background(), owner, 0, 1<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Event+" "+string(e.Data))
	}
	return list
}

// empty reports whether the process keeps nothing.
func (p *process) empty() bool { return len(p.kept(p.entries.owner)) == 0 }

// owners returns the owners that have entries, and the process's own.
func (p *process) owners() []int64 {
	list := []int64{p.entries.owner}
	for owner := int64(1); owner < 100; owner++ {
		if owner != p.entries.owner && len(p.kept(owner)) > 0 {
			list = append(list, owner)
		}
	}
	return list
}

func (p *process) create(texts ...string) {
	p.t.Helper()
	if err := p.app.Do(p.t.Context(), creating(p.app, texts...)); err != nil {
		p.t.Fatal(err)
	}
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "app.db") }

func TestEntriesGoOnceTheirEventsAreStored(t *testing.T) {
	t.Parallel()
	p := start(t, file(t), nil)
	p.bus.set(func() { p.bus.hold = true })
	p.create("a")
	p.create("b", "c")
	expect(t, "kept", p.kept(p.entries.owner), `created {"id":1,"text":"a"}`, `created {"id":2,"text":"b"}`, `created {"id":3,"text":"c"}`)
	if n := p.Stats().Waiting; n != 3 {
		t.Errorf("%d entries wait, want 3", n)
	}
	p.bus.set(func() { p.bus.hold = false })
	p.until(p.empty)
	p.until(func() bool { return p.Stats().Waiting == 0 })
	expect(t, "on the bus", p.bus.texts(), "a", "b", "c")
	expect(t, "clients heard", p.ear.texts(), "created a", "created b", "created c")
}

func TestWhatHooksMakeOfTheEvent(t *testing.T) {
	t.Parallel()
	var unwanted error
	p := start(t, file(t), func(s *runtime.Service) {
		s.Hooks = runtime.Hooks{
			Before: map[runtime.Method][]runtime.Hook{runtime.All: {func(_ context.Context, c *runtime.Call) error {
				switch c.Data[0].Value(noteText).Str() {
				case "no event":
					c.Event = ""
				case "another":
					c.Event = "shouted"
				case "here only":
					c.Local = true
				}
				return nil
			}}},
			After: map[runtime.Method][]runtime.Hook{runtime.All: {func(_ context.Context, c *runtime.Call) error {
				switch c.Data[0].Value(noteText).Str() {
				case "no event after all":
					c.Event = ""
				case "fails":
					return runtime.BadRequest("no")
				case "panics":
					panic("oh no")
				}
				return nil
			}}},
		}
	})
	p.bus.set(func() { p.bus.hold = true })
	for _, text := range []string{"no event", "another", "here only", "no event after all", "fails", "panics"} {
		if err := p.app.Do(t.Context(), creating(p.app, text)); err != nil && text != "fails" && text != "panics" {
			unwanted = errors.Join(unwanted, err)
		}
	}
	if unwanted != nil {
		t.Error(unwanted)
	}
	p.until(func() bool { return len(p.kept(p.entries.owner)) == 1 })
	expect(t, "kept", p.kept(p.entries.owner), `shouted {"id":2,"text":"another"}`)
	expect(t, "on the bus", p.bus.texts(), "another")
	expect(t, "clients heard", p.ear.texts(), "shouted another", "created here only")
	p.bus.set(func() { p.bus.hold = false })
	p.until(p.empty)
}

func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	p := start(t, file(t), nil)
	p.bus.set(func() { p.bus.hold = true })
	c := creating(p.app, "a")
	c.Data[0].SetValue(notePassword, record.StringValue("a-hash"))
	if err := p.app.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if got := p.kept(p.entries.owner); len(got) != 1 || strings.Contains(got[0], "a-hash") {
		t.Errorf("kept %q", got)
	}
}

func TestProcessThatLeavesIsFollowed(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := start(t, path, nil)
	first.bus.set(func() { first.bus.hold = true })
	first.create("a")
	patch := &runtime.Call{Service: first.app.Service("notes"), Method: runtime.Patch, ID: record.IntValue(1), Data: []record.Record{noteSchema.New()}}
	patch.Data[0].SetValue(noteText, record.StringValue("b"))
	patch.Changed = record.Fields(noteText)
	if err := first.app.Do(t.Context(), patch); err != nil {
		t.Fatal(err)
	}
	if err := first.app.Do(t.Context(), &runtime.Call{Service: first.app.Service("notes"), Method: runtime.Remove, ID: record.IntValue(1)}); err != nil {
		t.Fatal(err)
	}
	first.stop()
	second := start(t, path, nil)
	second.bus.set(func() { second.bus.hold = true })
	heard := []string{"created a", "patched b", "removed b"}
	second.until(func() bool { return len(second.ear.texts()) >= len(heard) })
	expect(t, "clients heard", second.ear.texts(), heard...)
	if got := second.kept(first.entries.owner); len(got) != len(heard) {
		t.Errorf("kept %q until they are stored, want three", got)
	}
	second.bus.set(func() { second.bus.hold = false })
	second.until(func() bool {
		second.entries.mu.Lock()
		defer second.entries.mu.Unlock()
		return slices.Contains(second.entries.released, first.entries.owner)
	})
	expect(t, "on the bus", second.bus.texts(), "a", "b", "b")
	expect(t, "clients heard, once", second.ear.texts(), heard...)
}

func TestEventsThatTheBusLosesAreSentAgain(t *testing.T) {
	t.Parallel()
	p := start(t, file(t), nil)
	p.bus.set(func() { p.bus.lose = true })
	p.create("a")
	p.create("b", "c")
	p.bus.set(func() { p.bus.lose = false })
	n := 0
	p.until(func() bool { // what is stored later shows that they are lost
		n++
		p.create(fmt.Sprint("later ", n))
		return p.Stats().Resent >= 3
	})
	p.until(p.empty)
	for _, text := range []string{"a", "b", "c"} {
		if !slices.Contains(p.bus.texts(), text) {
			t.Errorf("%s is not on the bus", text)
		}
	}
	if heard := p.ear.texts(); len(heard) != 3+n {
		t.Errorf("clients heard %d events, want %d: none twice", len(heard), 3+n)
	}
}

func TestEventsThatTheBusRefusesAreSentLater(t *testing.T) {
	t.Parallel()
	p := start(t, file(t), nil)
	p.bus.set(func() { p.bus.refuse = errors.New("full") })
	p.create("a")
	p.create("b", "c")
	if got := p.kept(p.entries.owner); len(got) != 3 {
		t.Errorf("kept %q, want three", got)
	}
	p.bus.set(func() { p.bus.refuse = nil })
	p.until(p.empty)
	expect(t, "on the bus", p.bus.texts(), "a", "b", "c")
	expect(t, "clients heard", p.ear.texts(), "created a", "created b", "created c")
}

func TestEventsThatAreTooLargeAreNotKept(t *testing.T) {
	t.Parallel()
	p := start(t, file(t), nil)
	p.bus.set(func() { p.bus.refuse = fmt.Errorf("bus: %w", runtime.ErrTooLarge) })
	p.create("a")
	p.until(p.empty)
}

func TestMoreThanMayWaitIsSentFromTheDatabase(t *testing.T) {
	t.Parallel()
	p := startWith(t, file(t), nil, outbox.Options{Waiting: 100}, 0)
	p.bus.set(func() { p.bus.hold = true })
	var texts []string
	for i := range 90 {
		texts = append(texts, fmt.Sprint(i))
	}
	p.create(texts...)
	p.create("one", "more")
	for i := range 1500 {
		texts = append(texts, fmt.Sprint("x", i))
	}
	p.create(texts[90:]...)
	texts = slices.Insert(texts, 90, "one", "more")
	if got := p.bus.texts(); len(got) != 92 {
		t.Errorf("%d events are on the bus, want 92", len(got))
	}
	p.bus.set(func() { p.bus.hold = false })
	p.until(p.empty)
	expect(t, "on the bus", p.bus.texts(), texts...)
	if got := p.ear.texts(); len(got) != len(texts) {
		t.Errorf("clients heard %d events, want %d", len(got), len(texts))
	}
}

func TestEntriesThatCanNotBeSentStayUntilTheyAreOld(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := start(t, path, func(s *runtime.Service) { s.Path = "old/notes" })
	first.bus.set(func() { first.bus.hold = true })
	c := creating(first.app, "a")
	if err := first.app.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	first.stop()
	second := start(t, path, nil)
	second.until(func() bool { return second.Stats().Stuck == 1 })
	if got := second.kept(first.entries.owner); len(got) != 1 {
		t.Errorf("kept %q, want one", got)
	}
	second.stop()
	third := startWith(t, path, nil, outbox.Options{}, 8*24*time.Hour)
	third.until(func() bool { return len(third.kept(first.entries.owner)) == 0 })
	if n := third.Stats().Stuck; n == 0 {
		t.Error("an entry was deleted, and not counted")
	}
}

func TestDatabaseThatFailsIsAskedAgain(t *testing.T) {
	t.Parallel()
	p := start(t, file(t), nil)
	p.entries.mu.Lock()
	p.entries.fail = errors.New("disk on fire")
	p.entries.mu.Unlock()
	p.create("a")
	p.create("b")
	p.entries.mu.Lock()
	p.entries.fail = nil
	p.entries.mu.Unlock()
	p.until(p.empty)
	expect(t, "on the bus", p.bus.texts(), "a", "b")
}

func TestManyRecordsAtOnce(t *testing.T) {
	t.Parallel()
	p := start(t, file(t), nil)
	const many = 10_000
	texts := make([]string, many)
	for i := range texts {
		texts[i] = fmt.Sprint(i)
	}
	p.create(texts...)
	patch := &runtime.Call{Service: p.app.Service("notes"), Method: runtime.Patch, Many: true, Data: []record.Record{noteSchema.New()}}
	patch.Data[0].SetValue(noteText, record.StringValue("all"))
	patch.Changed = record.Fields(noteText)
	if err := p.app.Do(t.Context(), patch); err != nil {
		t.Fatal(err)
	}
	p.until(p.empty)
	if got := p.bus.texts(); len(got) != 2*many || p.Stats().Resent > 0 {
		t.Errorf("%d events are on the bus, %d of them sent again; want %d and none", len(got), p.Stats().Resent, 2*many)
	}
}
