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
