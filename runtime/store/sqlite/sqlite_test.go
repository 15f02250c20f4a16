package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, openStore)
}

func BenchmarkStore(b *testing.B) { storetest.Benchmark(b, openStore) }

func openStore(t testing.TB, schema *record.Schema) runtime.Store {
	return table(t, open(t, filepath.Join(t.TempDir(), "test.db")), schema)
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	storetest.RunOutbox(t, openKeeping)
}

func BenchmarkOutbox(b *testing.B) { storetest.BenchmarkOutbox(b, openKeeping) }

func openKeeping(t testing.TB, schema *record.Schema) (runtime.OutboxStore, kept.Entries) {
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	entries, err := db.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return table(t, db, schema), entries
}

func open(t testing.TB, path string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return db
}

func table(t testing.TB, db *sqlite.DB, schema *record.Schema) *sqlite.Table {
	t.Helper()
	tab, err := db.Table(t.Context(), schema, sqlite.TableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}
