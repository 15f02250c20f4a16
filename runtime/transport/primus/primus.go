package primus

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/address"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

// Provider is what Params.Provider says of calls over this transport.
const Provider = "primus"

// Path is where clients look for the server.
const Path = "/primus"

// Options are the settings of a Server. Zero values mean the defaults, which
// are those of the Node server where it has the setting.
type Options struct {
	PingInterval time.Duration // between two pings; a client silent for that long is dropped; 30 s

	MaxMessage int // bytes of an incoming message; 1,000,000, where Node takes 10 MiB
	MaxCalls   int // of one client at the same time, further ones wait; 16
	MaxQueue   int // bytes waiting for one client, beyond which it is dropped; 4 MiB

	// Origin tells which pages may connect; its zero value those of the
	// server's own origin only.
	Origin origin.Policy
	// Trust are the proxies that tell clients' addresses; its zero value none.
	Trust address.Trust
	// Calls limits the calls of each connection; its zero value is no limit.
	Calls ratelimit.Rate
	// Connects limits the handshakes from one address; nil for no limit.
	// Transports may share one.
	Connects *ratelimit.Limiter

	// Forward gives the handshakes that come while this process stops to the
	// one that takes its place, which the name "" stands for, and reports
	// whether it did. It may be called from any goroutine. nil for a process
	// alone.
	Forward func(w http.ResponseWriter, r *http.Request, owner string) bool

	// EndClients has Close tell clients that this is the end, so that they
	// do not connect again. Without it they look for another server.
	EndClients bool
}

const (
	defaultPingInterval = 30 * time.Second
	defaultMaxMessage   = 1_000_000
	defaultMaxQueue     = 4 << 20
)

func (o Options) withDefaults() Options {
	if o.PingInterval <= 0 {
		o.PingInterval = defaultPingInterval
	}
	if o.MaxMessage <= 0 {
		o.MaxMessage = defaultMaxMessage
	}
	if o.MaxQueue <= 0 {
		o.MaxQueue = defaultMaxQueue
	}
	return o
}

// A Server serves an app over Primus. It is an http.Handler for Path and all
// below it.
type Server struct {
	app     *runtime.App
	opts    Options
	sockets *sockets.Server
	pages   pages
	slow    atomic.Int64

	// mu guards the fields below.
	mu       sync.Mutex
	conns    map[*conn]struct{}
	open     int         // conns, and those whose handshake goes on
	timer    *time.Timer // runs beat; nil before the first connection
	ticking  bool
	stopping bool
	empty    chan struct{} // closed when stopping and nothing is open
}

// New returns a Server for the app's services.
func New(app *runtime.App, o Options) *Server {
	o = o.withDefaults()
	return &Server{
		app:     app,
		opts:    o,
		sockets: sockets.NewServer(sockets.Options{App: app, Provider: Provider, Codec: codec{}, MaxCalls: o.MaxCalls, Calls: o.Calls}),
		pages:   newPages(o.PingInterval),
		conns:   map[*conn]struct{}{},
		empty:   make(chan struct{}),
	}
}

// Stats are figures of a Server.
type Stats struct {
	Connections int   // open now
	Slow        int64 // clients dropped because they did not take what was sent
}

// Stats returns the figures of this moment.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{Connections: len(s.conns), Slow: s.slow.Load()}
}

// accept opens a connection. It returns when the client is in the app; a
// goroutine of the connection's own, with a smaller stack than that of an
// HTTP handler, reads what the client sends.
func (s *Server) accept(w http.ResponseWriter, r *http.Request) {
	if s.opts.Forward != nil && s.isStopping() && s.opts.Forward(w, r, "") {
		return
	}
	address := s.opts.Trust.Client(r)
	if !s.admit(w, r, address) {
		return
	}
	handshake, err := s.sockets.Identify(wsconn.HandshakeHeaders(r.Header), address)
	if err != nil {
		refuseError(w, runtime.ErrorOf(err))
		return
	}
	if !s.begin() {
		refuse(w, http.StatusServiceUnavailable, "server is stopping")
		return
	}
	c := &conn{server: s}
	limits := wsconn.Limits{Message: s.opts.MaxMessage, Queue: s.opts.MaxQueue}
	ws, err := wsconn.Accept(c.line.under(w), r, limits, func(status int, err error) { refuse(w, status, err.Error()) })
	if err != nil {
		s.end(c)
		return
	}
	c.ws = ws
	if err := c.connect(handshake); err != nil {
		ws.Close(wsconn.ServerFailed, "")
		ws.Finish()
		s.end(c)
		return
	}
	go c.read()
}

// admit reports whether there may be a handshake, and answers if not.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, address string) bool {
	switch {
	case !s.opts.Origin.Allowed(r):
		refuse(w, http.StatusForbidden, "origin not allowed")
		return false
	case !s.opts.Connects.Allow(address):
		w.Header().Set("Retry-After", strconv.Itoa(s.opts.Connects.RetryAfter()))
		refuseError(w, runtime.TooManyRequests("Too many connections, try again later"))
		return false
	}
	return true
}

// begin counts a handshake, unless the server is stopping. If so, end must
// follow.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.open++
	return true
}

// add makes a connection known and sees to the pings. It reports false when
// the server is stopping.
func (s *Server) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = struct{}{}
	switch {
	case s.timer == nil:
		s.timer = time.AfterFunc(s.opts.PingInterval, s.beat)
	case !s.ticking:
		s.timer.Reset(s.opts.PingInterval)
	}
	s.ticking = true
	return !s.stopping
}

// end forgets a connection, and tells Close when it was the last one.
func (s *Server) end(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	s.open--
	s.checkEmpty()
}

// checkEmpty tells Close when nothing is open, and ends the pings. s.mu is
// held.
func (s *Server) checkEmpty() {
	if !s.stopping || s.open > 0 {
		return
	}
	select {
	case <-s.empty:
	default:
		close(s.empty)
		if s.timer != nil {
			s.timer.Stop()
		}
	}
}

func (s *Server) isStopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// list returns the connections of this moment. s.mu is held.
func (s *Server) list() []*conn {
	list := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		list = append(list, c)
	}
	return list
}

// stop refuses new connections from now on and returns those there are.
func (s *Server) stop() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	s.checkEmpty()
	return s.list()
}

// Close stops the Server: new clients are refused, and those that are
// connected are closed as soon as their calls in flight are answered, many of
// them over a few seconds. It waits for that, and for what is queued for them to be written. When ctx ends
// first, calls are cancelled, connections cut and ctx's error returned.
func (s *Server) Close(ctx context.Context) error {
	conns := s.stop()
	sockets.Spread(ctx, len(conns), func(i int) { conns[i].leave() })
	waited := s.sockets.Wait(ctx)
	s.sockets.Cancel()
	select {
	case <-s.empty:
		return waited
	case <-ctx.Done():
	}
	for _, c := range s.stop() {
		c.abort()
	}
	<-s.empty
	return ctx.Err()
}
