package socketio

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/engineio"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

// maxNamespace is the longest name of a namespace that is answered.
const maxNamespace = 256

// A conn is one client: an Engine.IO session and, while it is connected to
// the main namespace, a client of the app.
type conn struct {
	server  *Server
	session *engineio.Session
	headers http.Header
	address string // of the client

	partial *assembly // of the session's receiver alone

	// mu guards the fields below.
	mu     sync.Mutex
	client *sockets.Client // nil while not connected
	timer  *time.Timer     // ends a session that does not connect; nil once it did
	closed bool
	limit  *ratelimit.Bucket // of calls and connects; nil until the session is about to connect again
}

var _ engineio.Handler = (*conn)(nil)

// open makes the handler of a new session.
func (s *Server) open(session *engineio.Session, r *http.Request) engineio.Handler {
	c := &conn{server: s, session: session, headers: wsconn.HandshakeHeaders(r.Header), address: s.trust.Client(r)}
	if session.V3() {
		c.connect() // clients of Socket.IO 2 do not ask for it
		return c
	}
	c.timer = time.AfterFunc(s.connectTimeout, func() { session.Close("connect timeout") })
	return c
}

// Closed takes the client out of the app.
func (c *conn) Closed(reason string) {
	c.mu.Lock()
	c.closed = true
	client := c.client
	c.client = nil
	c.stopTimer()
	c.mu.Unlock()
	if client != nil {
		client.Disconnect()
	}
	c.server.app.Logger().Debug("socketio: session closed", slog.String("reason", reason))
}

func (c *conn) stopTimer() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
}

// Message handles one Engine.IO message. Whatever is against the protocol
// ends the session, as in Node.
func (c *conn) Message(msg *wsconn.Buffer, binary bool) {
	switch {
	case binary:
		c.attachment(msg)
		return
	case c.partial != nil:
		msg.Release()
		c.refuse("text instead of an attachment")
		return
	}
	p, err := parsePacket(msg.Bytes())
	switch {
	case err != nil:
		msg.Release()
		c.refuse(err.Error())
	case p.attachments > 0:
		c.partial = &assembly{packet: p, msg: msg}
	default:
		c.packet(&p, msg)
	}
}

// attachment adds to the binary packet that came before.
func (c *conn) attachment(part *wsconn.Buffer) {
	a := c.partial
	if a == nil {
		part.Release()
		c.refuse("unexpected binary")
		return
	}
	complete, err := a.add(part, c.server.maxPayload)
	if err != nil {
		c.refuse(err.Error())
		return
	}
	if !complete {
		return
	}
	c.partial = nil
	defer a.release()
	msg, err := a.resolve()
	if err != nil {
		c.refuse(err.Error())
		return
	}
	a.packet.data = msg.Bytes()
	c.packet(&a.packet, msg)
}

// refuse ends the session of a client that broke the protocol.
func (c *conn) refuse(reason string) {
	if c.partial != nil {
		c.partial.release()
		c.partial = nil
	}
	c.session.Close(reason)
}

// packet handles one packet, whose Buffer is its own.
func (c *conn) packet(p *packet, msg *wsconn.Buffer) {
	client := c.connected()
	isEvent := p.kind == typeEvent || p.kind == typeBinaryEvent
	if isEvent && p.namespace == nil && client != nil {
		c.event(client, p, msg)
		return
	}
	defer msg.Release()
	switch {
	case p.kind == typeConnect && p.namespace != nil:
		c.refuseNamespace(p.namespace)
	case p.namespace != nil, (client == nil) != (p.kind == typeConnect):
		c.refuse("packet in the wrong state")
	case p.kind == typeConnect:
		if len(p.data) > 0 && !isObject(p.data) {
			c.refuse("malformed connect")
			return
		}
		c.connect()
	case p.kind == typeDisconnect:
		c.disconnect(len(p.data) > 0)
	case p.kind == typeAck, p.kind == typeBinaryAck:
		// The server asks for no acknowledgement, so nobody waits for one.
		if len(p.data) > 0 && !isArray(p.data) {
			c.refuse("malformed acknowledgement")
		}
	}
}

func (c *conn) connected() *sockets.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.client
}

