package transporttest

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An App is the app that tests call. Its services:
//
//   - messages: all methods, multi create, patch and remove, the custom method
//     shout and the event typing; publishes to the channels everybody and
//     others, which every connection joins
//   - users/:userId/posts: all methods, of one user's records
//   - limited: find only
//   - failing: get fails with an error of its own, find panics
//   - blocking: the custom method wait returns once Release was called, or
//     fails when its context ends
type App struct {
	*runtime.App
	Waiting chan struct{} // gets a value for every call of wait
	release chan struct{}
}

// New returns an App.
func New(t testing.TB) *App {
	t.Helper()
	a := &App{
		App:     runtime.New(runtime.Options{Logger: slog.New(slog.DiscardHandler)}),
		Waiting: make(chan struct{}, 1000),
		release: make(chan struct{}),
	}
	for _, s := range []*runtime.Service{messages(), posts(), limited(), failing(), a.blocking()} {
		if err := a.Use(s); err != nil {
			t.Fatalf("Use(%s): %v", s.Path, err)
		}
	}
	a.OnConnect(func(c *runtime.Connection) { c.Join("everybody", "others") })
	return a
}

// Release lets the calls of wait return, now and from now on. It is called
// once.
func (a *App) Release() { close(a.release) }

var all = []runtime.Method{runtime.Find, runtime.Get, runtime.Create, runtime.Update, runtime.Patch, runtime.Remove}

func publish(context.Context, *runtime.Event, *runtime.Call) []string {
	return []string{"everybody", "others", "nobody"}
}

func messages() *runtime.Service {
	return &runtime.Service{
		Path: "messages", Schema: messageSchema, Store: &store{},
		Paginate: query.Paginate{Default: 10, Max: 50},
		Methods:  all,
		Multi:    []runtime.Method{runtime.Create, runtime.Patch, runtime.Remove},
		Custom:   []runtime.CustomMethod{{Name: "shout", Data: messageSchema.New, Run: shout}},
		Events:   []string{"typing"},
		Publish:  publish,
	}
}

// shout answers its data, and sends the event typing with it.
func shout(ctx context.Context, c *runtime.Call) error {
	c.Data[0].SetValue(messageText, record.StringValue(c.Data[0].Value(messageText).Str()+"!"))
	c.Result = runtime.One(c.Data[0])
	return c.Service.Emit(ctx, "typing", c.Data[0])
}

func posts() *runtime.Service {
	return &runtime.Service{Path: "users/:userId/posts", Schema: messageSchema, Store: &store{}, Methods: all, Publish: publish}
}

func limited() *runtime.Service {
	return &runtime.Service{Path: "limited", Schema: messageSchema, Store: &store{}, Methods: []runtime.Method{runtime.Find}}
}

func failing() *runtime.Service {
	return &runtime.Service{
		Path: "failing", Schema: messageSchema, Store: &store{}, Methods: all, Publish: publish,
		Hooks: runtime.Hooks{Before: map[runtime.Method][]runtime.Hook{
			runtime.Get:    {func(context.Context, *runtime.Call) error { return errors.New("a secret of the server") }},
			runtime.Create: {func(context.Context, *runtime.Call) error { return runtime.Conflict("taken") }},
			runtime.Find:   {func(context.Context, *runtime.Call) error { panic("a mistake") }},
		}},
	}
}

func (a *App) blocking() *runtime.Service {
	wait := func(ctx context.Context, c *runtime.Call) error {
		a.Waiting <- struct{}{}
		select {
		case <-a.release:
			c.Result = runtime.One(&Message{Text: "released"})
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return &runtime.Service{Path: "blocking", Schema: messageSchema, Custom: []runtime.CustomMethod{{Name: "wait", Run: wait}}}
}
