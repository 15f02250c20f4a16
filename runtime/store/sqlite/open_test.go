package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/store/storetest"
)

// notes returns the schema of records with an id and a text.
func notes(fields ...record.Field) *record.Schema {
	return storetest.Schema("notes", "id", append([]record.Field{
		{Name: "id", Type: record.Int},
		{Name: "text", Type: record.String, Required: true},
	}, fields...)...)
}

func addNote(t *testing.T, tab *sqlite.Table, schema *record.Schema, text string) record.Record {
	t.Helper()
	rec := schema.New()
	rec.SetValue(1, record.StringValue(text))
	if err := tab.Create(t.Context(), rec); err != nil {
		t.Fatalf("Create(%s) = %v", text, err)
	}
	return rec
}

func count(t *testing.T, tab *sqlite.Table) int {
	t.Helper()
	page, err := tab.Find(t.Context(), query.All())
	if err != nil {
		t.Fatalf("Find = %v", err)
	}
	return len(page.Records)
}

func TestOpenNamesWhatIsInTheWay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := write("file", "", 0o600)
	for _, c := range []struct{ name, path, want string }{
		{"a folder", dir, "is a directory"},
		{"a file for a folder", filepath.Join(file, "chat.db"), "not a directory"},
		{"another file", write("text", strings.Repeat("no database ", 100), 0o600), "file is not a database"},
		{"no path", "", "no path given"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db, err := sqlite.Open(t.Context(), c.path, sqlite.Options{})
			if err == nil {
				db.Close()
				t.Fatalf("Open(%q) succeeded", c.path)
			}
			got := err.Error()
			if !strings.HasPrefix(got, "open database "+c.path+": ") || !strings.HasSuffix(got, c.want) || strings.Contains(got, "\n") {
				t.Errorf("Open(%q) = %q, want one line that ends in %q", c.path, got, c.want)
			}
		})
	}
}

func TestRecordsOutliveTheDB(t *testing.T) {
	t.Parallel()
	// A path with characters that mean something in a URI.
	path := filepath.Join(t.TempDir(), "new folder", "a?b#c%20d&mode=memory", "chat.db")
	schema := notes()
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	addNote(t, table(t, db, schema), schema, "first")
	if err := db.Close(); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	tab := table(t, open(t, path), schema)
	if n := count(t, tab); n != 1 {
		t.Errorf("found %d records, want 1", n)
	}
	if rec := addNote(t, tab, schema, "second"); rec.Value(0).Int() != 2 {
		t.Errorf("got id %s, want 2", rec.Value(0))
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	schema := notes()
	for _, path := range []string{":memory:", filepath.Join(t.TempDir(), "test.db")} {
		db := open(t, path)
		tab := table(t, db, schema)
		if err := db.Ping(t.Context()); err != nil {
			t.Errorf("Ping() = %v", err)
		}
		for range 2 {
			if err := db.Close(); err != nil {
				t.Errorf("Close() = %v", err)
			}
		}
		calls := map[string]error{"Ping": db.Ping(t.Context()), "Create": tab.Create(t.Context(), schema.New())}
		_, calls["Get"] = tab.Get(t.Context(), record.IntValue(1), query.Cond{})
		_, calls["Remove"] = tab.Remove(t.Context(), record.Value{}, query.Cond{})
		for name, err := range calls {
			if err == nil || !strings.Contains(err.Error(), "database is closed") {
				t.Errorf("%s after Close = %v, want that it is closed", name, err)
			}
		}
	}
}

func TestInMemory(t *testing.T) {
	t.Parallel()
	db := open(t, ":memory:")
	schema := notes(record.Field{Name: "key", Type: record.String, Nullable: true, Unique: true})
	tab := table(t, db, schema)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				addNote(t, tab, schema, "text")
				if _, err := tab.Find(t.Context(), query.All()); err != nil {
					t.Errorf("Find = %v", err)
				}
			}
		})
	}
	wg.Wait()
	// Neither a call that fails nor one that is cancelled costs the records.
	patch := schema.New()
	patch.SetValue(2, record.StringValue("same"))
	if _, err := tab.Patch(t.Context(), record.Value{}, query.Cond{}, patch, record.Fields(2)); err == nil {
		t.Error("Patch gave all records the same unique value")
	}
	if n := count(t, tab); n != 160 {
		t.Errorf("found %d records, want 160", n)
	}
}

// TestTwoProcesses stands for two processes that start on one file: each DB
// has connections of its own.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	const processes, records = 6, 20
	path := filepath.Join(t.TempDir(), "test.db")
	schema := notes(record.Field{Name: "key", Type: record.String, Nullable: true, Unique: true}, record.Field{Name: "more", Type: record.Int, Index: true})
	var wg sync.WaitGroup
	for range processes {
		wg.Go(func() {
			db, err := sqlite.Open(t.Context(), path, sqlite.Options{Readers: 1})
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			tab, err := db.Table(t.Context(), schema, sqlite.TableOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			for range records {
				rec := schema.New()
				if err := tab.Create(t.Context(), rec); err != nil {
					t.Errorf("Create = %v", err)
				}
				if _, err := tab.Patch(t.Context(), rec.Value(0), query.Cond{}, rec, record.Fields(1)); err != nil {
					t.Errorf("Patch = %v", err)
				}
			}
		})
	}
	wg.Wait()
	if n := count(t, table(t, open(t, path), schema)); n != processes*records {
		t.Errorf("found %d records, want %d", n, processes*records)
	}
}

func TestLongFindIsCancelled(t *testing.T) {
	t.Parallel()
	schema := notes()
	for _, path := range []string{":memory:", filepath.Join(t.TempDir(), "test.db")} {
		tab := table(t, open(t, path), schema)
		var recs []record.Record
		for range 2_000 {
			recs = append(recs, schema.New())
		}
		if err := tab.Create(t.Context(), recs...); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var conds []query.Cond
		for i := range 2000 {
			conds = append(conds, query.IsNot(1, record.IntValue(int64(i))).And(query.IsNot(1, record.StringValue("x"))))
		}
		var wg sync.WaitGroup
		wg.Go(cancel)
		_, err := tab.Find(ctx, query.Where(conds...))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Find = %v, want %v", err, context.Canceled)
		}
		wg.Wait()
		if n := count(t, tab); n != len(recs) {
			t.Errorf("found %d records after a cancelled find, want %d", n, len(recs))
		}
	}
}

// TestManyStatements runs more statements than a connection keeps.
func TestManyStatements(t *testing.T) {
	t.Parallel()
	schema := notes()
	tab := table(t, open(t, ":memory:"), schema)
	addNote(t, tab, schema, "text")
	for n := range 400 {
		page, err := tab.Find(t.Context(), &query.Query{Limit: 1 + n})
		if err != nil || len(page.Records) != 1 {
			t.Fatalf("Find with limit %d: %d records, %v", 1+n, len(page.Records), err)
		}
	}
}
