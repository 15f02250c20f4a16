package typed_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/typed"
)

// note is what a generated record's pointer type is in an app.
type note = *recordtest.Row

func newNote(schema *record.Schema, text string) note {
	n := schema.New().(note)
	n.Set("text", record.StringValue(text))
	return n
}

func textOf(n note) string { return n.Get("text").Str() }

// newApp returns an app with the service notes, changed by change, and the
// typed view of it.
func newApp(t *testing.T, change func(*runtime.Service)) (*runtime.App, typed.Service[note, int64]) {
	t.Helper()
	schema := recordtest.Schema("notes", record.Field{Name: "text", Type: record.String, Required: true, Range: record.AtLeast(1)},
		record.Field{Name: "stars", Type: record.Int})
	svc := &runtime.Service{Path: "notes", Schema: schema, Store: memory.New(schema), Events: []string{"shared"}}
	if change != nil {
		change(svc)
	}
	app := runtime.New(runtime.Options{Logger: slog.New(slog.DiscardHandler)})
	if err := app.Use(svc); err != nil {
		t.Fatal(err)
	}
	return app, typed.Of[note](app, "notes", record.IntValue)
}

func hook(m runtime.Method, h runtime.Hook) map[runtime.Method][]runtime.Hook {
	return map[runtime.Method][]runtime.Hook{m: {h}}
}

func TestServiceCallsEveryMethod(t *testing.T) {
	t.Parallel()
	app, notes := newApp(t, nil)
	schema := app.Service("notes").Schema
	first, err := notes.Create(t.Context(), newNote(schema, "a"))
	if err != nil || textOf(first) != "a" || first.Get("id").Int() != 1 {
		t.Fatalf("Create = %v, %v", first, err)
	}
	if _, err := notes.Create(t.Context(), newNote(schema, "b")); err != nil {
		t.Fatal(err)
	}
	if got, err := notes.Patch(t.Context(), 1, newNote(schema, "c"), 1); err != nil || textOf(got) != "c" {
		t.Errorf("Patch = %v, %v; want text c", got, err)
	}
	if got, err := notes.Update(t.Context(), 2, newNote(schema, "d")); err != nil || textOf(got) != "d" {
		t.Errorf("Update = %v, %v; want text d", got, err)
	}
	if got, err := notes.Get(t.Context(), 1); err != nil || textOf(got) != "c" {
		t.Errorf("Get = %v, %v; want text c", got, err)
	}
	if got, err := notes.Find(t.Context(), nil); err != nil || len(got) != 2 {
		t.Errorf("Find(nil) = %d records, %v; want 2", len(got), err)
	}
	if got, err := notes.Find(t.Context(), query.Where(query.Is(1, record.StringValue("d")))); err != nil || len(got) != 1 || textOf(got[0]) != "d" {
		t.Errorf("Find(text d) = %v, %v; want one record", got, err)
	}
	if got, err := notes.Remove(t.Context(), 2); err != nil || textOf(got) != "d" {
		t.Errorf("Remove = %v, %v; want text d", got, err)
	}
	var missing *runtime.Error
	if got, err := notes.Get(t.Context(), 2); !errors.As(err, &missing) || missing.Name != "NotFound" || got != nil {
		t.Errorf("Get of a removed record = %v, %v; want NotFound", got, err)
	}
	if err := notes.Emit(t.Context(), "unknown", first); err == nil {
		t.Error("Emit(unknown) = nil, want an error")
	}
}

func TestBeforeHookSeesAndReplacesTheData(t *testing.T) {
	t.Parallel()
	app, notes := newApp(t, func(s *runtime.Service) {
		s.Hooks.Before = hook(runtime.Create, typed.Before(func(_ context.Context, c *typed.Call[note]) error {
			if c.Result != nil {
				t.Error("a before hook sees a result")
			}
			c.Data = newNote(c.Service.Schema, textOf(c.Data)+"!")
			return nil
		}))
	})
	got, err := notes.Create(t.Context(), newNote(app.Service("notes").Schema, "a"))
	if err != nil || textOf(got) != "a!" {
		t.Errorf("Create = %v, %v; want text a!", got, err)
	}
}

func TestBeforeHookRunsOnceForEachRecordOfAList(t *testing.T) {
	t.Parallel()
	var seen []string
	app, _ := newApp(t, func(s *runtime.Service) {
		s.Hooks.Before = hook(runtime.Create, typed.Before(func(_ context.Context, c *typed.Call[note]) error {
			seen = append(seen, textOf(c.Data))
			return nil
		}))
	})
	svc := app.Service("notes")
	c := &runtime.Call{Service: svc, Method: runtime.Create, Many: true,
		Data: []record.Record{newNote(svc.Schema, "a"), newNote(svc.Schema, "b")}}
	if err := app.Do(t.Context(), c); err != nil || !slices.Equal(seen, []string{"a", "b"}) {
		t.Errorf("the hook saw %q, %v; want a and b", seen, err)
	}
}

