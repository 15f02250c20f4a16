package engineio

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// leaveWait is how long a client that polls has to come for what is queued
// before its session ends.
const leaveWait = 5 * time.Second

// A Session is one client. Its methods may be called from any goroutine.
type Session struct {
	server  *Server
	id      string
	v3      bool
	handler Handler

	// ws is nil while the session polls. It is set under mu.
	ws atomic.Pointer[wsconn.Conn]
	// recv lets one message at a time through to the handler, and a payload
	// of messages as a whole. Nothing else waits for it: a handler may wait
	// for the client.
	recv     sync.Mutex
	handling atomic.Bool // a message is with the handler
	heard    atomic.Bool // something came since the last ping
	closed   atomic.Bool // set under mu

	// mu guards the fields below.
	mu      sync.Mutex
	polling *polling    // nil once there is a websocket
	timer   *time.Timer // runs beat
	pinged  bool        // a pong is due
	doomed  string      // why beat is to end the session, "" for not at all
}

func (s *Server) newSession(v3 bool) *Session {
	return &Session{server: s, id: s.newID(), v3: v3}
}

// begin opens the handler and starts the heartbeat. It reports false when the
// server is stopping. The handshake packet is on its way before.
func (s *Session) begin(r *http.Request) bool {
	s.handler = s.server.open(s, r)
	if s.closed.Load() { // by open itself
		s.handler.Closed("refused")
		return false
	}
	if !s.server.add(s) {
		s.handler.Closed("server is stopping")
		return false
	}
	s.startHeartbeat()
	return true
}

func (s *Session) openFrame() []byte {
	o := &s.server.opts
	dst := wsconn.BeginText(make([]byte, 0, 160))
	dst = append(append(dst, `0{"sid":"`...), s.id...)
	dst = append(dst, `","upgrades":[`...)
	if s.polling != nil && !o.NoWebSocket {
		dst = append(dst, `"websocket"`...)
	}
	dst = strconv.AppendInt(append(dst, `],"pingInterval":`...), o.PingInterval.Milliseconds(), 10)
	dst = strconv.AppendInt(append(dst, `,"pingTimeout":`...), o.PingTimeout.Milliseconds(), 10)
	dst = strconv.AppendInt(append(dst, `,"maxPayload":`...), int64(o.MaxPayload), 10)
	return wsconn.EndFrame(append(dst, '}'), 0)
}

// Handler returns the session's handler.
func (s *Session) Handler() Handler { return s.handler }

// V3 reports whether the client speaks Engine.IO 3.
func (s *Session) V3() bool { return s.v3 }

// Send queues a frame, whose payload begins with the packet type, and returns
// at once. The frame must not change any more. A client that does not take
// what was queued before is dropped.
func (s *Session) Send(frame []byte) error {
	err := s.send(frame)
	if errors.Is(err, wsconn.ErrFull) {
		s.dropSlow()
	}
	return err
}

func (s *Session) send(frame []byte) error {
	if ws := s.ws.Load(); ws != nil {
		return ws.Send(frame)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ws := s.ws.Load(); ws != nil {
		return ws.Send(frame)
	}
	switch {
	case s.closed.Load():
		return wsconn.ErrClosed
	case !s.polling.queue.Fits(len(frame)):
		return wsconn.ErrFull
	}
	s.polling.put(frame)
	return nil
}

// Write sends a frame behind those that are queued. It waits for room in the
// queue and may wait for the network. The frame is the caller's again when it
// returns.
func (s *Session) Write(frame []byte) error {
	for {
		if ws := s.ws.Load(); ws != nil {
			return ws.Write(frame)
		}
		again, err := s.writePolling(frame)
		if again == nil {
			return err
		}
		<-again
	}
}

// closedChannel is a channel that needs no waiting.
var closedChannel = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// writePolling queues a copy of the frame, or returns a channel that is
// closed when it is time to try again.
func (s *Session) writePolling(frame []byte) (again <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ws.Load() != nil:
		return closedChannel, nil
	case s.closed.Load():
		return nil, wsconn.ErrClosed
	case !s.polling.queue.Fits(len(frame)):
		return s.polling.queue.Space(), nil
	}
	s.polling.put(bytes.Clone(frame))
	return nil, nil
}

// Hold keeps what is sent from going out until Resume. Both are called inside
// Handler.Message only.
func (s *Session) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ws := s.ws.Load(); ws != nil {
		ws.Hold()
		return
	}
	s.polling.held = true
}

// Resume ends Hold.
func (s *Session) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ws := s.ws.Load(); ws != nil {
		ws.Resume()
		return
	}
	s.polling.held = false
	s.polling.notify()
}

// Close ends the session. It does not wait until the client is gone.
func (s *Session) Close(reason string) {
	s.end(reason)
	if ws := s.ws.Load(); ws != nil {
		ws.Close(wsconn.NoStatus, "")
	}
}

// Leave ends the session once the client has what is queued for it. It does
// not wait. A client that polls has to come for it soon.
func (s *Session) Leave(reason string) {
	if s.lingers(reason) {
		return
	}
	s.Close(reason)
}

// lingers lets a session that polls live until the next poll, if there is
// something for it and no poll waits now.
func (s *Session) lingers(reason string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.polling
	if s.closed.Load() || s.timer == nil || p == nil || p.getting || p.queue.Empty() {
		return false
	}
	if s.doomed == "" {
		s.doomed = reason
		s.timer.Reset(leaveWait)
	}
	return true
}

// abort cuts the connection of a session that was closed.
func (s *Session) abort() {
	s.end("server is stopping")
	if ws := s.ws.Load(); ws != nil {
		ws.Abort()
	}
}

// dropSlow ends the session of a client that does not keep up. It may be
// called by those who must not call the handler, so the timer does that.
func (s *Session) dropSlow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() || s.doomed != "" {
		return
	}
	s.server.slow.Add(1)
	s.doomed = "client too slow"
	if ws := s.ws.Load(); ws != nil {
		ws.Abort()
	}
	if s.timer != nil {
		s.timer.Reset(0)
	}
}

// end makes the session known as closed, once. One over a websocket stays in
// the server's list until its reader is done.
func (s *Session) end(reason string) {
	s.mu.Lock()
	if s.closed.Swap(true) {
		s.mu.Unlock()
		return
	}
	if s.doomed != "" {
		reason = s.doomed
	}
	if s.timer != nil {
		s.timer.Stop()
	}
	if s.polling != nil {
		s.polling.end()
	}
	polled := s.ws.Load() == nil
	s.mu.Unlock()
	if s.handler != nil { // else begin is at work, and looks
		s.handler.Closed(reason)
	}
	if polled {
		s.server.remove(s)
	}
}
