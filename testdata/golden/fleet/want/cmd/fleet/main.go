// Command fleet serves the fleet app.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"example.com/fleet/internal/gen/app"
	"example.com/fleet/internal/gen/config"
	"example.com/fleet/internal/gen/control"
	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/featherssync"
	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/health"
	"github.com/featherscaffold/featherscaffold/runtime/metrics"
	"github.com/featherscaffold/featherscaffold/runtime/outbox"
	"github.com/featherscaffold/featherscaffold/runtime/server"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(control.ExitCode(err))
	}
}

// run serves until a signal ends it. With arguments it asks the app that serves.
func run(ctx context.Context, args []string) error {
	cfg, err := config.FromEnv()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		return control.Run(ctx, cfg, args, os.Stdout)
	}
	log := cfg.Logger()
	slog.SetDefault(log)
	return cluster.Run(ctx, cfg.Options(log), func(ctx context.Context, w *cluster.Worker) error {
		return serve(ctx, w, cfg)
	})
}

// serve is one worker, which serves until ctx ends.
func serve(ctx context.Context, w *cluster.Worker, cfg config.Config) (err error) {
	log := w.Logger()
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

	var kept *outbox.Outbox
	defer func() { // behind the bus, which tells it what is stored
		if kept != nil {
			err = errors.Join(err, flush(kept.Close))
		}
	}()

	broker, err := rabbitmq.Open(string(cfg.Sync.URL), cfg.Sync.Broker(log))
	if err != nil {
		return err
	}
	options := cfg.Bus(w.ID(), log)
	options.Instance, options.Local = w.Instance(), w.Bus()
	events := bus.New(broker, options)
	defer func() { err = errors.Join(err, flush(events.Close)) }()
	if err := a.SetBus(events); err != nil {
		return err
	}

	channel, err := rabbitmq.NewChannel(string(cfg.Sync.URL), cfg.Sync.CompatKey, rabbitmq.ChannelOptions{})
	if err != nil {
		return err
	}
	defer channel.Close()
	node := featherssync.New(channel, featherssync.Options{Tag: cfg.Sync.Prefix, Logger: log})
	defer func() { err = errors.Join(err, flush(node.Close)) }()
	if err := a.SetMirror(node, app.Shared()); err != nil {
		return err
	}

	entries, err := db.Outbox(ctx)
	if err != nil {
		return err
	}
	if kept, err = outbox.Start(ctx, a, entries, outbox.Options{Logger: log}); err != nil {
		return err
	}

	mux := http.NewServeMux()
	ready := health.New(db.Ping)
	mux.HandleFunc("GET /healthz", ready.Live)
	mux.HandleFunc("GET /readyz", ready.Ready)
	ready.Detail(func() string { return control.Line(events.Stats()) })
	mux.Handle("GET /metrics", metrics.Handler(w.Slot(), metrics.Bus(events.Stats), metrics.Events(a.SyncStats)))
	sockets := socketio.New(a, cfg.SocketIO(w))
	mux.Handle("/socket.io/", sockets)
	mux.Handle("/", cfg.Origins.Handler(http.HandlerFunc(rest.NotFound)))

	if w.Slot() <= 1 { // one of them is enough
		cfg.Warn(log)
	}
	return w.Serve(ctx, server.Options{
		Handler: rest.New(a, cfg.REST(mux)),
		Drain:   []func(context.Context) error{sockets.Close},
	})
}

// flush has something send what still waits, for as long as a stop can wait.
func flush(end func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return end(ctx)
}