func TestHooksSeeAndReplaceTheResult(t *testing.T) {
	t.Parallel()
	var listed int
	app, notes := newApp(t, func(s *runtime.Service) {
		s.Hooks.Before = hook(runtime.Get, typed.Before(func(_ context.Context, c *typed.Call[note]) error {
			if c.ID.Int() == 77 {
				c.Result = newNote(c.Service.Schema, "made up")
			}
			return nil
		}))
		s.Hooks.After = map[runtime.Method][]runtime.Hook{
			runtime.Create: {typed.After(func(_ context.Context, c *typed.Call[note]) error {
				c.Result.Set("stars", record.IntValue(9))
				return nil
			})},
			runtime.Find: {typed.After(func(_ context.Context, c *typed.Call[note]) error {
				listed = len(c.Results())
				if c.Result != nil || c.Data != nil {
					t.Error("a hook after find sees a single record")
				}
				return nil
			})},
		}
		s.Hooks.Around = map[runtime.Method][]runtime.AroundHook{
			runtime.Remove: {typed.Around(func(ctx context.Context, c *typed.Call[note], next runtime.Next) error {
				if err := next(ctx); err != nil {
					return err
				}
				c.Result = newNote(c.Service.Schema, "was "+textOf(c.Result))
				return nil
			})},
		}
	})
	created, err := notes.Create(t.Context(), newNote(app.Service("notes").Schema, "a"))
	if err != nil || created.Get("stars").Int() != 9 {
		t.Errorf("Create = %v, %v; want the hook's stars", created, err)
	}
	if got, err := notes.Get(t.Context(), 77); err != nil || textOf(got) != "made up" {
		t.Errorf("Get(77) = %v, %v; want the hook's record", got, err)
	}
	if _, err := notes.Find(t.Context(), nil); err != nil || listed != 1 {
		t.Errorf("the hook after find saw %d records, %v; want 1", listed, err)
	}
	if got, err := notes.Remove(t.Context(), 1); err != nil || textOf(got) != "was a" {
		t.Errorf("Remove = %v, %v; want the around hook's record", got, err)
	}
}

func TestCustomMethodsReturnOneRecordListsOrNothing(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, func(s *runtime.Service) {
		s.Custom = []runtime.CustomMethod{
			{Name: "echo", Data: s.Schema.New, Run: typed.Custom(func(_ context.Context, c *typed.CustomCall[note]) (note, error) {
				if textOf(c.Data) == "" {
					return nil, nil
				}
				return c.Data, nil
			})},
			{Name: "twice", Data: s.Schema.New, Run: typed.CustomList(func(_ context.Context, c *typed.CustomCall[note]) ([]note, error) {
				return []note{c.Data, c.Data}, nil
			})},
			{Name: "fail", Run: typed.CustomNothing(func(_ context.Context, c *typed.CustomCall[note]) error {
				if c.Data != nil {
					t.Error("a method without data has some")
				}
				return runtime.Gone("no more")
			})},
		}
	})
	do := func(m runtime.Method, text string) (*runtime.Result, error) {
		c := &runtime.Call{Service: app.Service("notes"), Method: m}
		if m != "fail" {
			c.Data = []record.Record{newNote(c.Service.Schema, text)}
		}
		err := app.Do(t.Context(), c)
		return c.Result, err
	}
	if r, err := do("echo", "a"); err != nil || r.List || len(r.Records) != 1 {
		t.Errorf("echo = %+v, %v; want one record", r, err)
	}
	if r, err := do("echo", ""); err != nil || !r.Empty() {
		t.Errorf("echo of nothing = %+v, %v; want nothing", r, err)
	}
	if r, err := do("twice", "a"); err != nil || !r.List || len(r.Records) != 2 {
		t.Errorf("twice = %+v, %v; want a list of two", r, err)
	}
	if _, err := do("fail", ""); runtime.ErrorOf(err).Name != "Gone" {
		t.Errorf("fail = %v, want Gone", err)
	}
}

func TestAroundHookReplacesWhatTheMethodSees(t *testing.T) {
	t.Parallel()
	app, notes := newApp(t, func(s *runtime.Service) {
		s.Hooks.Around = map[runtime.Method][]runtime.AroundHook{
			runtime.Create: {typed.Around(func(ctx context.Context, c *typed.Call[note], next runtime.Next) error {
				c.Data = newNote(c.Service.Schema, "replaced")
				return next(ctx)
			})},
			runtime.Get: {typed.Around(func(ctx context.Context, c *typed.Call[note], next runtime.Next) error {
				c.Result = newNote(c.Service.Schema, "cached")
				return next(ctx)
			})},
		}
	})
	if got, err := notes.Create(t.Context(), newNote(app.Service("notes").Schema, "a")); err != nil || textOf(got) != "replaced" {
		t.Errorf("Create = %v, %v; want the hook's data stored", got, err)
	}
	if got, err := notes.Get(t.Context(), 99); err != nil || textOf(got) != "cached" {
		t.Errorf("Get(99) = %v, %v; want the hook's result", got, err)
	}
}

func TestRecordsOfTheCallerStayAsTheyAre(t *testing.T) {
	t.Parallel()
	app, notes := newApp(t, func(s *runtime.Service) {
		text, _ := s.Schema.Index("text")
		s.Sealed = record.Fields(text)
		s.Seal = func(_ context.Context, rec record.Record, _ record.FieldSet) error {
			rec.(note).Set("text", record.StringValue("sealed "+textOf(rec.(note))))
			return nil
		}
	})
	mine := newNote(app.Service("notes").Schema, "a")
	got, err := notes.Create(t.Context(), mine)
	if err != nil || textOf(got) != "sealed a" || textOf(mine) != "a" || !mine.Get("id").IsNull() {
		t.Errorf("Create = %v, %v and left %v; want the caller's record unchanged", got, err, mine)
	}
}
