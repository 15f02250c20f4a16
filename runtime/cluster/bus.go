package cluster

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

// MaxMessage is how many bytes a message on the Bus may have.
const MaxMessage = wire.MaxMessage

// Errors of the Bus.
var (
	ErrTooLarge  = runtime.ErrTooLarge
	ErrBusFull   = errors.New("bus takes no more messages")
	ErrBusClosed = errors.New("bus is closed")
)

const (
	busLimit    = 16 << 20        // bytes that wait for the supervisor
	publishWait = time.Second     // for room among them
	flushWait   = 2 * time.Second // at the end, for those that are queued
)

// A Bus brings what one worker publishes to all others that subscribed, each
// message once, in order for each worker it comes from. Without workers it
// does nothing. Its methods may be called from any goroutine.
type Bus struct {
	conn    net.Conn // nil without workers
	queue   *wire.Queue
	running sync.WaitGroup
	ended   chan struct{} // closed when nothing comes any more

	once       sync.Once
	subscribed chan struct{} // closed when the supervisor knows
	handler    atomic.Pointer[subscription]
}

type subscription struct {
	deliver func(origin string, seq uint64, msg []byte)
	gap     func(missed uint64)
}

var _ runtime.Bus = (*Bus)(nil)

// newBus starts a goroutine for each direction; close ends them.
func newBus(conn net.Conn) *Bus {
	b := &Bus{conn: conn, queue: wire.NewQueue(busLimit), ended: make(chan struct{}), subscribed: make(chan struct{})}
	b.running.Go(func() { _ = b.queue.Serve(conn) })
	go b.read()
	return b
}

// Publish sends a message to the other workers. It must not change any more. A
// message that was taken is delivered also if this worker ends well right after.
// Publish waits a second, at most, for room in the queue. It returns ErrTooLarge
// above MaxMessage, ErrBusFull when the message was not taken, which the others
// are told as a gap, and ErrBusClosed when the worker has lost its supervisor.
// stored, if not nil, is called once the supervisor has the message; it must not
// block.
func (b *Bus) Publish(msg []byte, stored func()) error {
	if len(msg) > MaxMessage {
		return ErrTooLarge
	}
	if b.conn == nil {
		if stored != nil {
			stored()
		}
		return nil
	}
	switch err := b.queue.PutThen(wire.AppendHead(nil, wire.Publish, len(msg)), msg, publishWait, stored); err {
	case wire.ErrFull:
		b.queue.Miss(1)
		return ErrBusFull
	case wire.ErrClosed:
		return ErrBusClosed
	default:
		return err
	}
}

// Subscribe calls deliver for every message that another worker publishes from
// now on, one at a time. The message is deliver's own; origin is the worker's ID,
// seq counts its messages from 1. When this worker, or the one that publishes, is too slow, some
// are left out; then gap tells how many, in their place, whatever their origins. It is
// called once; it returns ErrBusClosed when the worker has lost its supervisor.
func (b *Bus) Subscribe(deliver func(origin string, seq uint64, msg []byte), gap func(missed uint64)) error {
	if b.conn == nil {
		return nil
	}
	b.once.Do(func() {
		b.handler.Store(&subscription{deliver, gap})
		_ = b.queue.Put(wire.Append(nil, wire.Subscribe), nil, publishWait)
	})
	select {
	case <-b.subscribed:
		return nil
	case <-b.ended:
		return ErrBusClosed
	}
}

func (b *Bus) read() {
	defer close(b.ended)
	defer b.queue.Close()
	r := wire.NewReader(b.conn)
	for {
		f, err := r.Next()
		if err != nil || b.handle(f) != nil {
			return
		}
	}
}

func (b *Bus) handle(f wire.Frame) error {
	switch f.Kind {
	case wire.Subscribed:
		close(b.subscribed)
	case wire.Deliver:
		origin, seq, msg, err := wire.ParseDeliver(f.Payload)
		if err != nil {
			return err
		}
		b.handler.Load().deliver(origin, seq, msg)
	case wire.Gap:
		missed, err := wire.ParseGap(f.Payload)
		if err != nil {
			return err
		}
		b.handler.Load().gap(missed)
	default:
		return wire.ErrMalformed
	}
	return nil
}

// close sends what is queued and ends the bus. A deliver that does not return
// is left behind.
func (b *Bus) close() {
	_ = b.conn.SetWriteDeadline(time.Now().Add(flushWait))
	b.queue.Close()
	b.running.Wait()
	_ = b.conn.Close()
	select {
	case <-b.ended:
	case <-time.After(flushWait):
	}
}
