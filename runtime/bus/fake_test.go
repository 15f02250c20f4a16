package bus_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// A server is a broker in memory, which fails as it is told. It keeps a log of
// frames, that each connection reads from where it was.
type server struct {
	// send, if there is one, decides what becomes of a frame: how many times it
	// is kept, and the error that Send returns. It is called with mu held.
	send func(frame []byte) (times int, err error)

	mu      sync.Mutex
	log     [][]byte
	base    int // number of the first in log
	epoch   int // grows when the server forgets
	state   state
	changed chan struct{} // closed when something does
}

type state int

const (
	up    state = iota
	down        // connections break, and none can be made
	stuck       // nothing comes or goes, and connections break after some time
)

// stuckTime is how long a connection is stuck until it breaks.
const stuckTime = 5 * time.Second

var (
	errDown  = errors.New("connection refused")
	errStuck = errors.New("i/o timeout")
	errLost  = errors.New("connection reset by peer")
)

func newServer() *server { return &server{changed: make(chan struct{})} }

// conn returns one process's connections.
func (s *server) conn() *conn { return &conn{server: s, pos: -1} }

// set changes the state.
func (s *server) set(to state) {
	s.change(func() { s.state = to })
}

// forget has the server lose all but the first n frames that it has.
func (s *server) forget(n int) {
	s.change(func() {
		s.log = s.log[:min(n, len(s.log))]
		s.epoch++
	})
}

// trim has the server drop the oldest frames but for n.
func (s *server) trim(n int) {
	s.change(func() {
		drop := max(0, len(s.log)-n)
		s.log = s.log[drop:]
		s.base += drop
	})
}

// put keeps a frame, of anyone.
func (s *server) put(frame []byte) {
	s.change(func() { s.log = append(s.log, frame) })
}

func (s *server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

// frames returns how many frames the server has had.
func (s *server) frames() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base + len(s.log)
}

// parsed returns the frames that the server has.
func (s *server) parsed(t *testing.T) (all []bus.Frame) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, raw := range s.log {
		f, err := bus.ParseFrame(raw)
		if err != nil {
			t.Fatalf("server has frame %x: %v", raw, err)
		}
		all = append(all, f)
	}
	return all
}

// A conn is a bus.Broker.
type conn struct {
	*server
	confirmed bool // something, in sentIn
	sentIn    int  // the epoch that Send knows
	readIn    int
	pos       int  // the next to read; -1 at first
	tell      bool // call lost when frames are gone
	closed    bool
}

func (c *conn) Send(ctx context.Context, frame []byte) error {
	if err := c.reach(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.confirmed && c.sentIn != c.epoch {
		c.sentIn = c.epoch
		return bus.ErrForgotten
	}
	times, err := 1, error(nil)
	if c.send != nil {
		times, err = c.send(frame)
	}
	for range times {
		c.log = append(c.log, append([]byte(nil), frame...))
	}
	if err == nil {
		c.confirmed, c.sentIn = true, c.epoch
	}
	close(c.changed)
	c.changed = make(chan struct{})
	return err
}

// reach waits until the server is reached, or says why it is not.
func (c *conn) reach(ctx context.Context) error {
	c.mu.Lock()
	now := c.state
	c.mu.Unlock()
	switch now {
	case down:
		return errDown
	case stuck:
		return stay(ctx)
	default:
		return ctx.Err()
	}
}

func stay(ctx context.Context) error {
	select {
	case <-time.After(stuckTime):
		return errStuck
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *conn) Receive(ctx context.Context, ready func(), frame func([]byte), lost func()) error {
	if err := c.reach(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	if c.pos < 0 {
		c.pos, c.readIn = c.base+len(c.log), c.epoch
	}
	c.mu.Unlock()
	ready()
	for {
		raw, gone, more, err := c.next()
		if gone && c.tell {
			lost()
		}
		switch {
		case err == errStuck:
			return stay(ctx)
		case err != nil:
			return err
		case raw != nil:
			frame(append([]byte(nil), raw...))
			continue
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// next returns the next frame, or what is closed when there may be one.
func (c *conn) next() (raw []byte, gone bool, more <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.state {
	case down:
		return nil, false, nil, errLost
	case stuck:
		return nil, false, nil, errStuck
	}
	if c.readIn != c.epoch { // another history: what is known in it comes again
		c.readIn, c.pos = c.epoch, c.base
	}
	gone = c.pos < c.base
	c.pos = max(c.pos, c.base)
	if i := c.pos - c.base; i < len(c.log) {
		c.pos++
		return c.log[i], gone, nil, nil
	}
	return nil, gone, c.changed, nil
}

func (c *conn) Close(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return nil
}

// app are the servers of a test, one for each prefix, that fail together.
type app struct {
	mu      sync.Mutex
	state   state
	servers map[string]*server
}

func (a *app) open(_ testing.TB, prefix string) bus.Broker { return a.server(prefix).conn() }

func (a *app) server(prefix string) *server {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.servers[prefix]
	if s == nil {
		s = newServer()
		s.state = a.state
		a.servers[prefix] = s
	}
	return s
}

func (a *app) set(to state) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state = to
	for _, s := range a.servers {
		s.set(to)
	}
}

func (a *app) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.servers {
		s.forget(0)
	}
}
