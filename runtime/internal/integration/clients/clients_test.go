// Package clients_test drives the transports with the official JavaScript
// clients, installed from npm into the user's cache folder.
package clients_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

const timeout = 2 * time.Minute

// serve returns the URL of a server with the test app.
func serve(t *testing.T, o socketio.Options) string {
	app := transporttest.New(t)
	bus := &leaky{}
	if err := app.SetBus(bus); err != nil {
		t.Fatal(err)
	}
	sockets := socketio.New(app.App, o)
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", sockets)
	mux.Handle("POST /lose", bus)
	mux.HandleFunc("/", rest.NotFound)
	server := httptest.NewServer(rest.New(app.App, rest.Options{Next: mux}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := sockets.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
		server.Close()
	})
	return server.URL
}

// run runs a script of this folder with Node.
func run(t *testing.T, script string, args ...string) {
	t.Helper()
	node := need.Command(t, "node")
	dir := t.TempDir()
	// Node looks for packages in and above the script's own folder.
	if err := os.Symlink(filepath.Join(need.NPM(t, "."), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{script, "check.mjs"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
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

func TestPoint(t *testing.T) {
	t.Run("86", func(t *testing.T) {
		for _, transport := range []string{"websocket", "polling", "upgrade"} {
			t.Run(transport, func(t *testing.T) {
				run(t, "socketio.mjs", serve(t, socketio.Options{}), transport)
			})
		}
	})
	t.Run("88", func(t *testing.T) {
		for _, transport := range []string{"websocket", "polling", "upgrade"} {
			t.Run(transport, func(t *testing.T) {
				run(t, "socketio2.mjs", serve(t, socketio.Options{AllowEIO3: true}), transport)
			})
		}
	})
}

func TestRESTClient(t *testing.T) {
	for _, library := range []string{"fetch", "axios"} {
		t.Run(library, func(t *testing.T) {
			run(t, "rest.mjs", serve(t, socketio.Options{}), library)
		})
	}
}
