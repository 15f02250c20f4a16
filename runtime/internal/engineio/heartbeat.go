package engineio

import (
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

var pingFrame = wsconn.Text("2")

// startHeartbeat starts the timer: for the first ping, or for a client of
// version 3, which pings itself, for the longest silence.
func (s *Session) startHeartbeat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return
	}
	s.timer = time.AfterFunc(s.patience(), s.beat)
	if s.doomed != "" {
		s.timer.Reset(0)
	}
}

func (s *Session) patience() time.Duration {
	if s.v3 {
		return s.server.opts.PingInterval + s.server.opts.PingTimeout
	}
	return s.server.opts.PingInterval
}

// beat runs when a ping is due, and when the pong did not come. Whatever else
// came in meanwhile is a sign of life too, and so is a message that the
// handler still works on, which keeps what is behind it from being read.
func (s *Session) beat() {
	s.mu.Lock()
	switch alive := s.heard.Swap(false) || s.handling.Load() && !s.stuck(); {
	case s.closed.Load():
	case s.doomed != "", (s.v3 || s.pinged) && !alive:
		s.mu.Unlock()
		s.Close("ping timeout")
		return
	case s.v3:
		s.timer.Reset(s.patience())
	case s.pinged:
		s.timer.Reset(s.server.opts.PingTimeout)
	default:
		s.pinged = true
		s.timer.Reset(s.server.opts.PingTimeout)
		s.mu.Unlock()
		s.Send(pingFrame) // one that can not be sent gets no pong
		return
	}
	s.mu.Unlock()
}

// pong schedules the next ping. One that nobody asked for does nothing.
func (s *Session) pong() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pinged && !s.closed.Load() {
		s.pinged = false
		s.timer.Reset(s.server.opts.PingInterval)
	}
}

// stuck reports whether what the client does not take keeps calls, and with
// them the handler, from going on. s.mu is held.
func (s *Session) stuck() bool {
	if ws := s.ws.Load(); ws != nil {
		return ws.Stuck(s.server.opts.PingInterval)
	}
	return !s.polling.getting && s.polling.queue.Awaited()
}
