package featherssync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/reconnect"
)

// A Channel is where the instances of a fleet meet: each hears all that is
// published, its own messages too. Publish and Receive connect by themselves,
// and again when a connection broke; they run beside each other, and of each
// there is one call at a time. Both end with ctx.
type Channel interface {
	// Publish sends a message, which it does not keep. It gives up in bounded
	// time; after an error the message may have been sent or not.
	Publish(ctx context.Context, msg []byte) error
	// Receive calls message for each message, which is the callee's own, until
	// the connection breaks; it always returns an error. ready is called once
	// it is subscribed. No call runs beside another, or after Receive returned.
	Receive(ctx context.Context, ready func(), message func([]byte)) error
}

// DefaultQueue is how many bytes of events wait while the Channel is away.
const DefaultQueue = 1 << 20

// MaxMessage is how many bytes a message may have, either way. It has the
// event's data three times, and from Node the whole call.
const MaxMessage = 4 << 20

// readyWait is how long Subscribe waits for the Channel.
const readyWait = 3 * time.Second

// ErrTooLarge is returned for an event whose message would be above MaxMessage.
var ErrTooLarge = errors.New("event is too large for feathers-sync")

// words are the log's of the Channel.
var words = reconnect.Words{
	Lost:    "channel of feathers-sync is lost",
	Back:    "channel of feathers-sync is back",
	Missing: "channel of feathers-sync is not there; the app starts without it",
}

// Options are the settings of New.
type Options struct {
	Tag    string       // the app's: what has it is the app's own; not empty
	Queue  int          // bytes of events that may wait, beside one; 0 for DefaultQueue
	Logger *slog.Logger // nil for slog.Default()
}

// A Sync brings events to Node instances and theirs here. Its methods may be
// called from any goroutine.
type Sync struct {
	ch     Channel
	tag    string
	log    *slog.Logger
	queue  *queue
	link   *reconnect.Link
	counts counts

	ctx       context.Context // of all that runs
	stop      context.CancelFunc
	sending   sync.WaitGroup
	receiving sync.WaitGroup
}

var _ runtime.Mirror = (*Sync)(nil)

// New returns a Sync. It starts a goroutine that sends, which Close ends.
func New(ch Channel, o Options) *Sync {
	log := cmp.Or(o.Logger, slog.Default())
	s := &Sync{ch: ch, tag: o.Tag, log: log, queue: newQueue(cmp.Or(o.Queue, DefaultQueue)), link: reconnect.NewLink(log, words)}
	s.link.Sent(nil) // nothing was in vain yet
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.sending.Go(s.send)
	return s
}

// Publish has an event sent, whose data must not change any more. It does not
// wait: when too many events do, the oldest is given up. It returns ErrTooLarge
// for one that will never be sent.
func (s *Sync) Publish(path, name string, data []byte) error {
	e := event{path, name, data}
	if e.messageSize(s.tag) > MaxMessage {
		return ErrTooLarge
	}
	gone, err := s.queue.put(e)
	if gone > 0 {
		s.counts.overflow(s.log, gone)
	}
	return err
}

// Subscribe calls deliver for each event of Node instances, and lost whenever
// the Channel is there again after it was not; one call at a time. It waits
// some seconds for the Channel; if that is not there it goes on without, and
// lost is called when it is. It is called once, and starts a goroutine, which
// Close ends.
func (s *Sync) Subscribe(deliver func(path, name string, data []byte), lost func()) error {
	r := &receiver{sync: s, deliver: deliver, lost: lost, ready: make(chan struct{})}
	s.receiving.Go(r.run)
	timeout := time.NewTimer(readyWait)
	defer timeout.Stop()
	select {
	case <-r.ready:
	case <-timeout.C:
		if r.first.CompareAndSwap(unheard, late) {
			s.link.Missing()
		}
	case <-s.ctx.Done():
	}
	return nil
}

// Close sends what waits, until ctx ends, and returns once no deliver runs any
// more. The error tells how many events were not sent. The Channel is not used
// any more. It is called once.
func (s *Sync) Close(ctx context.Context) error {
	s.queue.close()
	leave := context.AfterFunc(ctx, s.stop)
	s.sending.Wait()
	leave()
	s.stop()
	s.receiving.Wait()
	if n, _ := s.queue.waiting(); n > 0 {
		return fmt.Errorf("%d events did not reach the channel of feathers-sync", n)
	}
	return nil
}
