package socketio

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/address"
	"github.com/featherscaffold/featherscaffold/runtime/internal/engineio"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

// Provider is what Params.Provider says of calls over this transport.
const Provider = "socketio"

// Transports of Options.
const (
	Polling   = "polling"
	WebSocket = "websocket"
)

// Options are the settings of a Server. Zero values mean the defaults, which
// are those of the Node server where it has the setting.
type Options struct {
	PingInterval   time.Duration // between a pong and the next ping; 25 s
	PingTimeout    time.Duration // for the pong; 20 s
	UpgradeTimeout time.Duration // for the upgrade from polling to a websocket; 10 s
	ConnectTimeout time.Duration // until a client connects to the namespace; 45 s
	Transports     []string      // which of Polling and WebSocket; both
	AllowEIO3      bool          // serve clients of Socket.IO 2 too

	MaxPayload int // bytes of an incoming message, and of its attachments together; 1,000,000
	MaxCalls   int // of one client at the same time, further ones wait; 16
	MaxQueue   int // bytes waiting for one client, beyond which it is dropped; 4 MiB

	// Worker and Forward serve polling where several processes have one
	// address, as workers of a cluster: ids of sessions begin with the name
	// Worker, and Forward gives a request whose session names another one to
	// that owner, and reports whether it did. It is called before anything is
	// done with the request, from any goroutine; the name is what the client
	// says, at most 64 bytes, or "" for whoever takes the place of this
	// process, which gets the new sessions while it stops. "" and nil for a
	// process alone.
	Worker  string
	Forward func(w http.ResponseWriter, r *http.Request, owner string) bool

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
	// AllowRequest refuses a handshake by an error, whose text the client
	// gets; nil allows all.
	AllowRequest func(r *http.Request) error
}

const defaultConnectTimeout = 45 * time.Second

// A Server serves an app over Socket.IO. It is an http.Handler, for the path
// "/socket.io/" where clients look for it.
type Server struct {
	app            *runtime.App
	engine         *engineio.Server
	sockets        *sockets.Server
	connectTimeout time.Duration
	maxPayload     int
	trust          address.Trust
}

// New returns a Server for the app's services.
func New(app *runtime.App, o Options) *Server {
	s := &Server{app: app, connectTimeout: o.ConnectTimeout, maxPayload: o.MaxPayload, trust: o.Trust}
	if s.connectTimeout <= 0 {
		s.connectTimeout = defaultConnectTimeout
	}
	if s.maxPayload <= 0 {
		s.maxPayload = engineio.DefaultMaxPayload
	}
	s.sockets = sockets.NewServer(sockets.Options{App: app, Provider: Provider, Codec: codec{}, MaxCalls: o.MaxCalls, Calls: o.Calls})
	s.engine = engineio.New(engineio.Options{
		PingInterval:   o.PingInterval,
		PingTimeout:    o.PingTimeout,
		UpgradeTimeout: o.UpgradeTimeout,
		MaxPayload:     s.maxPayload,
		MaxQueue:       o.MaxQueue,
		NoPolling:      len(o.Transports) > 0 && !slices.Contains(o.Transports, Polling),
		NoWebSocket:    len(o.Transports) > 0 && !slices.Contains(o.Transports, WebSocket),
		AllowEIO3:      o.AllowEIO3,
		Worker:         o.Worker,
		Forward:        o.Forward,
		Origin:         o.Origin,
		Trust:          o.Trust,
		Connects:       o.Connects,
		AllowRequest:   o.AllowRequest,
	}, s.open)
	return s
}

// ServeHTTP serves the protocol at the path that the Server is mounted on.
// Below it is nothing: clients get their library elsewhere.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/") {
		http.NotFound(w, r)
		return
	}
	s.engine.ServeHTTP(w, r)
}

// Stats are figures of a Server.
type Stats struct {
	Sessions int   // open now
	Slow     int64 // clients dropped because they did not take what was sent
}

// Stats returns the figures of this moment.
func (s *Server) Stats() Stats { return Stats{Sessions: s.engine.Len(), Slow: s.engine.Slow()} }

// Close stops the Server: new clients are refused, and those that are
// connected are told to leave as soon as their calls in flight are answered,
// many of them over a few seconds. It waits for that, and for what is queued for them to be written. When ctx
// ends first, calls are cancelled, connections cut and ctx's error returned.
func (s *Server) Close(ctx context.Context) error {
	sessions := s.engine.Stop()
	sockets.Spread(ctx, len(sessions), func(i int) { sessions[i].Handler().(*conn).leave() })
	waited := s.sockets.Wait(ctx)
	s.sockets.Cancel()
	if err := s.engine.Close(ctx); err != nil {
		return err
	}
	return waited
}
