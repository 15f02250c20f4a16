package load

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// dialers is how many connections are opened at a time.
const dialers = 32

// errDropped ends a workload whose connections do not last.
var errDropped = errors.New("the server dropped a connection")

// A pool holds connections. One goroutine uses it.
type pool struct {
	url     string
	event   func(packet []byte) // called by each connection's goroutine
	conns   []*client
	closing atomic.Bool
	dropped atomic.Int64 // connections that the server ended
	readers sync.WaitGroup
}

// grow opens connections until there are n. Each has a goroutine that listens
// until close.
func (p *pool) grow(ctx context.Context, n int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	start := len(p.conns)
	opened := make([]*client, n-start)
	var (
		next atomic.Int64
		wg   sync.WaitGroup
	)
	for range dialers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(opened) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				c, err := dial(ctx, p.url)
				if err != nil {
					cancel(fmt.Errorf("open connection %d: %w", start+i+1, err))
					return
				}
				p.readers.Go(func() { p.listen(c) })
				opened[i] = c
			}
		})
	}
	wg.Wait()
	for _, c := range opened {
		if c != nil {
			p.conns = append(p.conns, c)
		}
	}
	return context.Cause(ctx)
}

func (p *pool) listen(c *client) {
	c.listen(p.event) // ends with an error, one way or the other
	if !p.closing.Load() {
		p.dropped.Add(1)
	}
}

// close cuts all connections and waits for their goroutines.
func (p *pool) close() {
	p.closing.Store(true)
	for _, c := range p.conns {
		c.ws.Close() // how it ends does not matter any more
	}
	p.readers.Wait()
}

// check returns an error if connections were lost.
func (p *pool) check() error {
	if n := p.dropped.Load(); n > 0 {
		return fmt.Errorf("%w: %d of %d", errDropped, n, len(p.conns))
	}
	return nil
}
