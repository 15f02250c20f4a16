package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// A run is a server at work.
type run struct {
	opts    Options
	http    *http.Server
	conns   *conns
	leaving atomic.Bool
	public  *endpoint
	private *endpoint // nil for none
}

// An endpoint is a listener that is served.
type endpoint struct {
	net.Listener
	served chan error
}

// newRun starts to serve, in a goroutine for each listener.
func newRun(o Options) *run {
	r := &run{opts: o, conns: newConns()}
	r.http = &http.Server{
		Handler:           r.farewell(patient(o.Handler, o.WriteTimeout)),
		ReadHeaderTimeout: headTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHead,
		ConnState:         r.conns.state,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelWarn),
	}
	r.public = r.serve(o.Listener)
	if o.Private != nil {
		r.private = r.serve(o.Private)
	}
	return r
}

func (r *run) serve(ln net.Listener) *endpoint {
	e := &endpoint{ln, make(chan error, 1)}
	go func() { e.served <- r.http.Serve(ln) }()
	return e
}

// stop takes no more connections. Those that were accepted are known to the
// server when it returns.
func (e *endpoint) stop() error {
	if e == nil {
		return nil
	}
	err := e.Close()
	<-e.served
	return ignoreClosed(err)
}

// linger is how long, at most, connections without a request are kept once
// others serve the address: a request that is under way on one would be lost.
const linger = 2 * time.Second

// farewell asks the clients of a server that stops to close their connections
// behind the answer, which loses nothing.
func (r *run) farewell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if r.leaving.Load() && !strings.EqualFold(req.Header.Get("Connection"), "upgrade") {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, req)
	})
}

// stop ends the server in the order that answers every request read so far:
// net/http drops a request that it reads after Shutdown began, so that comes
// last, when no connection has one in flight. Alone on its address, the server
// accepts connections for as long as sessions leave: a client that polls may
// need one more to fetch what is queued for it.
func (r *run) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), r.opts.StopTimeout)
	defer cancel()
	r.leaving.Store(true)
	replaced := r.opts.Replaced != nil && r.opts.Replaced()
	var errs []error
	if replaced {
		errs = append(errs, r.public.stop())
	}
	for _, drain := range r.opts.Drain {
		errs = append(errs, drain(ctx))
	}
	if !replaced {
		errs = append(errs, r.public.stop())
	}
	errs = append(errs, r.private.stop())
	if replaced {
		errs = append(errs, r.conns.wait(ctx, linger))
	}
	r.http.SetKeepAlivesEnabled(false)
	return errors.Join(append(errs, r.conns.wait(ctx, 0), r.http.Shutdown(ctx))...)
}

// close cuts what is left.
func (r *run) close() error { return ignoreClosed(r.http.Close()) }
