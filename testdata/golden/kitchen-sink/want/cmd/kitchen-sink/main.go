// Command kitchen-sink serves the kitchen-sink app.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/acme/kitchen-sink/internal/gen/app"
	"example.com/acme/kitchen-sink/internal/gen/config"
	"example.com/acme/kitchen-sink/internal/gen/control"
	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/health"
	"github.com/featherscaffold/featherscaffold/runtime/metrics"
	"github.com/featherscaffold/featherscaffold/runtime/server"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kitchen-sink:", err)
		os.Exit(control.ExitCode(err))
	}
}

// run serves until ctx ends. With arguments it asks the instances that serve.
func run(ctx context.Context, args []string) (err error) {
	cfg, err := config.FromEnv()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		return control.Run(ctx, cfg, args, os.Stdout)
	}
	log := cfg.Logger()
	slog.SetDefault(log)

	db, err := sqlite.Open(ctx, cfg.Database, sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	a, err := app.New(ctx, app.Options{Logger: log, DB: db})
	if err != nil {
		return err
	}

	broker, err := redis.Open(string(cfg.Sync.URL), cfg.Sync.Broker(log))
	if err != nil {
		return err
	}
	events := bus.New(broker, cfg.Bus("", log))
	defer func() { err = errors.Join(err, flush(events.Close)) }()
	if err := a.SetBus(events); err != nil {
		return err
	}

	mux := http.NewServeMux()
	ready := health.New(db.Ping)
	mux.HandleFunc("GET /healthz", ready.Live)
	mux.HandleFunc("GET /readyz", ready.Ready)
	ready.Detail(func() string { return control.Line(events.Stats()) })
	mux.Handle("GET /metrics", metrics.Handler(0, metrics.Bus(events.Stats), metrics.Events(a.SyncStats)))
	sockets := socketio.New(a, cfg.SocketIO())
	mux.Handle("/socket.io/", sockets)
	sparks := primus.New(a, cfg.Primus())
	mux.Handle("/primus", sparks)
	mux.Handle("/primus/", sparks)
	mux.Handle("/", cfg.Origins.Handler(http.HandlerFunc(rest.NotFound)))

	cfg.Warn(log)
	return server.Run(ctx, server.Options{
		Addr:        cfg.Addr(),
		Handler:     rest.New(a, cfg.REST(mux)),
		Logger:      log,
		StopTimeout: cfg.StopTimeout,
		Drain:       []func(context.Context) error{sockets.Close, sparks.Close},
	})
}

// flush has something send what still waits, for as long as a stop can wait.
func flush(end func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return end(ctx)
}
