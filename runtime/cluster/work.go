//go:build linux || darwin

package cluster

import (
	"context"
	"net"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/process"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

// work is Run in a worker.
func work(ctx context.Context, o Options, in *process.Inherited, worker func(context.Context, *Worker) error) error {
	defer in.Close()
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	c := &control{conn: in.Control, frames: in.Frames, leave: leave}
	w := &Worker{
		slot: in.ID.Slot, id: in.ID.String(), instance: in.Instance, count: in.Workers, dir: in.Dir,
		addr: o.Addr, stopTimeout: o.StopTimeout,
		log: o.Logger.With("worker", in.ID.Slot), bus: newBus(in.Bus), listener: in.Listener, open: new(atomic.Int64),
		ready: func() { c.send(wire.Append(nil, wire.Ready)) },
	}
	c.worker = w
	defer endBySignal(leave)()
	var running sync.WaitGroup
	running.Go(func() { c.obey(o.StopTimeout + killGrace) })
	err := started(ctx, worker(ctx, w))
	if err != nil {
		text := err.Error()
		c.send(wire.Append(nil, wire.Failed, []byte(text[:min(len(text), maxReason)])...))
	}
	w.bus.close()
	c.done.Store(true)
	_ = in.Control.Close()
	running.Wait()
	return err
}

// maxReason bounds what the supervisor is told of an error.
const maxReason = 4 << 10

// endBySignal has SIGTERM end a worker: service managers send it to all
// processes of an app. A second one ends it at once. What a terminal sends to
// all is the supervisor's business.
func endBySignal(leave func()) (stop func()) {
	term, ignored := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	signal.Notify(ignored, os.Interrupt, syscall.SIGHUP)
	var running sync.WaitGroup
	running.Go(func() {
		if _, ok := <-term; ok {
			signal.Stop(term)
			leave()
		}
	})
	return func() {
		signal.Stop(ignored)
		signal.Stop(term)
		close(term)
		running.Wait()
	}
}

// control is a worker's end of the socket over which it is supervised.
type control struct {
	conn   net.Conn
	frames *wire.Reader
	worker *Worker
	leave  func()
	done   atomic.Bool // the worker has finished

	mu sync.Mutex // one frame after the other
}

func (c *control) send(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = c.conn.Write(frame) // without a supervisor nobody wants to know
}

// obey does what the supervisor says. When that is gone the worker leaves, and
// has so long to do it: nobody is left to kill it.
func (c *control) obey(patience time.Duration) {
	for {
		f, err := c.frames.Next()
		if err != nil || !c.handle(f) {
			break
		}
	}
	if c.done.Load() {
		return
	}
	log := c.worker.log
	log.Error("the supervisor is gone: leaving")
	time.AfterFunc(patience, func() {
		if !c.done.Load() {
			log.Error("did not finish in time")
			os.Exit(1)
		}
	})
	// The address has to become free for a new supervisor.
	c.worker.replaced.Store(true)
	c.leave()
}

func (c *control) handle(f wire.Frame) bool {
	switch {
	case f.Kind == wire.Ping:
		open := max(c.worker.open.Load(), 0)
		c.send(wire.AppendStats(nil, wire.Stats{Connections: uint64(open), Memory: process.Resident()}))
	case f.Kind == wire.Drain && len(f.Payload) == 1:
		c.worker.replaced.Store(f.Payload[0] == 1)
		c.leave()
	default:
		return false
	}
	return true
}
