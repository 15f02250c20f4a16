package primus

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// A conn is one client.
type conn struct {
	server *Server
	line   line
	ws     *wsconn.Conn
	client *sockets.Client

	id      string      // made when the client asks; of the reader alone
	busy    atomic.Bool // the reader works on a message
	dropped atomic.Bool // the client was too slow
}

var _ sockets.Outlet = (*conn)(nil)

// connect takes the client into the app and the server, and only then tells it
// that the websocket is open.
func (c *conn) connect(h runtime.Handshake) (err error) {
	c.ws.Hold()
	defer c.ws.Resume()
	defer c.line.answerHandshake()
	if c.client, err = c.server.sockets.Connect(h, c, nil); err != nil {
		return err
	}
	if !c.server.add(c) {
		c.leave()
	}
	return nil
}

// read handles what the client sends until the connection ends. It is the
// connection's reader, waited for by Server.Close.
func (c *conn) read() {
	defer c.server.end(c)
	for {
		msg, binary, err := c.ws.Read()
		if err != nil {
			c.server.app.Logger().Debug("primus: connection closed", slog.Any("reason", err))
			c.client.Disconnect()
			c.ws.Finish()
			return
		}
		c.busy.Store(true)
		if taken := c.receive(msg, binary); !taken {
			msg.Release()
		}
		c.busy.Store(false)
	}
}

// receive handles one message. What Primus has no use for is ignored, also
// when it is no JSON. It reports whether it took the Buffer over.
func (c *conn) receive(msg *wsconn.Buffer, binary bool) (taken bool) {
	if binary {
		return false
	}
	r := jsonio.NewReader(msg.Bytes())
	switch r.Kind() {
	case jsonio.String:
		c.control(r.Bytes())
	case jsonio.Object:
		p, err := parsePacket(msg.Bytes())
		switch {
		case err != nil:
			c.ignore(err)
		case p.isEvent():
			return c.event(&p, msg)
		}
	}
	return false
}

func (c *conn) ignore(err error) {
	c.server.app.Logger().Debug("primus: message ignored", slog.Any("error", err))
}

// control handles a message of Primus itself. That a pong came the line knows
// already.
func (c *conn) control(text []byte) {
	if !bytes.HasPrefix(text, []byte("primus::id:")) {
		return
	}
	if c.id == "" {
		c.id = newID()
	}
	c.Write(wsconn.Text(`"primus::id::` + c.id + `"`)) // a client that is gone gets no answer
}

// newID returns an unguessable id of 20 characters.
func newID() string {
	var b [15]byte
	rand.Read(b[:]) // never fails, says its documentation
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// event starts a call. It reports whether it took msg over.
func (c *conn) event(p *packet, msg *wsconn.Buffer) (taken bool) {
	data := p.data
	if modern := fromLegacy(data); modern != nil {
		msg.Release()
		msg, taken = modern, true
		data = msg.Bytes()
	}
	call, err := sockets.Decode(msg, data)
	if err != nil {
		c.refuse(p, err)
		if taken {
			msg.Release()
		}
		return taken
	}
	if p.acked() {
		call.Acknowledge(ackOf(p.id))
	}
	c.client.Start(call)
	return true
}

// refuse answers an event that is no call. One that is no JSON is ignored.
func (c *conn) refuse(p *packet, err error) {
	var syntax *jsonio.SyntaxError
	if errors.As(err, &syntax) || !p.acked() {
		c.ignore(err)
		return
	}
	dst := codec{}.AppendAck(nil, ackOf(p.id))
	dst = codec{}.AppendError(append(dst, '['), runtime.BadRequest("%s", err))
	c.Write(codec{}.EndAck(append(dst, ']'), 0))
}

// Send queues a frame for the client. One that does not take what was queued
// before is dropped: its reader finds the connection cut.
func (c *conn) Send(frame []byte) error {
	err := c.ws.Send(frame)
	if errors.Is(err, wsconn.ErrFull) && !c.dropped.Swap(true) {
		c.server.slow.Add(1)
		c.ws.Abort()
	}
	return err
}

// Write sends a frame behind those that are queued, and may wait.
func (c *conn) Write(frame []byte) error { return c.ws.Write(frame) }

var serverClose = wsconn.Text(`"primus::server::close"`)

// leave closes the connection as soon as no call of the client runs.
func (c *conn) leave() {
	c.client.Leave(func() {
		if c.server.opts.EndClients {
			c.Send(serverClose)
		}
		c.ws.Close(wsconn.NoStatus, "")
	})
}

// abort cuts the connection. A reader that waits for a call to end is set
// free.
func (c *conn) abort() {
	c.ws.Abort()
	c.client.Disconnect()
}
