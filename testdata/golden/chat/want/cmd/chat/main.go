// Command chat serves the chat app.
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

	"example.com/chat/internal/gen/app"
	"example.com/chat/internal/gen/config"
	"example.com/chat/web"
	"github.com/featherscaffold/featherscaffold/runtime/health"
	"github.com/featherscaffold/featherscaffold/runtime/server"
	"github.com/featherscaffold/featherscaffold/runtime/static"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context) (err error) {
	cfg, err := config.FromEnv()
	if err != nil {
		return err
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

	mux := http.NewServeMux()
	ready := health.New(db.Ping)
	mux.HandleFunc("GET /healthz", ready.Live)
	mux.HandleFunc("GET /readyz", ready.Ready)
	sockets := socketio.New(a, cfg.SocketIO())
	mux.Handle("/socket.io/", sockets)
	files, err := static.New(web.Files(), http.HandlerFunc(rest.NotFound))
	if err != nil {
		return err
	}
	mux.Handle("/", cfg.Origins.Handler(files))

	cfg.Warn(log)
	return server.Run(ctx, server.Options{
		Addr:        cfg.Addr(),
		Handler:     rest.New(a, cfg.REST(mux)),
		Logger:      log,
		StopTimeout: cfg.StopTimeout,
		Drain:       []func(context.Context) error{sockets.Close},
	})
}
