package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
)

// writerPath, as an environment variable, makes this program a writer.
const writerPath = "SQLITE_TEST_WRITER"

// write creates records in the file without end, and prints the id of each.
func write(path string) error {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	schema := notes()
	tab, err := db.Table(ctx, schema, sqlite.TableOptions{})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for range 8 {
		go func() {
			for {
				rec := schema.New()
				err := tab.Create(ctx, rec)
				if err == nil {
					_, err = fmt.Println(rec.Value(0).Int())
				}
				if err != nil {
					failed <- err
				}
			}
		}()
	}
	return <-failed
}

// TestKilledWriters has processes write to a file until they are killed. What
// they said is written is there, at once and afterwards.
func TestKilledWriters(t *testing.T) {
	t.Parallel()
	const writers, enough = 3, 200
	d := newDatabase(t)
	tab := table(t, open(t, d.path), notes())
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() { killedWriter(t, d.path, tab, enough) })
	}
	wg.Wait()
	if got := d.sql("PRAGMA integrity_check"); len(got) != 1 || got[0] != "ok" {
		t.Errorf("integrity check = %v, want ok", got)
	}
	if n := count(t, tab); n < writers*enough {
		t.Errorf("found %d records, want at least %d", n, writers*enough)
	}
}

// killedWriter starts a writer, kills it when it has written enough, and looks
// for each of its records as soon as it says that it is there.
func killedWriter(t *testing.T, path string, tab *sqlite.Table, enough int) {
	program, err := os.Executable()
	if err != nil {
		t.Error(err)
		return
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), writerPath+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return
	}
	n := 0
	for lines := bufio.NewScanner(out); lines.Scan(); n++ {
		id, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Errorf("the writer said %q", lines.Text())
		}
		if rec, err := tab.Get(t.Context(), record.IntValue(id), query.Cond{}); err != nil || rec == nil {
			t.Errorf("Get(%d) = %v, %v, want the record that was written", id, rec, err)
		}
		if n == enough {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || n < enough {
		t.Errorf("the writer ended by itself after %d records: %v", n, err)
	}
}
