package bus

import "sync"

// What one frame takes at most, but one message always fits.
const (
	batchMessages = 512
	batchBytes    = 256 << 10
)

// itemCost is what a message takes in the outbox beside its bytes.
const itemCost = 48

// maxControl is how many frames without numbered messages may wait; further ones
// are left out.
const maxControl = 64

// An outbox holds what waits for the broker, so many bytes of it. When it is
// full the oldest messages give way, but for those that are on the way.
type outbox struct {
	limit int
	wake  chan struct{} // tells who takes

	// mu guards the fields below.
	mu      sync.Mutex
	queue   []item
	first   uint64  // number of the first in queue
	flight  []item  // on the way
	size    int     // of both
	control []frame // those without numbered messages
	asked   bool    // for a heartbeat, by another process
	closed  bool
}

type item struct {
	msg    []byte
	stored func()
}

func (i item) size() int { return len(i.msg) + itemCost }

func newOutbox(limit int) *outbox {
	return &outbox{limit: limit, first: 1, wake: make(chan struct{}, 1)}
}

// put queues a message and returns how many others gave way.
func (o *outbox) put(msg []byte, stored func()) (gone int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return 0, ErrClosed
	}
	it := item{msg, stored}
	for len(o.queue) > 0 && o.size+it.size() > o.limit {
		o.size -= o.pop().size()
		gone++
	}
	o.queue = append(o.queue, it)
	o.size += it.size()
	o.notify()
	return gone, nil
}

func (o *outbox) pop() item {
	it := o.queue[0]
	o.queue[0] = item{} // of which nothing is kept
	o.queue = o.queue[1:]
	o.first++
	return it
}

// putControl queues a frame without numbered messages, if there is room.
func (o *outbox) putControl(f frame) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed || len(o.control) >= maxControl {
		return false
	}
	o.control = append(o.control, f)
	o.notify()
	return true
}

// ask tells that another process wants a heartbeat.
func (o *outbox) ask() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = true
	o.notify()
}

// takeAsked reports whether ask was called since the last time.
func (o *outbox) takeAsked() (asked bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	asked, o.asked = o.asked, false
	return asked
}

func (o *outbox) notify() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take returns the messages of the next frame and the number of the first. They
// count as waiting until arrived is called, before which there is no other take.
func (o *outbox) take() (first uint64, batch []item) {
	o.mu.Lock()
	defer o.mu.Unlock()
	first = o.first
	for size := 0; len(o.queue) > 0 && len(o.flight) < batchMessages; {
		size += len(o.queue[0].msg)
		if size > batchBytes && len(o.flight) > 0 {
			break
		}
		o.flight = append(o.flight, o.pop())
	}
	return first, o.flight
}

// takeControl returns the next frame without numbered messages.
func (o *outbox) takeControl() (f frame, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.control) == 0 {
		return f, false
	}
	f = o.control[0]
	o.control = append(o.control[:0], o.control[1:]...)
	return f, true
}

// arrived tells that the broker keeps what take returned, and calls stored.
func (o *outbox) arrived() {
	for _, it := range o.flight { // only who takes and arrived write it
		if it.stored != nil {
			it.stored()
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, it := range o.flight {
		o.size -= it.size()
	}
	clear(o.flight)
	o.flight = o.flight[:0]
}

// next returns the number of the next message that take will return.
func (o *outbox) next() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.first
}

// waiting returns how many messages the broker does not keep yet, and their
// bytes.
func (o *outbox) waiting() (messages, bytes int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	messages = len(o.queue) + len(o.flight)
	return messages, o.size - messages*itemCost
}

// lost returns how many messages the broker does not keep that nobody else does:
// stored is for who keeps them until it is called.
func (o *outbox) lost() (messages int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, items := range [][]item{o.flight, o.queue} {
		for _, it := range items {
			if it.stored == nil {
				messages++
			}
		}
	}
	return messages
}

// close refuses more messages.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.notify()
}

// done reports whether nothing waits and nothing will.
func (o *outbox) done() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed && len(o.queue)+len(o.flight) == 0
}
