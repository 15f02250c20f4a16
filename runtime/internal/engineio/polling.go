package engineio

import (
	"errors"
	"mime"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// probePause is how long a poll waits while a websocket is being tried, so
// that the client can pause polling.
const probePause = 100 * time.Millisecond

// bodyTimeout is how long a client may take to send a POST body.
const bodyTimeout = 30 * time.Second

// polling is what a session has only while it polls. Session.mu guards it.
type polling struct {
	queue   wsconn.Queue
	wake    chan struct{} // tells the GET that waits
	getting bool          // a GET waits
	posting bool          // a POST is not answered yet
	paused  chan struct{} // closed when the client may pause polling
	pausing bool          // paused is closed
	held    bool          // nothing may go out
	probe   *wsconn.Conn  // the websocket that is being tried
	noop    bool          // the GET that waits is to be let go
}

func newPolling(limit int) *polling {
	p := &polling{wake: make(chan struct{}, 1), paused: make(chan struct{})}
	p.queue.SetLimit(limit)
	return p
}

func (p *polling) put(frame []byte) {
	p.queue.Put(frame)
	p.notify()
}

// notify wakes the GET that waits, which looks what there is.
func (p *polling) notify() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// end lets go of the GET that waits, with what is still queued.
func (p *polling) end() {
	if !p.getting {
		p.queue.Clear()
	}
	p.notify()
	if p.probe != nil {
		p.probe.Abort()
	}
}

func (s *Session) servePolling(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		s.servePoll(w, r)
	case http.MethodPost:
		s.servePost(w, r)
	default:
		w.WriteHeader(http.StatusInternalServerError) // as Node does
	}
}

// claim marks a GET or POST as under way. It tells what is wrong instead, and
// ends the session when there is another one already.
func (s *Session) claim(busy func(*polling) *bool) (p *polling, overlap bool, refused *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p = s.polling
	switch {
	case s.closed.Load():
		return nil, false, errSession
	case p == nil:
		return nil, false, errRequest
	case *busy(p):
		return nil, true, nil
	}
	*busy(p) = true
	return p, false, nil
}

// servePoll answers a GET with what is queued, as soon as there is something.
func (s *Session) servePoll(w http.ResponseWriter, r *http.Request) {
	p, overlap, refused := s.claim(func(p *polling) *bool { return &p.getting })
	switch {
	case refused != nil:
		refused.write(w, false)
		return
	case overlap:
		s.Close("overlapping polls")
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	body, last := s.waitPoll(p, r)
	if body == nil {
		s.Close("transport close")
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=UTF-8")
	header.Set("Cache-Control", "no-store")
	writeBody(w, r, body)
	if last {
		s.Close("transport close")
	}
}

// waitPoll waits for something to answer a GET with, and tells whether it is
// the last of the session. It returns nil when the client gave up.
func (s *Session) waitPoll(p *polling, r *http.Request) (body []byte, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { p.getting, p.noop = false, false }()
	for {
		last = s.closed.Load() || s.doomed != ""
		if body = s.pollBody(p, last); body != nil {
			return body, last
		}
		var pause <-chan time.Time
		if p.probe != nil {
			pause = time.After(probePause)
		}
		s.mu.Unlock()
		gone, paused := false, false
		select {
		case <-p.wake:
		case <-pause:
			paused = true
		case <-r.Context().Done():
			gone = true
		}
		s.mu.Lock()
		if gone && !s.closed.Load() {
			return nil, true
		}
		p.noop = p.noop || paused
	}
}

// pollBody returns what a GET can be answered with now, nil for nothing.
func (s *Session) pollBody(p *polling, last bool) (body []byte) {
	if !p.held || last {
		for frame := p.queue.Next(); frame != nil; frame = p.queue.Next() {
			body = appendPacket(body, frame, s.v3)
		}
	}
	switch {
	case last:
		return appendPacket(body, closePacket, s.v3)
	case body == nil && (p.noop || s.ws.Load() != nil):
		return appendPacket(nil, noopPacket, s.v3)
	}
	return body
}

var (
	closePacket = wsconn.Text("1")
	noopPacket  = wsconn.Text("6")
)

// servePost hands the packets of a POST to the handler.
func (s *Session) servePost(w http.ResponseWriter, r *http.Request) {
	p, overlap, refused := s.claim(func(p *polling) *bool { return &p.posting })
	switch {
	case refused != nil:
		refused.write(w, false)
		return
	case overlap:
		s.Close("overlapping posts")
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	body, status := s.readPost(w, r)
	if body != nil {
		s.handlePost(p, body)
	}
	s.mu.Lock()
	p.posting = false
	s.mu.Unlock()
	if status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	w.Write([]byte("ok"))
}

// handlePost handles what was posted. Its calls may have to wait until the
// client takes answers. One that goes over to a websocket takes none before
// its POST is answered, so then it does not wait for them. What comes next
// waits for recv.
func (s *Session) handlePost(p *polling, body *wsconn.Buffer) {
	s.recv.Lock()
	if !s.server.beginReader() {
		defer s.recv.Unlock()
		s.receivePayload(body)
		return
	}
	s.mu.Lock()
	paused := p.paused
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer s.server.endReader()
		defer close(done)
		defer s.recv.Unlock()
		s.receivePayload(body)
	}()
	select {
	case <-done:
	case <-paused:
	}
}

// readPost returns what was posted, or nil, and the status that answers it.
func (s *Session) readPost(w http.ResponseWriter, r *http.Request) (*wsconn.Buffer, int) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/octet-stream" {
		s.Close("binary body")
		return nil, http.StatusBadRequest
	}
	limit := int64(s.server.opts.MaxPayload)
	if r.ContentLength > limit {
		return nil, http.StatusRequestEntityTooLarge
	}
	// Writers that can not bound the time leave it to the http.Server.
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout))
	body := wsconn.NewBuffer()
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		body.Release()
		return nil, http.StatusRequestEntityTooLarge
	case err != nil:
		body.Release()
		s.Close("transport error")
		return nil, http.StatusBadRequest
	case !utf8.Valid(body.Bytes()):
		body.Release()
		s.Close("parse error")
		return nil, http.StatusBadRequest
	}
	return body, http.StatusOK
}

// receivePayload handles the packets of a payload until one of them ends the
// session. s.recv is held.
func (s *Session) receivePayload(body *wsconn.Buffer) {
	next := nextPacket
	if s.v3 {
		next = nextPacketV3
	}
	rest := body.Bytes()
	for more := true; more && !s.closed.Load(); more = len(rest) > 0 {
		packet, tail, err := next(rest)
		rest = tail
		switch {
		case err != nil:
			s.Close("parse error")
		case len(packet) == 1 && packet[0] == packetClose:
			s.Close("transport close")
		case len(packet) == len(body.Bytes()):
			s.receive(body, false) // the only packet keeps the Buffer
			return
		default:
			b := wsconn.NewBuffer()
			b.Append(packet)
			s.receive(b, false)
		}
	}
	body.Release()
}
