// Package clients_test logs in with the official JavaScript clients, installed
// from npm into the user's cache folder.
package clients_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
	"github.com/featherscaffold/featherscaffold/runtime/password"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

const timeout = 2 * time.Minute

func TestOfficialClientsLogIn(t *testing.T) {
	t.Parallel()
	for script, folder := range map[string]string{"rest.mjs": ".", "socketio.mjs": ".", "primus.mjs": "primus"} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			run(t, folder, script, serve(t, time.Hour))
		})
	}
}

// TestPoint holds one test for each point of the protocol reference, by its
// number: go test -run 'Point/87'.
func TestPoint(t *testing.T) {
	t.Parallel()
	t.Run("87", func(t *testing.T) {
		t.Parallel()
		run(t, ".", "socketio.mjs", serve(t, time.Hour))
	})
	t.Run("102", func(t *testing.T) {
		t.Parallel()
		run(t, ".", "socketio.mjs", serve(t, 2*time.Second), "expiry")
	})
}

// The fields of users and of notes.
const (
	userEmail    = 1
	userPassword = 2
	noteAuthor   = 2
)

// serve returns the URL of a server where ann and eve are users, and who
// writes a note is who hears of it.
func serve(t *testing.T, lifetime time.Duration) string {
	t.Helper()
	app := runtime.New(runtime.Options{Logger: slog.New(slog.DiscardHandler)})
	methods := []runtime.Method{runtime.Find, runtime.Get, runtime.Create}
	userSchema := recordtest.Schema("users",
		record.Field{Name: "email", Type: record.String, Unique: true},
		record.Field{Name: "password", Type: record.String, WriteOnly: true},
		record.Field{Name: "role", Type: record.String, Default: record.StringValue("member")})
	users := &runtime.Service{Path: "users", Schema: userSchema, Store: memory.New(userSchema), Methods: methods,
		Seal: password.Bcrypt.Seal, Sealed: record.Fields(userPassword)}
	noteSchema := recordtest.Schema("notes",
		record.Field{Name: "text", Type: record.String},
		record.Field{Name: "author", Type: record.Int, Ref: "users", ReadOnly: true})
	notes := &runtime.Service{Path: "notes", Schema: noteSchema, Store: memory.New(noteSchema), Methods: methods, Owner: record.Fields(noteAuthor),
		Publish: func(_ context.Context, e *runtime.Event, _ *runtime.Call) []string {
			return []string{"users/" + e.Record.Value(noteAuthor).String()}
		}}
	for _, s := range []*runtime.Service{users, notes} {
		if err := app.Use(s); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := token.ParseKeys("a secret of thirty-two bytes or more", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := auth.New(app, auth.Options{Users: users, Entity: "user", Tokens: token.New(keys, token.Options{Lifetime: lifetime}),
		Strategies: []auth.Strategy{auth.Local(auth.LocalOptions{Users: users, Username: userEmail, Password: userPassword})}}); err != nil {
		t.Fatal(err)
	}
	app.OnLogin(func(_ context.Context, id *runtime.Identity, c *runtime.Connection) {
		if c != nil {
			c.Join("users/" + id.UserID().String())
		}
	})
	for _, name := range []string{"ann", "eve"} {
		user := userSchema.Default()
		user.SetValue(userEmail, record.StringValue(name+"@example.com"))
		user.SetValue(userPassword, record.StringValue("correct horse battery staple"))
		if err := app.Do(t.Context(), &runtime.Call{Service: users, Method: runtime.Create, Data: []record.Record{user}}); err != nil {
			t.Fatal(err)
		}
	}
	return listen(t, app)
}

func listen(t *testing.T, app *runtime.App) string {
	sockets, other := socketio.New(app, socketio.Options{}), primus.New(app, primus.Options{})
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", sockets)
	mux.Handle("/primus", other)
	mux.Handle("/primus/", other)
	mux.HandleFunc("/", rest.NotFound)
	server := httptest.NewServer(rest.New(app, rest.Options{Next: mux}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		for _, s := range []interface{ Close(context.Context) error }{sockets, other} {
			if err := s.Close(ctx); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
		server.Close()
	})
	return server.URL
}

// run runs a script with Node, beside the packages that its folder asks for.
func run(t *testing.T, folder, script string, args ...string) {
	t.Helper()
	node := need.Command(t, "node")
	dir := t.TempDir()
	// Node looks for packages in and above the script's own folder.
	if err := os.Symlink(filepath.Join(need.NPM(t, folder), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(folder, script), "check.mjs"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, append([]string{script}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("node %s %v: %v\n%s", script, args, err, out)
	}
}
