package sqlite

import (
	"context"
	"errors"
	"runtime"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
)

// connections are all connections to one database: SQLite has one writer at a
// time, next to any number of readers.
type connections struct {
	writer *pool
	reader *pool // the writer for a database in memory, which one connection sees
	queue  queue
}

func newConnections(name string, readers int) *connections {
	cs := &connections{writer: newPool(name, 1)}
	if cs.reader = cs.writer; name != memory {
		cs.reader = newPool(name, readers)
	}
	return cs
}

// useLog has the database keep a write-ahead log, so that reading and writing
// do not wait for each other. That is a property of the file, and the change
// fails without waiting while another process is at it.
func (cs *connections) useLog(ctx context.Context) error {
	return retryBusy(ctx, func() error {
		return cs.writer.use(ctx, func(c *conn) error {
			_, err := c.Exec(ctx, "PRAGMA journal_mode = WAL", nil)
			return err
		})
	})
}

// close waits for calls in flight.
func (cs *connections) close() error {
	return errors.Join(cs.reader.close(), cs.writer.close())
}

var _ sqlstore.DB = (*connections)(nil)

// Read implements sqlstore.DB.
func (cs *connections) Read(ctx context.Context, f func(sqlstore.Conn) error) error {
	return cs.reader.use(ctx, func(c *conn) error { return f(c) })
}

// Write implements sqlstore.DB.
func (cs *connections) Write(ctx context.Context, f func(sqlstore.Conn) error) error {
	return cs.writer.use(ctx, func(c *conn) error { return c.transact(f) })
}

// WriteOne implements sqlstore.DB.
func (cs *connections) WriteOne(ctx context.Context, f func(sqlstore.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &write{run: f, done: make(chan struct{})}
	cs.queue.push(w)
	select {
	case <-w.done:
	case cs.writer.slots <- struct{}{}:
		runtime.Gosched() // who is about to write joins the transaction
		cs.flush()
		cs.writer.release()
	case <-ctx.Done():
		if cs.queue.withdraw(w) {
			return ctx.Err()
		}
		<-w.done
	}
	return w.err
}

// flush runs the writes that wait, in one transaction. The caller holds the
// writer's slot; afterwards each write that was queued before is done.
func (cs *connections) flush() {
	list := cs.queue.take()
	if len(list) == 0 {
		return
	}
	err := cs.writer.lend(func(c *conn) error {
		runAll(c, list)
		return nil
	})
	for _, w := range list {
		if err != nil {
			w.err = err
		}
		close(w.done)
	}
}
