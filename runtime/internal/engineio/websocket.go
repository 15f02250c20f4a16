package engineio

import (
	"net/http"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// serveWebSocket opens a session over a websocket, or upgrades one that
// polls. It returns at once: a goroutine of its own, with a smaller stack
// than that of an HTTP handler, reads the websocket.
func (s *Server) serveWebSocket(w http.ResponseWriter, r *request, session *Session) {
	if !s.beginReader() {
		errStopping.write(w, true)
		return
	}
	limits := wsconn.Limits{Message: s.opts.MaxPayload, Queue: s.opts.MaxQueue}
	polls := session != nil
	var greeting []byte
	if !polls {
		session = s.newSession(r.v3)
		greeting = session.openFrame()
	}
	conn, err := wsconn.Greet(w, r.Request, limits, greeting, func(int, error) { errRequest.write(w, true) })
	if err != nil {
		s.endReader()
		return
	}
	if polls {
		go session.upgrade(conn)
		return
	}
	session.ws.Store(conn)
	if !session.begin(r.Request) {
		conn.Close(wsconn.NoStatus, "")
		conn.Finish()
		s.endReader()
		return
	}
	go session.readFirst(conn)
}

// readFirst reads one message and leaves the others to read. The first one
// connects the client and runs the app's functions for that, by which the
// goroutine's stack grows; the next goroutine begins with a small one.
func (s *Session) readFirst(conn *wsconn.Conn) {
	if ok, _ := s.readOne(conn); ok {
		go s.read(conn)
	}
}

// read reads messages until the websocket ends. At each heartbeat a new
// goroutine takes over, so that a client that only listens has a small stack.
func (s *Session) read(conn *wsconn.Conn) {
	for {
		ok, beat := s.readOne(conn)
		if !ok {
			return
		}
		if beat {
			go s.read(conn)
			return
		}
	}
}

// readOne hands one message to the handler, and tells whether it was part of
// the heartbeat. It reports false when the websocket has ended; until then
// Server.Close waits.
func (s *Session) readOne(conn *wsconn.Conn) (ok, beat bool) {
	msg, binary, err := conn.Read()
	if err != nil {
		s.end(err.Error())
		conn.Finish()
		s.server.remove(s)
		s.server.endReader()
		return false, false
	}
	data := msg.Bytes()
	beat = len(data) == 1 && (data[0] == packetPong || data[0] == packetPing)
	s.recv.Lock()
	defer s.recv.Unlock()
	s.receive(msg, binary)
	return true, beat
}

var (
	probeAnswer = wsconn.Text("3probe")
	probePing   = string(packetPing) + "probe"
	upgradeDone = string(packetUpgrade)
)

// upgrade lets a polling session go on over the websocket, when the client
// has tried it. Whatever goes wrong before ends the websocket only.
func (s *Session) upgrade(conn *wsconn.Conn) {
	if !s.probe(conn) {
		conn.Close(wsconn.NoStatus, "")
		conn.Finish()
		s.server.endReader()
		return
	}
	conn.SetReadTimeout(0)
	s.read(conn)
}

// probe answers the client's probes until it says that it goes over.
func (s *Session) probe(conn *wsconn.Conn) bool {
	if !s.beginProbe(conn) {
		return false
	}
	defer s.endProbe()
	conn.SetReadTimeout(s.server.opts.UpgradeTimeout)
	for probed := false; ; {
		msg, binary, err := conn.Read()
		if err != nil {
			return false
		}
		text := string(msg.Bytes()[:min(len(msg.Bytes()), len(probePing)+1)])
		msg.Release()
		switch {
		case binary:
			return false
		case text == probePing:
			probed = true
			if conn.Write(probeAnswer) != nil {
				return false
			}
			s.letGo()
		case text == upgradeDone && probed:
			return s.switchTo(conn)
		default:
			return false
		}
	}
}

// beginProbe makes conn the websocket that is tried, unless there is one
// already.
func (s *Session) beginProbe(conn *wsconn.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() || s.polling == nil || s.polling.probe != nil {
		return false
	}
	s.polling.probe = conn
	return true
}

func (s *Session) endProbe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.polling; p != nil {
		p.probe = nil
		if p.pausing {
			p.pausing, p.paused = false, make(chan struct{})
		}
	}
}

// letGo has the GET and the POST that wait answered, so that the client can
// pause polling.
func (s *Session) letGo() {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.polling
	if p == nil {
		return
	}
	if p.getting {
		p.noop = true
		p.notify()
	}
	if !p.pausing {
		p.pausing = true
		close(p.paused)
	}
}

// switchTo makes the websocket the session's transport, with what was queued.
// It does not wait for the handler: what that waits for may be the websocket.
func (s *Session) switchTo(conn *wsconn.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return false
	}
	if s.polling.held {
		conn.Hold()
	}
	conn.Take(&s.polling.queue)
	s.ws.Store(conn)
	s.polling.notify()
	s.polling = nil
	return true
}

var _ http.Handler = (*Server)(nil)
