// Command chat serves the chat app.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"example.com/chat/internal/gen/app"
	"example.com/chat/internal/gen/config"
	"example.com/chat/internal/gen/control"
	"example.com/chat/web"
	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/health"
	"github.com/featherscaffold/featherscaffold/runtime/server"
	"github.com/featherscaffold/featherscaffold/runtime/static"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
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
	if err := a.SetBus(w.Bus()); err != nil {
		return err
	}

	mux := http.NewServeMux()
	ready := health.New(db.Ping)
	mux.HandleFunc("GET /healthz", ready.Live)
	mux.HandleFunc("GET /readyz", ready.Ready)
	sockets := socketio.New(a, cfg.SocketIO(w))
	mux.Handle("/socket.io/", sockets)
	files, err := static.New(web.Files(), http.HandlerFunc(rest.NotFound))
	if err != nil {
		return err
	}
	mux.Handle("/", cfg.Origins.Handler(files))

	if w.Slot() <= 1 { // one of them is enough
		cfg.Warn(log)
	}
	return w.Serve(ctx, server.Options{
		Handler: rest.New(a, cfg.REST(mux)),
		Drain:   []func(context.Context) error{sockets.Close},
	})
}
