package sqlite

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
)

// group runs the short calls of several goroutines in one transaction: what
// locks and a commit cost hardly depends on how many there are. The call that
// finds nobody waiting leads. It takes along whoever came until it has a
// connection.
type group struct {
	pool *pool
	run  func(*conn, []*call) // runs calls in one transaction and sets their errors

	mu sync.Mutex
	// mu guards the fields below.
	list []*call // its first leads; bounded by the number of goroutines, each of which waits for its call
}

// call is a function that waits for a transaction.
type call struct {
	do   func(sqlstore.Conn) error
	err  error     // set before it is told that it is over
	told chan bool // true: lead now; false: it is over; nil for one that leads at once
}

// maxGroup is how many calls a transaction has. The others need not wait for
// the last of too many, nor other processes for the lock.
const maxGroup = 128

// call calls do with a connection, perhaps on another goroutine. A call that
// was begun is not cancelled.
func (g *group) call(ctx context.Context, do func(sqlstore.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{do: do}
	if g.join(c) {
		return g.lead(ctx, c)
	}
	select {
	case leads := <-c.told:
		if leads {
			return g.lead(ctx, c)
		}
	case <-ctx.Done():
		if g.withdraw(c) {
			return ctx.Err()
		}
		<-c.told
	}
	return c.err
}

// lead runs calls, among them c, which is the first of those that wait.
func (g *group) lead(ctx context.Context, c *call) error {
	// Who is ready to run may be about to join. On a CPU that is all in use,
	// nobody else could: a call runs from its begin to its end.
	runtime.Gosched()
	select {
	case g.pool.slots <- struct{}{}:
	case <-ctx.Done():
		g.withdraw(c)
		return ctx.Err()
	}
	list := g.take()
	err := g.pool.lend(func(conn *conn) error {
		g.run(conn, list)
		return nil
	})
	g.pool.release()
	for _, one := range list {
		if err != nil {
			one.err = err
		}
		if one != c {
			one.told <- false
		}
	}
	return c.err
}

// join adds a call to those that wait, and reports whether it is to lead.
func (g *group) join(c *call) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = append(g.list, c)
	if len(g.list) == 1 {
		return true
	}
	c.told = make(chan bool, 1) // it is told one thing, and may not listen
	return false
}

// take takes the calls for a transaction, of which the first leads.
func (g *group) take() []*call {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.list), maxGroup)
	list := g.list[:n:n]
	if g.list = g.list[n:]; len(g.list) == 0 {
		g.list = nil
	} else {
		g.list[0].told <- true
	}
	return list
}

// withdraw takes a call out. It reports false when the call is not waiting any
// more.
func (g *group) withdraw(c *call) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.list, c)
	if i < 0 {
		return false
	}
	g.list = slices.Delete(g.list, i, i+1)
	if i == 0 && len(g.list) > 0 {
		g.list[0].told <- true
	}
	return true
}
