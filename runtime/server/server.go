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
	Addr string // host:port; port 0 for a free one
	// Listener is served instead of one on Addr, and closed by Run.
	Listener net.Listener
	// Private is served beside it, and closed by Run. It stays open while
	// sessions leave, also when the other one does not; nil for none.
	Private net.Listener
	Handler http.Handler
	Logger  *slog.Logger // nil for slog.Default()
	// WriteTimeout is how long a client may take for each 64 KiB of an answer;
	// 0 for 30 seconds. Connections taken over by websockets are not bounded.
	WriteTimeout time.Duration
	// StopTimeout bounds the whole stop; 0 for 10 seconds.
	StopTimeout time.Duration
	// Drain are called at the stop, one after the other, while what clients
	// ask meanwhile is still answered: transports tell them to leave.
	Drain []func(context.Context) error
	// Serving is called when requests are served; nil for nothing.
	Serving func()
	// Replaced reports, at the stop, whether others serve the address from now
	// on: then new connections are left to them at once. nil for never.
	Replaced func() bool
}

// Limits of a client's request head (slow senders, large headers), and how
// long an idle connection is kept.
const (
	headTimeout = 5 * time.Second
	idleTimeout = 75 * time.Second
	maxHead     = 64 << 10
)

// Run serves until ctx ends, then stops: sessions leave, no new connections,
// requests in flight finish, all within StopTimeout. It returns nil after a
// clean stop, and an error for an address that can not be listened on.
func Run(ctx context.Context, o Options) error {
	o = o.withDefaults()
	if o.Listener == nil {
		ln, err := Listen(ctx, o.Addr)
		if err != nil {
			return err
		}
		o.Listener = ln
	}
	r := newRun(o)
	o.Logger.Info("serving", "url", "http://"+o.Listener.Addr().String())
	if o.Serving != nil {
		o.Serving()
	}
	select {
	case err := <-r.public.served:
		return fmt.Errorf("serve: %w", errors.Join(err, r.close()))
	case <-ctx.Done():
	}
	o.Logger.Info("stopping")
	if err := r.stop(); err != nil {
		return fmt.Errorf("stop: %w", errors.Join(err, r.close()))
	}
	o.Logger.Info("stopped")
	return nil
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.WriteTimeout == 0 {
		o.WriteTimeout = 30 * time.Second
	}
	if o.StopTimeout == 0 {
		o.StopTimeout = 10 * time.Second
	}
	return o
}

// Listen listens on a TCP address. Its error is a clear line.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, cause(err))
	}
	return ln, nil
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
