package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

	"modernc.org/sqlite"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
)

// conn is one connection, used without database/sql: that spends about as
// much time on a query by id as SQLite does. It keeps its statements prepared.
type conn struct {
	raw        driver.Conn
	statements map[string]*prepared
	uses       int // statements run so far
	broken     bool

	args []driver.NamedValue // reused from statement to statement
	row  []driver.Value
}

// prepared is a statement that is ready to run.
type prepared struct {
	driver.Stmt
	lastUse int
}

// maxPrepared is how many statements a connection keeps. Clients choose the
// shape of queries, so there is no end to them.
const maxPrepared = 128

// settings hold for a connection. With a write-ahead log, NORMAL risks the
// last transactions when the power fails, and never the file.
var settings = []string{
	"PRAGMA busy_timeout = 5000", // milliseconds to wait for another process
	"PRAGMA synchronous = NORMAL",
}

var _ sqlstore.Conn = (*conn)(nil)

func connect(name string) (*conn, error) {
	raw, err := (&sqlite.Driver{}).Open(name)
	if err != nil {
		return nil, err
	}
	c := &conn{raw: raw, statements: map[string]*prepared{}}
	for _, s := range settings {
		if _, err := c.Exec(context.Background(), s, nil); err != nil {
			return nil, errors.Join(err, c.close())
		}
	}
	return c, nil
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.Close())
	}
	c.statements = nil
	return errors.Join(append(errs, c.raw.Close())...)
}

// scanStride is how many rows are read between looks at the context. The
// driver looks at it before the first row only.
const scanStride = 128

// Query implements sqlstore.Conn.
func (c *conn) Query(ctx context.Context, sql string, args []driver.Value, row func([]driver.Value) error) error {
	s, err := c.prepare(sql)
	if err != nil {
		return err
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, c.named(args))
	if err != nil {
		return err
	}
	err = c.read(ctx, rows, row)
	if closed := rows.Close(); err == nil {
		err = closed
	}
	return err
}

func (c *conn) read(ctx context.Context, rows driver.Rows, row func([]driver.Value) error) error {
	n := len(rows.Columns())
	if cap(c.row) < n {
		c.row = make([]driver.Value, n)
	}
	for i := 1; ; i++ {
		switch err := rows.Next(c.row[:n]); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := row(c.row[:n]); err != nil {
			return err
		}
		if i%scanStride == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// Exec implements sqlstore.Conn.
func (c *conn) Exec(ctx context.Context, sql string, args []driver.Value) (int64, error) {
	s, err := c.prepare(sql)
	if err != nil {
		return 0, err
	}
	result, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, c.named(args))
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (c *conn) named(args []driver.Value) []driver.NamedValue {
	c.args = c.args[:0]
	for i, v := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return c.args
}

func (c *conn) prepare(sql string) (*prepared, error) {
	c.uses++
	if s := c.statements[sql]; s != nil {
		s.lastUse = c.uses
		return s, nil
	}
	if len(c.statements) >= maxPrepared {
		c.dropOldest()
	}
	raw, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, err
	}
	s := &prepared{Stmt: raw, lastUse: c.uses}
	c.statements[sql] = s
	return s, nil
}

func (c *conn) dropOldest() {
	var oldest string
	for sql, s := range c.statements {
		if o := c.statements[oldest]; o == nil || s.lastUse < o.lastUse {
			oldest = sql
		}
	}
	c.statements[oldest].Close()
	delete(c.statements, oldest)
}

// beginWrite begins a transaction that writes. IMMEDIATE: one that begins by
// reading can not always write later.
const beginWrite = "BEGIN IMMEDIATE"

// transact calls f in a transaction, committed when f returns nil.
func (c *conn) transact(begin string, f func(sqlstore.Conn) error) error {
	// The ends of a transaction are not cancelled, lest nobody knows how it
	// ended.
	ctx := context.Background()
	if _, err := c.Exec(ctx, begin, nil); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			c.rollback(ctx)
		}
	}()
	if err := f(c); err != nil {
		return err
	}
	if _, err := c.Exec(ctx, "COMMIT", nil); err != nil {
		return err
	}
	committed = true
	return nil
}

// rollback ends the transaction. SQLite does so by itself after some errors;
// that there is none any more is no error here.
func (c *conn) rollback(ctx context.Context) {
	if _, err := c.Exec(ctx, "ROLLBACK", nil); err != nil && code(err) != sqliteError {
		c.broken = true
	}
}
