package server

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// conns counts the connections that may have a request in flight.
type conns struct {
	mu   sync.Mutex
	busy map[net.Conn]struct{}
	idle chan struct{} // closed when waited for and nothing is busy
}

func newConns() *conns { return &conns{busy: map[net.Conn]struct{}{}} }

// state is an http.Server's ConnState function.
func (c *conns) state(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s {
	case http.StateNew, http.StateActive:
		c.busy[conn] = struct{}{}
	default:
		delete(c.busy, conn)
	}
	c.signal()
}

func (c *conns) signal() {
	if c.idle != nil && len(c.busy) == 0 {
		close(c.idle)
		c.idle = nil
	}
}

// wait returns when no connection is busy. It is called once.
func (c *conns) wait(ctx context.Context) error {
	c.mu.Lock()
	idle := make(chan struct{})
	c.idle = idle
	c.signal()
	c.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
