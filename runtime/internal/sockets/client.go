package sockets

import (
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

// A Client is one connected client. It is the app's Sink for it.
type Client struct {
	server  *Server
	out     Outlet
	expired func() // the login is over; may be nil
	conn    *runtime.Connection

	// mu guards the fields below.
	mu      sync.Mutex
	running int               // calls
	held    int               // bytes of their messages
	gone    bool              // the client is disconnected
	freed   chan struct{}     // closed when a call ends; nil while nobody waits
	left    func()            // called when no call runs any more; nil for not leaving
	limit   *ratelimit.Bucket // of calls; nil before the first one, as many clients only listen
}

var _ runtime.Sink = (*Client)(nil)

// Deliver queues an event for the client.
func (c *Client) Deliver(e *runtime.Event) {
	c.out.Send(e.Frame(c.server.Codec)) // the outlet itself drops a client that is too slow
}

// Expired tells the transport that the client's login is over.
func (c *Client) Expired() {
	if c.expired != nil {
		c.expired()
	}
}

// Start runs a call in another goroutine, which the Server waits for. It takes
// the Call over. While as many calls as may be are running, or their messages
// are as large as may be, it waits for one of them to end, or for Disconnect.
func (c *Client) Start(call *Call) {
	call.client = c
	if !c.Limit().Allow() {
		call.err = errTooMany
	}
	size := call.size()
	switch {
	case !c.acquire(size):
		call.release()
	case c.leaving() || !c.server.calls.enter():
		call.refuse(runtime.Unavailable("the server is stopping"))
		c.free(size)
		call.release()
	default:
		c.server.crew.run(call)
	}
}

// Disconnect takes the client out of the app. Its calls run to their end.
func (c *Client) Disconnect() {
	c.mu.Lock()
	c.gone = true
	c.wake()
	c.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			c.server.logPanic("panic while a client disconnected", p)
		}
	}()
	c.conn.Disconnect()
}

// Leave calls f once no call of the client runs, at once if none does. Calls
// that come from now on are refused.
func (c *Client) Leave(f func()) {
	c.mu.Lock()
	if c.running > 0 {
		c.left = f
		c.mu.Unlock()
		return
	}
	c.mu.Unlock()
	f()
}

var errTooMany = runtime.TooManyRequests("Too many calls, try again later")

// Limit returns the limit of the client's calls, nil for none.
func (c *Client) Limit() *ratelimit.Bucket {
	if c.server.Calls == (ratelimit.Rate{}) {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.limit == nil {
		c.limit = c.server.Calls.Bucket()
	}
	return c.limit
}

// SetLimit has the client go on with the limit of the one that its connection
// was before. It is called before the first Start.
func (c *Client) SetLimit(limit *ratelimit.Bucket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = limit
}

// acquire takes one of the client's places for calls, and room for a message
// of size bytes. It reports false when the client is gone.
func (c *Client) acquire(size int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.full(size) && !c.gone {
		if c.freed == nil {
			c.freed = make(chan struct{})
		}
		freed := c.freed
		c.mu.Unlock()
		<-freed
		c.mu.Lock()
	}
	if c.gone {
		return false
	}
	c.running++
	c.held += size
	return true
}

// full reports whether a call has to wait. One that is too large for all of
// the room may still run alone. c.mu is held.
func (c *Client) full(size int) bool {
	return c.running >= c.server.MaxCalls || c.running > 0 && c.held+size > maxHeld
}

func (c *Client) leaving() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left != nil
}

// free gives a place back, and the room of the message.
func (c *Client) free(size int) {
	c.mu.Lock()
	c.running--
	c.held -= size
	c.wake()
	var left func()
	if c.running == 0 {
		left, c.left = c.left, nil
	}
	c.mu.Unlock()
	if left != nil {
		left()
	}
}

func (c *Client) wake() {
	if c.freed != nil {
		close(c.freed)
		c.freed = nil
	}
}
