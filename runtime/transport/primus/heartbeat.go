package primus

import (
	"strconv"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// beat pings all clients with one frame, and closes those from which nothing
// came since the last time. It goes on for as long as there are any.
func (s *Server) beat() {
	s.mu.Lock()
	list := s.list()
	s.mu.Unlock()
	frame := pingFrame(time.Now())
	for _, c := range list {
		c.beat(frame)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ticking = len(s.conns) > 0; s.ticking {
		s.timer.Reset(s.opts.PingInterval)
	}
}

func pingFrame(now time.Time) []byte {
	dst := append(wsconn.BeginText(make([]byte, 0, 48)), `"primus::ping::`...)
	dst = strconv.AppendInt(dst, now.UnixMilli(), 10)
	return wsconn.EndFrame(append(dst, '"'), 0)
}

// beat pings the client, or closes the connection of a silent one, which may
// connect again. A message that is still worked on is a sign of life: it keeps
// what is behind it from being read; unless it waits for the client to take
// what is sent to it.
func (c *conn) beat(ping []byte) {
	stuck := c.ws.Stuck(c.server.opts.PingInterval)
	if !c.line.heard.Swap(false) && (stuck || !c.busy.Load()) {
		c.ws.Close(wsconn.NoStatus, "")
		return
	}
	c.Send(ping)
}
