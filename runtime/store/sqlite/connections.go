package sqlite

import (
	"context"
	"errors"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
)

// connections are all connections to one database: SQLite has one writer at a
// time, next to any number of readers.
type connections struct {
	writer *pool
	reader *pool // the writer for a database in memory, which one connection sees

	reads, writes group // short ones
}

func newConnections(name string, readers int) *connections {
	cs := &connections{writer: newPool(name, 1)}
	if cs.reader = cs.writer; name != memory {
		cs.reader = newPool(name, readers)
	}
	cs.reads = group{pool: cs.reader, run: readAll}
	cs.writes = group{pool: cs.writer, run: writeAll}
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

// ReadOne implements sqlstore.DB.
func (cs *connections) ReadOne(ctx context.Context, f func(sqlstore.Conn) error) error {
	return cs.reads.call(ctx, f)
}

// Write implements sqlstore.DB.
func (cs *connections) Write(ctx context.Context, f func(sqlstore.Conn) error) error {
	return cs.writer.use(ctx, func(c *conn) error { return c.transact(beginWrite, f) })
}

// WriteOne implements sqlstore.DB.
func (cs *connections) WriteOne(ctx context.Context, f func(sqlstore.Conn) error) error {
	return cs.writes.call(ctx, f)
}
