// Command notes serves the notes app.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"example.com/notes/internal/gen/app"
	"example.com/notes/internal/gen/config"
	"github.com/featherscaffold/featherscaffold/runtime/health"
	"github.com/featherscaffold/featherscaffold/runtime/server"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "notes:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context) error {
	cfg, err := config.FromEnv()
	if err != nil {
		return err
	}
	log := cfg.Logger()
	slog.SetDefault(log)

	a, err := app.New(ctx, app.Options{Logger: log})
	if err != nil {
		return err
	}

	mux := http.NewServeMux()
	ready := health.New()
	mux.HandleFunc("GET /healthz", ready.Live)
	mux.HandleFunc("GET /readyz", ready.Ready)
	mux.Handle("/", cfg.Origins.Handler(http.HandlerFunc(rest.NotFound)))

	cfg.Warn(log)
	return server.Run(ctx, server.Options{
		Addr:        cfg.Addr(),
		Handler:     rest.New(a, cfg.REST(mux)),
		Logger:      log,
		StopTimeout: cfg.StopTimeout,
	})
}
