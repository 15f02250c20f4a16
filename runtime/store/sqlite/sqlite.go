// Package sqlite keeps records in a SQLite database: one file, which several
// processes of one machine may use at the same time. It needs no C compiler.
//
// What a call wrote outlives the process, however that ends, and is there for
// all processes. The database keeps a write-ahead log and does not wait for
// the disk at each commit (synchronous = NORMAL): when the power fails, the
// last commits may be lost, of which each is lost whole and the file stays
// sound. better-sqlite3, which Feathers apps use, does the same with such a log.
//
// A field is a column: integers, numbers and bools (0 and 1) as numbers;
// strings, times (UTC, ISO 8601 with milliseconds, which sorts right) and all
// else as text; lists and JSON fields as JSON text. Apart from the id no column
// is NOT NULL: the rules of the fields are the app's to check, and a field may
// become optional without a new table.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	runtime "runtime"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
)

// A DB is an open database. Its methods may be called at the same time.
type DB struct{ conns *connections }

// Options are the settings of a DB. The zero value is fine.
type Options struct {
	Readers int // connections that read at the same time, 0 for one a CPU and at least 4
}

// Open opens the database file at path and creates it, with its folder, if it
// is not there. The path ":memory:" stands for a database in memory, which
// goes when the DB is closed.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	db, err := open(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return db, nil
}

const memory = ":memory:"

func open(ctx context.Context, path string, o Options) (*DB, error) {
	name := memory
	if path != memory {
		if err := touch(path); err != nil {
			return nil, err
		}
		// As a URI, because the driver would take a "?" for its own.
		name = "file:" + (&url.URL{Path: filepath.ToSlash(filepath.Clean(path))}).EscapedPath()
	}
	if o.Readers <= 0 {
		o.Readers = max(4, runtime.GOMAXPROCS(0))
	}
	conns := newConnections(name, o.Readers)
	if err := conns.useLog(ctx); err != nil {
		return nil, errors.Join(plain(err), conns.close())
	}
	return &DB{conns}, nil
}

// touch makes sure that there is a file which can be written. SQLite itself
// does not tell what is in its way.
func touch(path string) error {
	if path == "" {
		return errors.New("no path given")
	}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		var f *os.File
		if f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err == nil {
			err = f.Close()
		}
	}
	var at *os.PathError
	if errors.As(err, &at) && at.Path == path {
		return at.Err // the caller names the path
	}
	return err
}

// Close waits for calls in flight and closes the database. Later calls fail.
func (db *DB) Close() error {
	return db.conns.close()
}

// Ping reports whether the database can be read.
func (db *DB) Ping(ctx context.Context) error {
	return db.conns.Read(ctx, func(c sqlstore.Conn) error {
		if _, err := c.Exec(ctx, "PRAGMA schema_version", nil); err != nil {
			return fmt.Errorf("ping database: %w", err)
		}
		return nil
	})
}
