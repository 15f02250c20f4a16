package runtime_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
)

// trace records the names of the hooks that run.
type trace []string

func (tr *trace) hook(name string) []runtime.Hook {
	return []runtime.Hook{func(context.Context, *runtime.Call) error {
		*tr = append(*tr, name)
		return nil
	}}
}

func (tr *trace) around(name string) []runtime.AroundHook {
	return []runtime.AroundHook{func(ctx context.Context, _ *runtime.Call, next runtime.Next) error {
		*tr = append(*tr, name)
		err := next(ctx)
		*tr = append(*tr, name+" ends")
		return err
	}}
}

func (tr *trace) hooks(prefix string) runtime.Hooks {
	by := func(kind string) map[runtime.Method][]runtime.Hook {
		return map[runtime.Method][]runtime.Hook{
			runtime.All: tr.hook(prefix + " " + kind + " all"), "ping": tr.hook(prefix + " " + kind + " ping"),
		}
	}
	return runtime.Hooks{
		Around: map[runtime.Method][]runtime.AroundHook{
			runtime.All: tr.around(prefix + " around all"), "ping": tr.around(prefix + " around ping"),
		},
		Before: by("before"), After: by("after"), Error: by("error"),
	}
}

// ping makes an app whose service has one custom method with hooks all over.
func ping(t *testing.T, tr *trace, run runtime.Hook) (*runtime.App, *runtime.Call) {
	t.Helper()
	app := runtime.New(runtime.Options{Logger: discard, Hooks: tr.hooks("app")})
	svc := &runtime.Service{Path: "echo", Schema: recordtest.Schema("echo"), Hooks: tr.hooks("svc"),
		Custom: []runtime.CustomMethod{{Name: "ping", Run: run}}}
	if err := app.Use(svc); err != nil {
		t.Fatal(err)
	}
	return app, &runtime.Call{Service: svc, Method: "ping"}
}

func TestHooksRunInTheOrderOfFeathers(t *testing.T) {
	t.Parallel()
	var tr trace
	app, c := ping(t, &tr, tr.hook("METHOD")[0])
	if err := app.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	want := trace{
		"app around all", "app around ping", "app before all", "app before ping",
		"svc around all", "svc around ping", "svc before all", "svc before ping",
		"METHOD",
		"svc after all", "svc after ping", "svc around ping ends", "svc around all ends",
		"app after all", "app after ping", "app around ping ends", "app around all ends",
	}
	if !slices.Equal(tr, want) {
		t.Errorf("hooks ran\n%s\nwant\n%s", strings.Join(tr, "\n"), strings.Join(want, "\n"))
	}
}

func TestErrorHooksOfTheMethodRunBeforeThoseOfAll(t *testing.T) {
	t.Parallel()
	var tr trace
	app, c := ping(t, &tr, func(context.Context, *runtime.Call) error { return errors.New("boom") })
	if err := app.Do(t.Context(), c); err == nil || err.Error() != "boom" {
		t.Fatalf("Do = %v, want boom", err)
	}
	want := trace{
		"app around all", "app around ping", "app before all", "app before ping",
		"svc around all", "svc around ping", "svc before all", "svc before ping",
		"svc error ping", "svc error all", "svc around ping ends", "svc around all ends",
		"app error ping", "app error all", "app around ping ends", "app around all ends",
	}
	if !slices.Equal(tr, want) {
		t.Errorf("hooks ran\n%s\nwant\n%s", strings.Join(tr, "\n"), strings.Join(want, "\n"))
	}
}

// oneHook makes an app with one service, one hook list and a method that
// returns a record.
func oneHook(t *testing.T, hooks runtime.Hooks, method runtime.Hook) (*runtime.App, *runtime.Call) {
	t.Helper()
	app := runtime.New(runtime.Options{Logger: discard})
	svc := &runtime.Service{Path: "echo", Schema: recordtest.Schema("echo"), Hooks: hooks,
		Custom: []runtime.CustomMethod{{Name: "ping", Run: method}}}
	if err := app.Use(svc); err != nil {
		t.Fatal(err)
	}
	return app, &runtime.Call{Service: svc, Method: "ping"}
}

func fails(context.Context, *runtime.Call) error { return errors.New("boom") }

func TestBeforeHookThatSetsTheResultSkipsTheMethod(t *testing.T) {
	t.Parallel()
	early := runtime.One(recordtest.Schema("other").New())
	app, c := oneHook(t, runtime.Hooks{Before: map[runtime.Method][]runtime.Hook{
		"ping": {func(_ context.Context, c *runtime.Call) error { c.Result = early; return nil }},
	}}, fails)
	if err := app.Do(t.Context(), c); err != nil || c.Result != early {
		t.Errorf("Do = %v with result %v, want the hook's result", err, c.Result)
	}
}

func TestErrorHookThatSetsTheResultSwallowsTheError(t *testing.T) {
	t.Parallel()
	saved := runtime.One(recordtest.Schema("other").New())
	app, c := oneHook(t, runtime.Hooks{Error: map[runtime.Method][]runtime.Hook{
		"ping": {func(_ context.Context, c *runtime.Call) error {
			if c.Err == nil || c.Err.Error() != "boom" {
				t.Errorf("error hook sees %v, want boom", c.Err)
			}
			c.Result = saved
			return nil
		}},
	}}, fails)
	if err := app.Do(t.Context(), c); err != nil || c.Result != saved {
		t.Errorf("Do = %v with result %v, want the hook's result", err, c.Result)
	}
}

func TestErrorHookReplacesTheError(t *testing.T) {
	t.Parallel()
	app, c := oneHook(t, runtime.Hooks{Error: map[runtime.Method][]runtime.Hook{
		"ping": {func(context.Context, *runtime.Call) error { return runtime.Gone("it was here") }},
	}}, fails)
	err := app.Do(t.Context(), c)
	if e := runtime.ErrorOf(err); e.Name != "Gone" || c.Result != nil {
		t.Errorf("Do = %v with result %v, want Gone without a result", err, c.Result)
	}
}

func TestPanicInAMethodIsAnErrorThatTellsClientsNothing(t *testing.T) {
	t.Parallel()
	app, c := oneHook(t, runtime.Hooks{}, func(context.Context, *runtime.Call) error { panic("secret") })
	err := app.Do(t.Context(), c)
	if e := runtime.ErrorOf(err); e.Name != "GeneralError" || strings.Contains(string(e.AppendJSON(nil)), "secret") {
		t.Errorf("Do = %v, want a GeneralError without the panic's text", err)
	}
}

func TestAroundHookMayKeepTheMethodFromRunning(t *testing.T) {
	t.Parallel()
	app, c := oneHook(t, runtime.Hooks{Around: map[runtime.Method][]runtime.AroundHook{
		"ping": {func(context.Context, *runtime.Call, runtime.Next) error { return runtime.Forbidden("no") }},
	}}, func(context.Context, *runtime.Call) error { t.Error("the method ran"); return nil })
	if err := app.Do(t.Context(), c); runtime.ErrorOf(err).Name != "Forbidden" {
		t.Errorf("Do = %v, want Forbidden", err)
	}
}
