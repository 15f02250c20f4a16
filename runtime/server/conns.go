package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// conns knows the connections of which the http.Server takes care.
type conns struct {
	mu      sync.Mutex
	busy    map[net.Conn]bool // whether a request may be in flight
	active  int               // busy ones
	changed chan struct{}     // closed at the next change; nil when nobody waits
}

func newConns() *conns { return &conns{busy: map[net.Conn]bool{}} }

// state is an http.Server's ConnState function.
func (c *conns) state(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy[conn] {
		c.active--
	}
	switch s {
	case http.StateNew, http.StateActive:
		c.busy[conn] = true
		c.active++
	case http.StateIdle:
		c.busy[conn] = false
	default:
		delete(c.busy, conn)
	}
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// quiet reports whether no connection is busy, and how many there are; changed
// is closed when that may have changed.
func (c *conns) quiet() (quiet bool, n int, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.active == 0, len(c.busy), c.changed
}

// wait returns when no connection is busy, nor open unless linger is over.
func (c *conns) wait(ctx context.Context, linger time.Duration) error {
	patience := time.NewTimer(linger)
	defer patience.Stop()
	for over := linger == 0; ; {
		quiet, n, changed := c.quiet()
		if quiet && (over || n == 0) {
			return nil
		}
		select {
		case <-changed:
		case <-patience.C:
			over = true
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
