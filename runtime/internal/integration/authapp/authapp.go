// Package authapp has an app with users, for tests of what clients see of
// authentication. It is served on a real port, where its connections can be
// cut and the server be started anew.
package authapp

import (
	"context"
	"log/slog"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/password"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

// Secret signs the tokens of an App.
const Secret = "a secret of thirty-two bytes or more"

// Password is the one that every user of an App has.
const Password = "correct horse battery staple"

// hash is what is stored of Password: bcrypt, as cheap as it gets.
const hash = "$2a$04$5VXG2WVLAGU2f3dfBtTQ5OeJeTZRJ8T2j4nqhxl3JaAtWbrWv4F1i"

// The ids of the users.
const (
	Ann = 1 + iota // a member: ann@example.com
	Eve            // an admin: eve@example.com
)

// The fields of users.
const (
	_ = iota
	userEmail
	userPassword
	userRole
)

// The fields of notes.
const (
	_ = iota
	noteText
	noteAuthor
)

// Options are the settings of an App. The zero value is fine.
type Options struct {
	Keys     string        // further keys of tokens, the first of which signs; as JWT_KEYS has them
	Tokens   token.Options // what tokens say
	Logger   *slog.Logger  // nil logs nothing
	Origin   origin.Policy
	Calls    ratelimit.Rate // of one connection, or of one address over REST
	Connects ratelimit.Rate
	Logins   ratelimit.Rate
}

// An App has the services users, notes and authentication. A note belongs to
// the user who created it, who alone hears of it: in the channel users/<id>,
// which connections join as they log in. Its methods may be called at any time.
type App struct {
	*runtime.App
	Tokens *token.Tokens

	options Options
	notes   *runtime.Service
	logins  chan int64 // ids of the users whose connections logged in
	site    site
}

// New returns an App that is served until the test ends.
func New(t testing.TB, o Options) *App {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	a := &App{App: runtime.New(runtime.Options{Logger: o.Logger}), options: o, logins: make(chan int64, 1000)}
	users := a.addServices(t)
	a.authenticate(t, users)
	for _, name := range []string{"ann", "eve"} {
		user := users.Schema.Default()
		user.SetValue(userEmail, record.StringValue(name+"@example.com"))
		user.SetValue(userPassword, record.StringValue(hash))
		if name == "eve" {
			user.SetValue(userRole, record.StringValue("admin"))
		}
		if err := users.Store.Create(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	}
	a.serve(t)
	return a
}

func (a *App) addServices(t testing.TB) (users *runtime.Service) {
	t.Helper()
	userSchema := recordtest.Schema("users",
		record.Field{Name: "email", Type: record.String, Unique: true, Required: true},
		record.Field{Name: "password", Type: record.String, WriteOnly: true},
		record.Field{Name: "role", Type: record.String, Default: record.StringValue("member")})
	users = &runtime.Service{
		Path: "users", Schema: userSchema, Store: memory.New(userSchema),
		Methods: []runtime.Method{runtime.Find, runtime.Get, runtime.Create},
		Seal:    password.Bcrypt.Seal, Sealed: record.Fields(userPassword),
	}
	noteSchema := recordtest.Schema("notes",
		record.Field{Name: "text", Type: record.String, Required: true},
		record.Field{Name: "author", Type: record.Int, Ref: "users", ReadOnly: true})
	a.notes = &runtime.Service{
		Path: "notes", Schema: noteSchema, Store: memory.New(noteSchema),
		Methods: []runtime.Method{runtime.Find, runtime.Get, runtime.Create}, Owner: record.Fields(noteAuthor),
		Publish: func(_ context.Context, e *runtime.Event, _ *runtime.Call) []string {
			return []string{"users/" + e.Record.Value(noteAuthor).String()}
		},
	}
	for _, s := range []*runtime.Service{users, a.notes} {
		if err := a.Use(s); err != nil {
			t.Fatal(err)
		}
	}
	return users
}

func (a *App) authenticate(t testing.TB, users *runtime.Service) {
	t.Helper()
	keys, err := token.ParseKeys(Secret, a.options.Keys)
	if err != nil {
		t.Fatal(err)
	}
	a.Tokens = token.New(keys, a.options.Tokens)
	_, err = auth.New(a.App, auth.Options{
		Users: users, Entity: "user", Tokens: a.Tokens, Logins: ratelimit.New(a.options.Logins),
		Roles:      func(user record.Record) []string { return []string{user.Value(userRole).Str()} },
		Strategies: []auth.Strategy{auth.Local(auth.LocalOptions{Users: users, Username: userEmail, Password: userPassword})},
	})
	if err != nil {
		t.Fatal(err)
	}
	a.OnLogin(func(_ context.Context, id *runtime.Identity, c *runtime.Connection) {
		if c != nil {
			c.Join("users/" + id.UserID().String())
			a.logins <- id.UserID().Int()
		}
	})
}

// Note creates a note of a user, who hears of it.
func (a *App) Note(ctx context.Context, author int64, text string) error {
	note := a.notes.Schema.Default()
	note.SetValue(noteText, record.StringValue(text))
	note.SetValue(noteAuthor, record.IntValue(author))
	return a.Do(ctx, &runtime.Call{Service: a.notes, Method: runtime.Create, Data: []record.Record{note}})
}

// ForgetLogins has LoggedIn wait for logins from now on only.
func (a *App) ForgetLogins() {
	for len(a.logins) > 0 {
		<-a.logins
	}
}

// LoggedIn waits until a connection logs in as a user.
func (a *App) LoggedIn(ctx context.Context, user int64) error {
	for {
		select {
		case id := <-a.logins:
			if id == user {
				return nil
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
