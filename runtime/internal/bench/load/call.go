package load

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const callConns = 100

// call measures get with an ack, one outstanding on each connection.
func (g *generator) call(ctx context.Context) error {
	ids, err := g.seed(ctx)
	if err != nil {
		return err
	}
	args := make([][]byte, len(ids))
	for i, id := range ids {
		args[i] = strconv.AppendQuote(nil, id)
	}
	p := &pool{url: g.URL, event: func([]byte) {}}
	defer p.close()
	if err := p.grow(ctx, callConns); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		m     meter
		stop  atomic.Bool
		calls sync.WaitGroup
	)
	for i, c := range p.conns {
		calls.Add(1)
		go caller{c, args, &m, &stop, calls.Done, cancel}.next(i)
	}
	if err := wait(ctx, g.Heat+g.Warm); err != nil {
		return err
	}
	name := g.prefix + "call.get"
	metrics, err := g.measure(ctx, name, &m, func(ctx context.Context) error { return wait(ctx, g.Time) })
	if err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	stop.Store(true)
	calls.Wait()
	return g.emit(name, metrics, nil)
}

// A caller makes calls on one connection, each when the one before was
// answered, in the goroutine that reads the answer.
type caller struct {
	*client
	args [][]byte
	m    *meter
	stop *atomic.Bool
	done func() // called once, after the last answer
	fail context.CancelCauseFunc
}

func (c caller) next(n int) {
	if c.stop.Load() {
		c.done()
		return
	}
	start := time.Now()
	err := c.call("get", c.args[n%len(c.args)], func(ok bool) {
		c.m.add(time.Since(start), ok)
		c.next(n + 1)
	})
	if err != nil {
		c.fail(err)
	}
}
