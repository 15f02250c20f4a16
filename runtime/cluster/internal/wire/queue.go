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
	put    uint64        // bytes ever queued
	gone   uint64        // and written
	thens  []then        // in the order of their frames
	missed uint64        // messages that were refused since the last gap was told
	space  chan struct{} // closed when there may be room; nil when nobody waits
	closed bool
	wake   chan struct{} // tells Serve
}

// then is what follows a frame that has been written.
type then struct {
	end uint64 // of the frame, as put counts
	f   func()
}

// NewQueue returns a Queue for so many bytes. One frame may always be in it.
func NewQueue(limit int) *Queue { return &Queue{limit: limit, wake: make(chan struct{}, 1)} }

// Offer is Put, but once it refuses one frame it refuses all, without waiting,
// until what is queued has been written; then a Gap with their number is.
func (q *Queue) Offer(head, body []byte, wait time.Duration) bool {
	err := q.Put(head, body, wait)
	if err == ErrFull {
		q.Miss(1)
	}
	return err == nil
}

// Miss tells of n messages that were refused. All frames are, until what is
// queued has been written, and a Gap with the number behind it.
func (q *Queue) Miss(n uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.missed += n
	q.letIn()  // others need not wait either
	q.notify() // all may have been written meanwhile
}

// Put queues a frame of two parts, which must not change any more. When there
// is no room it waits that long, then returns ErrFull; after Close it returns
// ErrClosed.
func (q *Queue) Put(head, body []byte, wait time.Duration) error {
	return q.PutThen(head, body, wait, nil)
}

// PutThen is Put; once the frame has been written, the goroutine of Serve calls
// f, if it is not nil.
func (q *Queue) PutThen(head, body []byte, wait time.Duration, f func()) error {
	var timeout <-chan time.Time
	for {
		space, err := q.tryPut(head, body, f)
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
func (q *Queue) tryPut(head, body []byte, f func()) (again <-chan struct{}, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return nil, ErrClosed
	case q.missed > 0:
		return nil, ErrFull
	case q.fits(head, body):
		q.add(head, body, f)
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

func (q *Queue) add(head, body []byte, f func()) {
	q.pieces = append(q.pieces, head)
	if len(body) > 0 {
		q.pieces = append(q.pieces, body)
	}
	q.size += len(head) + len(body)
	q.put += uint64(len(head) + len(body))
	if f != nil {
		q.thens = append(q.thens, then{q.put, f})
	}
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
			for _, t := range q.written(size) {
				t.f()
			}
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
		q.put += uint64(len(gap))
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

// written returns what follows the frames that are written now.
func (q *Queue) written(size int) []then {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.size -= size
	q.gone += uint64(size)
	q.letIn()
	n := 0
	for n < len(q.thens) && q.thens[n].end <= q.gone {
		n++
	}
	due := q.thens[:n:n]
	if q.thens = q.thens[n:]; len(q.thens) == 0 {
		q.thens = nil
	}
	return due
}

// drop closes the queue and forgets what is in it.
func (q *Queue) drop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed, q.pieces, q.size, q.thens = true, nil, 0, nil
	q.letIn()
}
