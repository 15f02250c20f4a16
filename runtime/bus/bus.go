package bus

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/reconnect"
)

// Defaults of Options.
const (
	DefaultMaxMessage = 1 << 20
	DefaultOutbox     = 16 << 20
)

const (
	readyWait = 3 * time.Second // Subscribe's, for the broker
	closeWait = 2 * time.Second // of Close, beyond its context, to let go of the broker
)

// Errors of the Bus.
var (
	ErrTooLarge = runtime.ErrTooLarge
	ErrClosed   = errors.New("bus is closed")
)

// words are the log's of the broker.
var words = reconnect.Words{
	Lost:    "broker is lost; messages for other instances wait",
	Back:    "broker is back",
	Missing: "broker is not there; the app starts without it",
}

// Options are the settings of New.
type Options struct {
	// Prefix is the app's, as the Broker has it: a frame that is signed for
	// another one is not heard.
	Prefix string
	// Local is a bus between processes that need no broker for it, as cluster.Bus
	// is between workers; nil for none. They have the same Instance, which no
	// others have; "" for one without Local.
	Local    runtime.Bus
	Instance string
	// Key signs frames, and those that it did not sign are dropped. All processes
	// of the app have the same; nil for frames that are not signed.
	Key []byte
	// MaxMessage is how many bytes a message may have; 0 for DefaultMaxMessage.
	// The broker has to take frames that are a little larger.
	MaxMessage int
	Outbox     int          // bytes that may wait for the broker; 0 for DefaultOutbox
	Name       string       // what Check calls this process; "" for the host's name
	Logger     *slog.Logger // nil for slog.Default()
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Name == "" {
		o.Name, _ = os.Hostname() // a process without a name is one still
	}
	o.Instance = cmp.Or(o.Instance, rand.Text())
	o.MaxMessage = cmp.Or(o.MaxMessage, DefaultMaxMessage)
	o.Outbox = cmp.Or(o.Outbox, DefaultOutbox)
	return o
}

// A Bus brings what one process publishes to all others that subscribed. Its
// methods may be called from any goroutine.
type Bus struct {
	o        Options
	broker   Broker
	instance id
	origin   id
	outbox   *outbox
	link     *reconnect.Link
	counts   counts
	checks   checks

	stop      context.CancelFunc
	ended     <-chan struct{} // closed by stop
	sending   sync.WaitGroup
	receiving sync.WaitGroup

	subscribed chan struct{} // closed when deliver and gap are there
	ready      chan struct{} // closed at the first connection that is not late
	first      atomic.Int32  // what becomes of that: unheard, heard or late

	// hand is held while deliver or gap runs, and for nothing else: they run one
	// at a time.
	hand    sync.Mutex
	deliver func(origin string, seq uint64, msg []byte)
	gap     func(missed uint64)
}

var _ runtime.Bus = (*Bus)(nil)

// New returns a Bus over a Broker, which is the Bus's from then on. It starts a
// goroutine for each direction; Close ends them.
func New(broker Broker, o Options) *Bus {
	o = o.withDefaults()
	instance := sha256.Sum256([]byte(o.Instance))
	b := &Bus{
		o: o, broker: broker, instance: id(instance[:len(id{})]),
		outbox: newOutbox(o.Outbox), link: reconnect.NewLink(o.Logger, words), checks: checks{running: map[id]*check{}},
		subscribed: make(chan struct{}), ready: make(chan struct{}),
	}
	_, _ = rand.Read(b.origin[:]) // never fails
	ctx, stop := context.WithCancel(context.Background())
	b.stop, b.ended = stop, ctx.Done()
	b.sending.Go(func() { b.send(ctx) })
	b.receiving.Go(func() { b.receive(ctx) })
	return b
}

