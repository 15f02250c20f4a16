// Package server runs an app's HTTP server: it listens, serves, and stops
// without losing a request.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Options are the settings of a server.
type Options struct {
	Addr    string // host:port; port 0 for a free one
	Handler http.Handler
	Logger  *slog.Logger // nil for slog.Default()
	// StopTimeout bounds the whole stop; 0 for 10 seconds.
	StopTimeout time.Duration
	// Drain are called when the listener is closed and before requests are
	// waited for: transports tell their clients to leave.
	Drain []func(context.Context) error
}

// Limits of a client's request head (slow senders, large headers), and how
// long an idle connection is kept.
const (
	headTimeout = 5 * time.Second
	idleTimeout = 75 * time.Second
	maxHead     = 64 << 10
)

// Run serves until ctx ends, then stops: no new connections, sessions leave,
// requests in flight finish, all within StopTimeout. It returns nil after a
// clean stop, and an error for an address that can not be listened on.
func Run(ctx context.Context, o Options) error {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.StopTimeout == 0 {
		o.StopTimeout = 10 * time.Second
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", o.Addr, cause(err))
	}
	conns := newConns()
	srv := &http.Server{
		Handler:           o.Handler,
		ReadHeaderTimeout: headTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHead,
		ConnState:         conns.state,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	o.Logger.Info("serving", "url", "http://"+ln.Addr().String())

	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	o.Logger.Info("stopping")
	if err := stop(o, srv, ln, served, conns); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	o.Logger.Info("stopped")
	return nil
}

// stop ends the server in the order that answers every request read so far:
// net/http drops a request that it reads after Shutdown began, so that comes
// last, when no connection has one in flight.
func stop(o Options, srv *http.Server, ln net.Listener, served <-chan error, conns *conns) error {
	ctx, cancel := context.WithTimeout(context.Background(), o.StopTimeout)
	defer cancel()
	srv.SetKeepAlivesEnabled(false)
	errs := []error{ignoreClosed(ln.Close())}
	<-served
	for _, drain := range o.Drain {
		errs = append(errs, drain(ctx))
	}
	errs = append(errs, conns.wait(ctx), srv.Shutdown(ctx))
	if err := errors.Join(errs...); err != nil {
		_ = srv.Close()
		return err
	}
	return nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// cause strips what net repeats about the address.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	var sys interface{ Unwrap() error }
	if errors.As(err, &sys) && sys.Unwrap() != nil {
		return sys.Unwrap()
	}
	return err
}
