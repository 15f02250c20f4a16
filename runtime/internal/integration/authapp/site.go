package authapp

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

// patience is how long the end of a server may take.
const patience = 20 * time.Second

// site is where an App is served.
type site struct {
	t testing.TB

	// mu is held while the server is replaced; it guards the fields below.
	mu      sync.Mutex
	address string // empty before the first start
	server  *http.Server
	served  chan error
	sockets *socketio.Server
	primus  *primus.Server
	conns   *cutter
}

// URL returns where the app is served.
func (a *App) URL() string {
	a.site.mu.Lock()
	defer a.site.mu.Unlock()
	return "http://" + a.site.address
}

// Cut cuts the clients' connections, as a network does that fails.
func (a *App) Cut() {
	a.site.mu.Lock()
	defer a.site.mu.Unlock()
	a.site.conns.cut()
}

// Restart cuts the clients' connections, ends the server and starts another
// one at the same address.
func (a *App) Restart() {
	a.site.mu.Lock()
	defer a.site.mu.Unlock()
	a.site.stop()
	a.start()
}

func (a *App) serve(t testing.TB) {
	t.Helper()
	a.site.t, a.site.address = t, "127.0.0.1:0"
	a.start()
	t.Cleanup(func() {
		a.site.mu.Lock()
		defer a.site.mu.Unlock()
		a.site.stop()
	})
}

// start starts a server. Its errors end the test.
func (a *App) start() {
	s, o := &a.site, a.options
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", s.address)
	if err != nil {
		s.t.Errorf("listen: %v", err)
		return
	}
	s.address = ln.Addr().String()
	s.conns = &cutter{Listener: ln, conns: map[net.Conn]struct{}{}}
	connects := ratelimit.New(o.Connects)
	s.sockets = socketio.New(a.App, socketio.Options{Origin: o.Origin, Calls: o.Calls, Connects: connects})
	s.primus = primus.New(a.App, primus.Options{Origin: o.Origin, Calls: o.Calls, Connects: connects})
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", s.sockets)
	mux.Handle(primus.Path, s.primus)
	mux.Handle(primus.Path+"/", s.primus)
	mux.Handle("/", o.Origin.Handler(http.HandlerFunc(rest.NotFound)))
	handler := rest.New(a.App, rest.Options{Next: mux, Origin: o.Origin, Calls: ratelimit.New(o.Calls)})
	s.server = &http.Server{Handler: handler, ReadHeaderTimeout: patience}
	s.served = make(chan error, 1)
	server, conns, served := s.server, s.conns, s.served
	go func() { served <- server.Serve(conns) }()
}

// stop ends the server and waits for it. s.mu is held.
func (s *site) stop() {
	s.conns.cut()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, sockets := range []interface{ Close(context.Context) error }{s.sockets, s.primus} {
		if err := sockets.Close(ctx); err != nil {
			s.t.Errorf("Close: %v", err)
		}
	}
	if err := errors.Join(s.server.Close(), <-s.served); !errors.Is(err, http.ErrServerClosed) {
		s.t.Errorf("serve: %v", err)
	}
}

// A cutter is a listener that can cut what it accepted.
type cutter struct {
	net.Listener
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// Accept waits for the next connection.
func (c *cutter) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns[conn] = struct{}{}
	return conn, nil
}

// cut cuts all connections accepted so far. Those that are closed already do
// not mind.
func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.conns {
		if tcp, ok := conn.(*net.TCPConn); ok {
			tcp.SetLinger(0) // no goodbye
		}
		conn.Close()
	}
	clear(c.conns)
}