// event starts a call.
func (c *conn) event(client *sockets.Client, p *packet, msg *wsconn.Buffer) {
	call, err := sockets.Decode(msg, p.data)
	if err != nil {
		msg.Release()
		c.refuse(err.Error())
		return
	}
	if name, isString := call.Name(); isString && reserved(name) {
		call.Release()
		c.refuse("reserved event name")
		return
	}
	if p.hasID {
		call.Acknowledge(p.id)
	}
	client.Start(call)
}

// connect makes the session a client of the app, unless it brings bad
// credentials. The client learns of it when it is in its channels, and before
// it gets any event.
func (c *conn) connect() {
	limit := c.takeLimit()
	if !limit.Allow() {
		c.refuseConnect(runtime.TooManyRequests("Too many calls, try again later"))
		return
	}
	handshake, err := c.server.sockets.Identify(c.headers, c.address)
	if err != nil {
		c.keepLimit(c.server.sockets.Calls.Bucket())
		c.refuseConnect(runtime.ErrorOf(err))
		return
	}
	dst := wsconn.BeginText(make([]byte, 0, 48))
	if c.session.V3() {
		dst = append(dst, "40"...)
	} else {
		dst = append(append(dst, `40{"sid":"`...), engineio.NewID()...)
		dst = append(dst, `"}`...)
	}
	c.session.Hold()
	defer c.session.Resume()
	c.session.Send(wsconn.EndFrame(dst, 0))
	client, err := c.server.sockets.Connect(handshake, c.session, c.expired)
	if err != nil {
		c.refuse(err.Error())
		return
	}
	client.SetLimit(limit)
	c.mu.Lock()
	closed := c.closed
	if !closed {
		c.client = client
		c.stopTimer()
	}
	c.mu.Unlock()
	if closed {
		client.Disconnect()
	}
}

// disconnect takes the client out of the app and lets the session live: the
// client may connect again.
func (c *conn) disconnect(malformed bool) {
	if malformed {
		c.refuse("malformed disconnect")
		return
	}
	c.mu.Lock()
	client := c.client
	c.client = nil
	c.mu.Unlock()
	if client != nil {
		c.keepLimit(client.Limit())
		client.Disconnect()
	}
}

// takeLimit returns the limit under which the session connects again, nil when
// it does so for the first time.
func (c *conn) takeLimit() *ratelimit.Bucket {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.limit
}

// keepLimit makes a limit count for the next connect, if none does yet: who
// disconnects gets no new one.
func (c *conn) keepLimit(limit *ratelimit.Bucket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.limit == nil {
		c.limit = limit
	}
}

// expired disconnects the client, whose login is over. As with Node, it has
// to connect by itself then.
func (c *conn) expired() {
	c.session.Send(wsconn.Text("41"))
	c.disconnect(false)
}

// refuseConnect tells the client that it is not let in. As with Node, only
// message and data of the error are told.
func (c *conn) refuseConnect(e *runtime.Error) {
	dst := append(wsconn.BeginText(make([]byte, 0, 128)), "44"...)
	text := jsonio.AppendString(nil, e.Message)
	if c.session.V3() {
		dst = append(dst, text...)
	} else {
		dst = append(append(dst, `{"message":`...), text...)
		if len(e.Data) > 0 {
			dst = append(append(dst, `,"data":`...), e.Data...)
		}
		dst = append(dst, '}')
	}
	c.session.Send(wsconn.EndFrame(dst, 0))
}

func (c *conn) refuseNamespace(namespace []byte) {
	if len(namespace) > maxNamespace {
		c.refuse("namespace is too long")
		return
	}
	dst := append(wsconn.BeginText(make([]byte, 0, 64+len(namespace))), "44"...)
	dst = append(append(dst, namespace...), ',')
	text := jsonio.AppendString(nil, "Invalid namespace")
	if c.session.V3() {
		dst = append(dst, text...)
	} else {
		dst = append(append(append(dst, `{"message":`...), text...), '}')
	}
	c.session.Send(wsconn.EndFrame(dst, 0))
}

// leave closes the session as soon as no call of the client runs.
func (c *conn) leave() {
	end := func() { c.session.Leave("server is stopping") }
	if client := c.connected(); client != nil {
		client.Leave(end)
		return
	}
	end()
}
