package sqlite

import (
	"context"
	"errors"
	"sync"
)

var errClosed = errors.New("database is closed")

// pool lends connections. Who asks while all are lent waits.
type pool struct {
	name  string
	slots chan struct{} // holds one element for each connection that is lent

	mu sync.Mutex
	// mu guards the fields below.
	idle   []*conn // the last used at the end
	closed bool
}

func newPool(name string, size int) *pool {
	return &pool{name: name, slots: make(chan struct{}, size)}
}

// use calls f with a connection that nobody else has.
func (p *pool) use(ctx context.Context, f func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer p.release()
	return p.lend(f)
}

func (p *pool) release() { <-p.slots }

// lend calls f with a connection. The caller holds a slot.
func (p *pool) lend(f func(*conn) error) error {
	c, err := p.take()
	if err != nil {
		return err
	}
	defer p.put(c)
	return f(c)
}

func (p *pool) take() (*conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	if last := len(p.idle) - 1; last >= 0 {
		c := p.idle[last]
		p.idle = p.idle[:last]
		return c, nil
	}
	return connect(p.name)
}

func (p *pool) put(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.broken {
		c.close()
		return
	}
	p.idle = append(p.idle, c)
}

// close waits for the connections that are lent, closes them all and lends no
// more.
func (p *pool) close() error {
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	defer func() {
		for range cap(p.slots) {
			p.release()
		}
	}()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.close())
	}
	p.idle = nil
	return errors.Join(errs...)
}
