package sqlite

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
)

// readAll runs calls that only read. An error is that of one call, save for a
// database that stays locked: all would wait for it in turn.
func readAll(c *conn, list []*call) {
	if len(list) == 1 {
		list[0].err = list[0].guarded(c)
		return
	}
	var locked error
	ran := false
	err := c.transact("BEGIN", func(c sqlstore.Conn) error {
		ran = true
		for _, one := range list {
			if one.err = locked; locked != nil {
				continue
			}
			if one.err = one.guarded(c); busy(one.err) {
				locked = one.err
			}
		}
		return nil
	})
	if !ran { // what was read holds, however the transaction ended
		setErrors(list, err)
	}
}

// writeAll runs writes. A value that is taken undoes its own statement and no
// other. After any other error of a write, each gets a transaction of its own;
// an error of the transaction, such as a file that stays locked, is the error
// of all.
func writeAll(c *conn, list []*call) {
	err := errAlone
	if len(list) > 1 {
		err = c.transact(beginWrite, func(c sqlstore.Conn) error { return writeEach(c, list) })
	}
	switch {
	case err == nil:
		return
	case errors.Is(err, errAlone):
		for _, w := range list {
			w.err = c.transact(beginWrite, w.guarded)
		}
	default: // no transaction began, or none ended: it would not for one write
		setErrors(list, err)
	}
}

// errAlone ends a transaction of several writes.
var errAlone = errors.New("writes need a transaction each")

func writeEach(c sqlstore.Conn, list []*call) error {
	for _, w := range list {
		w.err = w.guarded(c)
		if _, ok := taken(w.err); w.err != nil && !ok {
			return errAlone
		}
	}
	return nil
}

func setErrors(list []*call, err error) {
	for _, c := range list {
		c.err = err
	}
}

// guarded runs the call. A panic would hit another goroutine than the one it
// belongs to, and becomes an error.
func (c *call) guarded(conn sqlstore.Conn) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.do(conn)
}
