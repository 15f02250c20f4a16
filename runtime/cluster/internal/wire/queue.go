package wire

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Errors of Queue.Put.
var (
	ErrFull   = errors.New("queue is full")
	ErrClosed = errors.New("queue is closed")
)

// batch bounds what one write takes from a queue: so many pieces, so many
// bytes.
const (
	batchPieces = 128
	batchBytes  = 1 << 20
)

// A Queue holds frames for one socket, so many bytes of them. Its methods may
// be called from any goroutine.
type Queue struct {
	limit int

	// mu guards the fields below.
	mu     sync.Mutex
	pieces net.Buffers
	size   int
	missed uint64        // frames that Offer refused since the last gap was told
	space  chan struct{} // closed when there may be room; nil when nobody waits
	closed bool
	wake   chan struct{} // tells Serve
}

// NewQueue returns a Queue for so many bytes. One frame may always be in it.
func NewQueue(limit int) *Queue { return &Queue{limit: limit, wake: make(chan struct{}, 1)} }

// Offer is Put, but once it refuses one frame it refuses all, without waiting,
// until what is queued has been written; then a Gap with their number is.
func (q *Queue) Offer(head, body []byte, wait time.Duration) bool {
	err := q.Put(head, body, wait)
	if err != ErrFull {
		return err == nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.missed++
	q.letIn()  // others need not wait either
	q.notify() // all may have been written meanwhile
	return false
}

// Put queues a frame of two parts, which must not change any more. When there
// is no room it waits that long, then returns ErrFull; after Close it returns
// ErrClosed.
func (q *Queue) Put(head, body []byte, wait time.Duration) error {
	var timeout <-chan time.Time
	for {
		space, err := q.tryPut(head, body)
		if space == nil {
			return err
		}
		if timeout == nil {
			t := time.NewTimer(wait)
			defer t.Stop()
			timeout = t.C
		}
		select {
		case <-space:
		case <-timeout:
			return ErrFull
		}
	}
}

// tryPut returns a channel that is closed when it is time to try again.
func (q *Queue) tryPut(head, body []byte) (again <-chan struct{}, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return nil, ErrClosed
	case q.missed > 0:
		return nil, ErrFull
	case q.fits(head, body):
		q.put(head, body)
		return nil, nil
	}
	if q.space == nil {
		q.space = make(chan struct{})
	}
	return q.space, nil
}

func (q *Queue) fits(head, body []byte) bool {
	return q.size == 0 || q.size+len(head)+len(body) <= q.limit
}

func (q *Queue) put(head, body []byte) {
	q.pieces = append(q.pieces, head)
	if len(body) > 0 {
		q.pieces = append(q.pieces, body)
	}
	q.size += len(head) + len(body)
	q.notify()
}

func (q *Queue) notify() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Close refuses more frames. Serve writes what is queued, then returns.
func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.letIn()
	q.notify()
}

// letIn wakes those who wait for room.
func (q *Queue) letIn() {
	if q.space != nil {
		close(q.space)
		q.space = nil
	}
}

// Serve writes frames until the queue is closed and empty, or w fails; then
// the queue is closed too. It is called once.
func (q *Queue) Serve(w io.Writer) error {
	for range q.wake {
		for {
			batch, size, last := q.take()
			if len(batch) == 0 && last {
				return nil
			}
			if len(batch) == 0 {
				break
			}
			if _, err := batch.WriteTo(w); err != nil {
				q.drop()
				return err
			}
			q.written(size)
		}
	}
	return nil
}

// take returns what is to be written next. Its bytes count until they are
// written: a socket that takes nothing must not make room.
func (q *Queue) take() (batch net.Buffers, size int, last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pieces) == 0 && q.missed > 0 {
		gap := AppendGap(nil, q.missed)
		q.missed = 0
		q.size += len(gap)
		return net.Buffers{gap}, len(gap), q.closed
	}
	n := 0
	for n < len(q.pieces) && n < batchPieces && size < batchBytes {
		size += len(q.pieces[n])
		n++
	}
	batch = append(make(net.Buffers, 0, n), q.pieces[:n]...)
	clear(q.pieces[:n])
	if q.pieces = q.pieces[n:]; len(q.pieces) == 0 {
		q.pieces = nil
	}
	return batch, size, q.closed
}

func (q *Queue) written(size int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.size -= size
	q.letIn()
}

// drop closes the queue and forgets what is in it.
func (q *Queue) drop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed, q.pieces, q.size = true, nil, 0
	q.letIn()
}
