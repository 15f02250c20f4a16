//go:build linux || darwin

package cluster

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
)

// An admin answers Status, Reload and Stop.
type admin struct {
	http    *http.Server
	running sync.WaitGroup
}

// serveAdmin starts a goroutine that ends with close.
func serveAdmin(dir string, s *supervisor.Supervisor, log *slog.Logger) (*admin, error) {
	ln, err := net.Listen("unix", filepath.Join(dir, adminName))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		st, err := s.Status(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		st.PID = os.Getpid()
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(st)
	})
	mux.HandleFunc("POST /reload", func(w http.ResponseWriter, r *http.Request) {
		if err := s.Reload(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
		}
	})
	mux.HandleFunc("POST /stop", func(http.ResponseWriter, *http.Request) { s.Stop() })
	a := &admin{http: &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}}
	a.running.Go(func() { _ = a.http.Serve(ln) })
	return a, nil
}

// close lets answers under way be written: whoever asked for a reload should
// learn that the app stops.
func (a *admin) close() {
	ctx, cancel := timeout(time.Second)
	defer cancel()
	if err := a.http.Shutdown(ctx); err != nil {
		_ = a.http.Close()
	}
	a.running.Wait()
}
