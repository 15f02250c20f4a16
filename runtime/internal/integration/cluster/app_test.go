//go:build linux || darwin

package cluster_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/server"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

// app is the app that the tests run, in all of its processes.
func app(dir string) error {
	workers, err := strconv.Atoi(os.Getenv("APP_WORKERS"))
	if err != nil {
		return err
	}
	return cluster.Run(context.Background(), cluster.Options{
		Workers: workers, Addr: "127.0.0.1:0", Dir: filepath.Join(dir, "run"),
		Logger:       slog.New(slog.NewJSONHandler(os.Stderr, nil)),
		StopTimeout:  20 * time.Second,
		PingInterval: 100 * time.Millisecond,
		PingTimeout:  30 * time.Second, // the machine may be busy
	}, serve)
}

// serve is what a generated app does in each worker.
func serve(ctx context.Context, w *cluster.Worker) error {
	services := transporttest.New(outside{})
	if err := services.SetBus(w.Bus()); err != nil {
		return err
	}
	sockets := socketio.New(services.App, socketio.Options{Worker: w.ID(), Forward: w.Forward, AllowEIO3: true})
	mux := http.NewServeMux()
	mux.HandleFunc("/socket.io/", func(rw http.ResponseWriter, r *http.Request) {
		// Some tests choose the worker; when it is gone any other will do.
		if at := r.URL.Query().Get("at"); at == "" || !w.Forward(rw, r, at) {
			sockets.ServeHTTP(rw, r)
		}
	})
	mux.HandleFunc("/echo", func(rw http.ResponseWriter, r *http.Request) { _, _ = io.Copy(rw, r.Body) })
	mux.HandleFunc("/figures", func(rw http.ResponseWriter, r *http.Request) { figures(w, rw, r) })
	mux.HandleFunc("/", rest.NotFound)
	return w.Serve(ctx, server.Options{
		Handler: rest.New(services.App, rest.Options{Next: mux}),
		Drain:   []func(context.Context) error{sockets.Close},
	})
}

// figures answers with the descriptors and goroutines of the worker that is
// asked for.
func figures(w *cluster.Worker, rw http.ResponseWriter, r *http.Request) {
	if to := r.FormValue("to"); to != w.ID() {
		if !w.Forward(rw, r, to) {
			http.Error(rw, "no such worker", http.StatusNotFound)
		}
		return
	}
	open, _ := os.ReadDir("/proc/self/fd")
	fmt.Fprintf(rw, "%d %d", len(open), runtime.NumGoroutine())
}

// outside is what the app's services are made with where no test runs.
type outside struct{ testing.TB }

func (outside) Helper() {}

func (outside) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
