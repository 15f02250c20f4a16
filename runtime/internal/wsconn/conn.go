package wsconn

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// Close codes of RFC 6455, section 7.4.1. NoStatus sends a close frame
// without one.
const (
	NoStatus     = 0
	BadProtocol  = websocket.CloseProtocolError
	BadText      = websocket.CloseInvalidFramePayloadData
	TooLarge     = websocket.CloseMessageTooBig
	ServerFailed = websocket.CloseInternalServerErr
)

// closeWait is how long a client has to answer a close frame, and to take
// what was queued before it.
const closeWait = 2 * time.Second

// Errors of Conn's methods.
var (
	// ErrClosed says that the connection is closed or closing.
	ErrClosed = errors.New("websocket is closed")
	// ErrFull says that the client does not take what is sent to it.
	ErrFull = errors.New("send queue is full")
	// ErrText says that the client sent text that is not UTF-8.
	ErrText = errors.New("text message is not UTF-8")
	// ErrTooLarge says that the client sent a message above the limit.
	ErrTooLarge = errors.New("message is too large")
)

// Limits are the bounds of a connection.
type Limits struct {
	Message int // bytes of an incoming message
	Queue   int // bytes waiting to be sent
}

// A Conn is one websocket connection. Read is called by one goroutine, which
// also calls Finish; all other methods may be called by any.
type Conn struct {
	net   net.Conn
	raw   syscall.RawConn // nil for a connection that can not be tried
	limit int             // bytes of an incoming message
	in    input           // of the reader alone
	next  *Conn           // of the pool

	// mu guards the fields below.
	mu      sync.Mutex
	queue   Queue
	writing bool  // somebody writes, or will when its turn comes
	held    bool  // nobody may begin to
	closing bool  // nothing is queued any more
	began   int64 // when the write began that may have to wait, in nanoseconds; 0 for none
	linger  bool  // the client may still be sending when it is to read a close frame
	idle    chan struct{}
}

// Accept answers a websocket handshake. When it can not, it calls refuse,
// which answers the request, and returns the error. Origins are the caller's
// business.
func Accept(w http.ResponseWriter, r *http.Request, l Limits, refuse func(status int, err error)) (*Conn, error) {
	return Greet(w, r, l, nil, refuse)
}

// Greet is Accept and sends frames in the same write as the answer.
//
// Gorilla's part ends with the handshake: its connection has buffers of its
// own, and a deeper stack while it waits, which an idle client should not cost.
func Greet(w http.ResponseWriter, r *http.Request, l Limits, frames []byte, refuse func(status int, err error)) (*Conn, error) {
	up := websocket.Upgrader{
		ReadBufferSize:  1, // not used
		WriteBufferPool: noBuffers{},
		CheckOrigin:     func(*http.Request) bool { return true },
		Error:           func(_ http.ResponseWriter, _ *http.Request, status int, err error) { refuse(status, err) },
	}
	h := &hijacker{ResponseWriter: w, frames: frames}
	if _, err := up.Upgrade(h, r, nil); err != nil {
		return nil, err
	}
	return newConn(h.conn.Conn, l), nil
}

func newConn(conn net.Conn, l Limits) *Conn {
	c := &Conn{net: conn, raw: socket(conn), limit: l.Message}
	c.queue.SetLimit(l.Queue)
	return c
}

// hijacker finds the connection behind response writers that wrap another.
type hijacker struct {
	http.ResponseWriter
	frames []byte
	conn   *greeter
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.conn = &greeter{conn, h.frames}
	return h.conn, rw, err
}

// greeter appends frames to all that is written, which is the handshake.
type greeter struct {
	net.Conn
	frames []byte
}

func (g *greeter) Write(p []byte) (int, error) {
	n, err := g.Conn.Write(slices.Concat(p, g.frames))
	return min(n, len(p)), err
}

// noBuffers is a pool for gorilla's own writer, which is not used.
type noBuffers struct{}

func (noBuffers) Get() any { return nil }
func (noBuffers) Put(any)  {}
