// Package primus_test drives the Primus transport with Primus' own client and
// with the one that the transport serves, below the Feathers 4 client.
package primus_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

const timeout = 2 * time.Minute

// A site is an app whose server of Primus is replaced by each POST to
// /restart. Servers after the first tell their clients of the end.
type site struct {
	t      *testing.T
	app    *transporttest.App
	server atomic.Pointer[primus.Server]
}

// serve returns the URL of a site.
func serve(t *testing.T) string {
	s := &site{t: t, app: transporttest.New(t)}
	s.server.Store(primus.New(s.app.App, primus.Options{PingInterval: 2 * time.Second}))
	bus := &leaky{}
	if err := s.app.SetBus(bus); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("POST /lose", bus)
	primus := func(w http.ResponseWriter, r *http.Request) { s.server.Load().ServeHTTP(w, r) }
	mux.HandleFunc("/primus", primus)
	mux.HandleFunc("/primus/", primus)
	mux.HandleFunc("POST /restart", s.restart)
	web := httptest.NewServer(mux)
	t.Cleanup(func() {
		s.stop(s.server.Load())
		web.Close()
	})
	return web.URL
}

func (s *site) restart(http.ResponseWriter, *http.Request) {
	s.stop(s.server.Swap(primus.New(s.app.App, primus.Options{EndClients: true})))
}

func (s *site) stop(server *primus.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := server.Close(ctx); err != nil {
		s.t.Errorf("Close: %v", err)
	}
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
	for _, name := range []string{script, "connect.mjs"} {
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

func TestFeathersClient(t *testing.T) {
	t.Parallel()
	for _, library := range []string{"npm", "served"} {
		t.Run(library, func(t *testing.T) {
			t.Parallel()
			run(t, "feathers.mjs", serve(t), library)
		})
	}
}

func TestServedLibrary(t *testing.T) {
	t.Parallel()
	run(t, "library.mjs", serve(t))
}
