package engineio

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// A Handler receives what one session's client sends.
type Handler interface {
	// Message is called for one message at a time. The Buffer is the
	// handler's from then on.
	Message(msg *wsconn.Buffer, binary bool)
	// Closed is called once, when the session has ended, possibly while a
	// Message runs.
	Closed(reason string)
}

// A Server serves Engine.IO. It is an http.Handler for one path.
type Server struct {
	opts Options
	open func(s *Session, r *http.Request) Handler
	slow atomic.Int64

	// mu guards the fields below.
	mu       sync.Mutex
	sessions map[string]*Session
	readers  int // goroutines that read websockets or handle a POST
	stopping bool
	empty    chan struct{} // closed when stopping and no session is left
}

// New returns a Server. It calls open for every new session, before anything
// is sent or received.
func New(o Options, open func(s *Session, r *http.Request) Handler) *Server {
	return &Server{opts: o.withDefaults(), open: open, sessions: map[string]*Session{}, empty: make(chan struct{})}
}

// Transports of the query.
const (
	transportPolling   = "polling"
	transportWebSocket = "websocket"
)

// A request is what the server looks at in an HTTP request.
type request struct {
	*http.Request
	transport string
	sid       string
	v3        bool
	upgrade   bool
}

func readRequest(r *http.Request) request {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		query = url.Values{}
	}
	return request{
		Request:   r,
		transport: query.Get("transport"),
		sid:       query.Get("sid"),
		v3:        query.Get("EIO") != "4",
		upgrade:   strings.EqualFold(r.Header.Get("Upgrade"), "websocket"),
	}
}

// ServeHTTP serves handshakes, polls, posts and websockets.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req := readRequest(r)
	if s.forward(w, &req) || s.opts.Origin.CORS(w, r) {
		return
	}
	session, refused := s.verify(&req)
	switch {
	case refused != nil:
		refused.write(w, req.upgrade)
	case req.transport == transportWebSocket:
		s.serveWebSocket(w, &req, session)
	case session == nil:
		s.handshake(w, &req)
	default:
		session.servePolling(w, r)
	}
}

// verify finds the request's session, nil for a handshake, or tells what is
// wrong. Its order is that of Node's engine.io.
func (s *Server) verify(r *request) (*Session, *refusal) {
	if !s.serves(r.transport) {
		return nil, errTransport
	}
	if r.sid != "" {
		return s.verifySession(r)
	}
	switch {
	case r.Method != http.MethodGet:
		return nil, errMethod
	case r.upgrade != (r.transport == transportWebSocket):
		return nil, errRequest
	case r.v3 && !s.opts.AllowEIO3:
		return nil, errVersion
	case r.upgrade && !s.opts.Origin.Allowed(r.Request):
		return nil, errOrigin
	}
	if !s.opts.Connects.Allow(s.opts.Trust.Client(r.Request)) {
		return nil, &refusal{status: http.StatusTooManyRequests, code: 4, message: "Too many requests", wait: s.opts.Connects.RetryAfter()}
	}
	if s.opts.AllowRequest != nil {
		if err := s.opts.AllowRequest(r.Request); err != nil {
			return nil, forbidden(err.Error())
		}
	}
	return nil, nil
}

func (s *Server) verifySession(r *request) (*Session, *refusal) {
	s.mu.Lock()
	session := s.sessions[r.sid]
	s.mu.Unlock()
	switch {
	case session == nil, session.closed.Load():
		return nil, errSession
	case r.v3 != session.v3, r.upgrade != (r.transport == transportWebSocket):
		return nil, errRequest
	case !r.upgrade && session.ws.Load() != nil:
		return nil, errRequest
	case r.upgrade && !s.opts.Origin.Allowed(r.Request):
		return nil, errOrigin
	}
	return session, nil
}

func (s *Server) serves(transport string) bool {
	return transport == transportPolling && !s.opts.NoPolling ||
		transport == transportWebSocket && !s.opts.NoWebSocket
}

// handshake begins a polling session.
func (s *Server) handshake(w http.ResponseWriter, r *request) {
	session := s.newSession(r.v3)
	session.polling = newPolling(s.opts.MaxQueue)
	session.polling.queue.Put(session.openFrame())
	if !session.begin(r.Request) {
		errStopping.write(w, false)
		return
	}
	session.servePolling(w, r.Request)
}

// add makes a session known, unless the server is stopping.
func (s *Server) add(session *Session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.sessions[session.id] = session
	return true
}

func (s *Server) remove(session *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, session.id)
	s.checkEmpty()
}

// beginReader counts a goroutine of its own that handles what comes in, unless
// the server is stopping.
func (s *Server) beginReader() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.readers++
	return true
}

func (s *Server) endReader() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readers--
	s.checkEmpty()
}

// checkEmpty tells Close when the last session is gone. s.mu is held.
func (s *Server) checkEmpty() {
	if !s.stopping || len(s.sessions) > 0 || s.readers > 0 {
		return
	}
	select {
	case <-s.empty:
	default:
		close(s.empty)
	}
}

// Len returns the number of sessions.
func (s *Server) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Slow returns how many clients were dropped because they did not take what
// was sent to them.
func (s *Server) Slow() int64 { return s.slow.Load() }

func (s *Server) isStopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// Stop refuses new sessions from now on and returns those there are.
func (s *Server) Stop() []*Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	s.checkEmpty()
	list := make([]*Session, 0, len(s.sessions))
	for _, session := range s.sessions {
		list = append(list, session)
	}
	return list
}

// Close ends all sessions and waits until the last one is gone. When ctx ends
// first it cuts the connections and returns ctx's error.
func (s *Server) Close(ctx context.Context) error {
	for _, session := range s.Stop() {
		session.Leave("server is stopping")
	}
	select {
	case <-s.empty:
		return nil
	case <-ctx.Done():
	}
	for _, session := range s.Stop() {
		session.abort()
	}
	<-s.empty
	return ctx.Err()
}
