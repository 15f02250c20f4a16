// Command forum serves the forum app.
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

	"example.com/forum/internal/gen/app"
	"example.com/forum/internal/gen/config"
	"github.com/featherscaffold/featherscaffold/runtime/health"
	"github.com/featherscaffold/featherscaffold/runtime/server"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "forum:", err)
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

	a, logins, err := app.New(ctx, app.Options{Logger: log, DB: db, Tokens: cfg.Tokens, Logins: cfg.Logins})
	if err != nil {
		return err
	}

	mux := http.NewServeMux()
	ready := health.New(db.Ping)
	mux.HandleFunc("GET /healthz", ready.Live)
	mux.HandleFunc("GET /readyz", ready.Ready)
	sockets := socketio.New(a, cfg.SocketIO())
	mux.Handle("/socket.io/", sockets)
	sparks := primus.New(a, cfg.Primus())
	mux.Handle("/primus", sparks)
	mux.Handle("/primus/", sparks)
	accounts, err := app.OAuth(a, logins, cfg.OAuth)
	if err != nil {
		return err
	}
	mux.Handle("/oauth/", accounts)
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
