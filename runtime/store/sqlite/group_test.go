package sqlite_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// TestWritesTogether runs writes that fail in each way next to writes that
// must not notice.
func TestWritesTogether(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	schema := notes()
	tab := table(t, db, schema)
	const rounds = 50
	errMine := errors.New("my own error")
	insert := func(c sqlstore.Conn) error {
		_, err := c.Exec(context.Background(), "INSERT INTO notes (text) VALUES ('x')", nil)
		return err
	}
	writers := map[string]struct {
		run  func(sqlstore.Conn) error
		want string
	}{
		"good": {insert, "<nil>"},
		"fine": {insert, "<nil>"},
		"own": {func(c sqlstore.Conn) error {
			if err := insert(c); err != nil {
				return err
			}
			return errMine
		}, "my own error"},
		"panic":    {func(sqlstore.Conn) error { panic("oh no") }, "panic: oh no"},
		"syntax":   {func(c sqlstore.Conn) error { _, err := c.Exec(context.Background(), "INSERT", nil); return err }, "SQL logic error"},
		"conflict": {func(c sqlstore.Conn) error { return insertID(c) }, "constraint failed"},
	}
	if err := db.Connections().WriteOne(t.Context(), insertID); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for name, w := range writers {
		wg.Go(func() {
			for range rounds {
				err := db.Connections().WriteOne(t.Context(), w.run)
				if got := fmt.Sprint(err); !strings.HasPrefix(got, w.want) {
					t.Errorf("%s write = %s, want %s", name, got, w.want)
				}
			}
		})
	}
	wg.Wait()
	if n := count(t, tab); n != 1+2*rounds {
		t.Errorf("found %d records, want %d", n, 1+2*rounds)
	}
}

func insertID(c sqlstore.Conn) error {
	_, err := c.Exec(context.Background(), "INSERT INTO notes (id) VALUES (?)", []driver.Value{int64(1)})
	return err
}

// TestWriteGivesUp holds the writer, so that a write waits until its context
// ends.
func TestWriteGivesUp(t *testing.T) {
	t.Parallel()
	db := open(t, ":memory:")
	schema := notes()
	tab := table(t, db, schema)
	err := db.Connections().Write(t.Context(), func(sqlstore.Conn) error {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := tab.Create(ctx, schema.New()); !errors.Is(err, context.Canceled) {
				t.Errorf("Create = %v, want %v", err, context.Canceled)
			}
		})
		wg.Go(func() {
			if err := tab.Create(ctx, schema.New()); !errors.Is(err, context.Canceled) {
				t.Errorf("second Create = %v, want %v", err, context.Canceled)
			}
		})
		wg.Go(func() {
			if _, err := tab.Get(ctx, record.IntValue(1), query.Cond{}); !errors.Is(err, context.Canceled) {
				t.Errorf("Get = %v, want %v", err, context.Canceled)
			}
		})
		wg.Go(func() {
			if _, err := tab.Find(ctx, query.All()); !errors.Is(err, context.Canceled) {
				t.Errorf("Find = %v, want %v", err, context.Canceled)
			}
		})
		cancel()
		wg.Wait()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, tab); n != 0 {
		t.Errorf("found %d records, want none", n)
	}
}

// TestAnotherWriteLeads has the first of the writes that wait give up.
func TestAnotherWriteLeads(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	schema := notes()
	tab := table(t, db, schema)
	const others = 300 // more than a transaction has
	waiting := func(n int) {
		for db.WaitingWrites() < n {
			runtime.Gosched()
		}
	}
	var wg sync.WaitGroup
	err := db.Connections().Write(t.Context(), func(sqlstore.Conn) error {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- tab.Create(ctx, schema.New()) }()
		waiting(1)
		for range others {
			wg.Go(func() {
				if err := tab.Create(t.Context(), schema.New()); err != nil {
					t.Errorf("Create = %v", err)
				}
			})
		}
		waiting(1 + others)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("first Create = %v, want %v", err, context.Canceled)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if n := count(t, tab); n != others {
		t.Errorf("found %d records, want %d", n, others)
	}
}

// TestReadsTogether runs reads that fail in each way next to reads that must
// not notice.
func TestReadsTogether(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	schema := notes()
	tab := table(t, db, schema)
	rec := addNote(t, tab, schema, "one")
	errMine := errors.New("my own error")
	reading := func(sql string) func(sqlstore.Conn) error {
		return func(c sqlstore.Conn) error {
			return c.Query(context.Background(), sql, nil, func([]driver.Value) error { return nil })
		}
	}
	var wg sync.WaitGroup
	for want, run := range map[string]func(sqlstore.Conn) error{
		"<nil>":           reading("SELECT * FROM notes"),
		"my own error":    func(sqlstore.Conn) error { return errMine },
		"panic: oh no":    func(sqlstore.Conn) error { panic("oh no") },
		"SQL logic error": reading("SELECT"),
	} {
		wg.Go(func() {
			for range 50 {
				if got := fmt.Sprint(db.Connections().ReadOne(t.Context(), run)); !strings.HasPrefix(got, want) {
					t.Errorf("read = %s, want %s", got, want)
				}
				if got, err := tab.Get(t.Context(), rec.Value(0), query.Cond{}); err != nil || got == nil {
					t.Errorf("Get = %v, %v, want the record", got, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestReadyWritesShareACommit runs alone, on one CPU, where nobody else can
// write while a goroutine does.
func TestReadyWritesShareACommit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	path := filepath.Join(t.TempDir(), "test.db")
	schema := notes()
	tab := table(t, open(t, path), schema)
	before := fileSize(t, path+"-wal")
	const writers = 200
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			<-start
			if err := tab.Create(t.Context(), schema.New()); err != nil {
				t.Errorf("Create = %v", err)
			}
		})
	}
	close(start)
	wg.Wait()
	const page = 4096
	if pages := (fileSize(t, path+"-wal") - before) / page; pages > writers/2 {
		t.Errorf("%d writes logged %d pages: each had a transaction of its own", writers, pages)
	}
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
