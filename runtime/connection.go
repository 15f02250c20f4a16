package runtime

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime/internal/hub"
)

// A Sink is the transport's end of a connection.
type Sink interface {
	// Deliver queues an event for the client. It must not block and must not
	// call back into the App; a client that can not keep up is closed.
	Deliver(e *Event)
	// Expired tells that the client's login is over, as its time was up. The
	// connection left its channels before.
	Expired()
}

// A Handshake is what a transport knows of a client that connects.
type Handshake struct {
	Provider string      // "socketio", "primus"
	Headers  http.Header // must not be changed
	Address  string      // the client's IP address
	Identity *Identity   // of App.Identify; nil for nobody in particular
}

// A Connection is one client that stays connected. Its methods may be called
// from any goroutine.
type Connection struct {
	Provider string      // "socketio", "primus"
	Headers  http.Header // of the handshake; must not be changed
	Address  string      // the client's IP address

	app      *App
	sink     Sink
	identity atomic.Pointer[Identity]
	login    login
	member   hub.Member[*Connection]
}

// Connect makes a client known to the app, logs it in as whom the handshake
// names, and runs the OnConnect functions.
// The transport calls Disconnect when the client is gone. When a function
// panics, the connection is closed and Connect panics too.
func (a *App) Connect(h Handshake, sink Sink) *Connection {
	c := &Connection{Provider: h.Provider, Headers: h.Headers, Address: h.Address, app: a, sink: sink}
	c.member.Value = c
	connected := false
	defer func() {
		if !connected {
			c.Disconnect()
		}
	}()
	if h.Identity != nil {
		_ = c.Login(context.Background(), h.Identity) // one that is gone by now stays nobody
	}
	for _, f := range a.connected {
		f(c)
	}
	connected = true
	return c
}

// Disconnect takes the connection out of all channels and runs the
// OnDisconnect functions. Only the first call does anything.
func (c *Connection) Disconnect() {
	if !c.app.hub.Close(&c.member) {
		return
	}
	c.login.end(c)
	for _, f := range c.app.disconnected {
		f(c)
	}
}

// Join puts the connection into channels. It stays in those it is in.
func (c *Connection) Join(channels ...string) { c.app.hub.Join(&c.member, channels) }

// Leave takes the connection out of channels.
func (c *Connection) Leave(channels ...string) { c.app.hub.Leave(&c.member, channels) }

// Channels returns the names of the channels the connection is in, sorted.
func (c *Connection) Channels() []string { return c.app.hub.ChannelsOf(&c.member) }
