package featherssync

import (
	"errors"
	"sync"
)

var errClosed = errors.New("sync is closed")

// A queue holds events that wait to be sent, so many bytes of them; one may
// always wait. When there are more, the oldest go.
type queue struct {
	limit int
	wake  chan struct{} // there are events, or the end

	// mu guards the fields below.
	mu     sync.Mutex
	events []event
	first  uint64 // number of the oldest, ever
	size   int
	closed bool
}

func newQueue(limit int) *queue { return &queue{limit: limit, wake: make(chan struct{}, 1)} }

// put returns how many events gave way.
func (q *queue) put(e event) (gone int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return 0, errClosed
	}
	q.events = append(q.events, e)
	q.size += e.size()
	for q.size > q.limit && len(q.events) > 1 {
		q.drop()
		gone++
	}
	q.notify()
	return gone, nil
}

// drop takes the oldest event away. q.mu is held.
func (q *queue) drop() {
	q.size -= q.events[0].size()
	q.events[0] = event{}
	q.first++
	if q.events = q.events[1:]; len(q.events) == 0 {
		q.events = nil
	}
}

// oldest returns the oldest event with its number, for sent. Without one it
// reports whether there will be none any more.
func (q *queue) oldest() (e event, n uint64, ok, end bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.events) == 0 {
		return e, 0, false, q.closed
	}
	return q.events[0], q.first, true, false
}

// sent takes an event away that was the oldest, unless it gave way meanwhile.
func (q *queue) sent(n uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.first == n {
		q.drop()
	}
}

func (q *queue) notify() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.notify()
}

func (q *queue) waiting() (events, bytes int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.events), q.size
}