// Publish sends a message, which must not change any more, to the other
// processes. It does not wait for the broker: while that is away the message
// waits in the outbox. stored, unless it is nil, is called once the broker keeps
// the message, and Local has it too, so that the end of this process can not
// lose it; never for a message that had to give way to later ones. It must not
// block. Publish returns ErrTooLarge above MaxMessage, or Local's, and nobody
// hears the message then; ErrClosed after Close; and the error of Local when the
// processes of this Instance do not hear the message, but the others do.
func (b *Bus) Publish(msg []byte, stored func()) error {
	if len(msg) > b.o.MaxMessage {
		return ErrTooLarge
	}
	var local error
	if b.o.Local != nil {
		stored = both(stored)
		local = b.o.Local.Publish(msg, stored)
	}
	if errors.Is(local, ErrTooLarge) {
		return local // who is told instead must not depend on where he is
	}
	gone, err := b.outbox.put(msg, stored)
	if err != nil {
		return err
	}
	b.counts.published.Add(1)
	b.overflowed(gone)
	if local != nil {
		return fmt.Errorf("publish to processes of this host: %w", local)
	}
	return nil
}

// both returns what calls stored when it is called the second time.
func both(stored func()) func() {
	if stored == nil {
		return nil
	}
	var calls atomic.Int32
	return func() {
		if calls.Add(1) == 2 {
			stored()
		}
	}
}

func (b *Bus) overflowed(n int) {
	if n == 0 {
		return
	}
	b.counts.overflowed.Add(uint64(n))
	if n, ok := b.counts.overflowLog.Next(uint64(n)); ok {
		b.o.Logger.Error("messages for other processes were given up: too many wait for the broker",
			slog.Uint64("messages", n), slog.Int("limit", b.o.Outbox))
	}
}

// Subscribe calls deliver for every message that another process publishes from
// now on, and gap when some were lost, with their number, 0 for one that nobody
// knows; one call at a time. The message is deliver's own; origin names the
// process, seq counts its messages from 1.
//
// It is called once. It waits some seconds for the broker; if that is not there
// it goes on without, and gap is called when it is. Subscribe returns the error
// of Local, and ErrClosed after Close.
func (b *Bus) Subscribe(deliver func(origin string, seq uint64, msg []byte), gap func(missed uint64)) error {
	b.deliver, b.gap = deliver, gap
	if b.o.Local != nil {
		if err := b.o.Local.Subscribe(b.handLocal, b.handGap); err != nil {
			return err
		}
	}
	close(b.subscribed)
	timeout := time.NewTimer(readyWait)
	defer timeout.Stop()
	select {
	case <-b.ready:
	case <-b.ended:
		return ErrClosed
	case <-timeout.C:
		if b.first.CompareAndSwap(unheard, late) {
			b.link.Missing()
		}
	}
	return nil
}

func (b *Bus) handLocal(origin string, seq uint64, msg []byte) {
	b.hand.Lock()
	defer b.hand.Unlock()
	b.counts.received.Add(1)
	b.deliver(origin, seq, msg)
}

func (b *Bus) handGap(missed uint64) {
	b.hand.Lock()
	defer b.hand.Unlock()
	b.tellGap(missed)
}

// tellGap is called with hand held.
func (b *Bus) tellGap(missed uint64) {
	b.counts.gaps.Add(1)
	b.counts.missed.Add(missed)
	b.gap(missed)
}

// Close sends what waits, until ctx ends, and lets go of the broker; a deliver
// that is under way returns first. The error tells how many messages did not
// make it, but for those with a stored: who gave them knows, and has them still.
// Local is not closed, and its messages still come. Close is called
// once.
func (b *Bus) Close(ctx context.Context) error {
	b.outbox.close()
	leave := context.AfterFunc(ctx, b.stop)
	b.sending.Wait()
	leave()
	b.stop()
	b.receiving.Wait()

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWait)
	defer cancel()
	err := b.broker.Close(ctx)
	if n := b.outbox.lost(); n > 0 {
		err = errors.Join(fmt.Errorf("%d messages did not reach the broker", n), err)
	}
	return err
}
