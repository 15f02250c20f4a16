package sqlite

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
)

// queue holds the writes of one statement that wait for a transaction. What a
// commit costs hardly depends on how many there are: whoever is the next to
// write takes all of them along. Its length is bounded by the number of
// goroutines, each of which waits for its write.
type queue struct {
	mu   sync.Mutex
	list []*write // guarded by mu
}

type write struct {
	run  func(sqlstore.Conn) error
	err  error         // set before done is closed
	done chan struct{} // closed when the write is committed, or failed
}

func (q *queue) push(w *write) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, w)
}

func (q *queue) take() []*write {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := q.list
	q.list = nil
	return list
}

// withdraw takes a write out. It reports false when the write is not waiting
// any more.
func (q *queue) withdraw(w *write) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.list, w)
	if i < 0 {
		return false
	}
	q.list = slices.Delete(q.list, i, i+1)
	return true
}

// runAll runs writes in one transaction and sets their errors. A value that is
// taken undoes its own statement and no other. After any other error of a
// write, each gets a transaction of its own; an error of the transaction, such
// as a file that stays locked, is the error of all.
func runAll(c *conn, list []*write) {
	err := errAlone
	if len(list) > 1 {
		err = c.transact(func(c sqlstore.Conn) error { return runEach(c, list) })
	}
	switch {
	case err == nil:
		return
	case errors.Is(err, errAlone):
		for _, w := range list {
			w.err = c.transact(w.guarded)
		}
	default: // no transaction began, or none ended: it would not for one write
		for _, w := range list {
			w.err = err
		}
	}
}

// errAlone ends a transaction of several writes.
var errAlone = errors.New("writes need a transaction each")

func runEach(c sqlstore.Conn, list []*write) error {
	for _, w := range list {
		w.err = w.guarded(c)
		if _, ok := taken(w.err); w.err != nil && !ok {
			return errAlone
		}
	}
	return nil
}

// guarded runs the write. A panic would hit another goroutine than the one it
// belongs to, and becomes an error.
func (w *write) guarded(c sqlstore.Conn) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return w.run(c)
}
