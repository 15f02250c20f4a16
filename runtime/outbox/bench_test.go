package outbox_test

import (
	"context"
	goruntime "runtime"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/outbox"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
)

// sink is a bus that stores everything at once.
type sink struct{}

func (sink) Publish(_ []byte, stored func()) error {
	if stored != nil {
		stored()
	}
	return nil
}

func (sink) Subscribe(func(string, uint64, []byte), func(uint64)) error { return nil }

// BenchmarkCalls measures calls of 64 callers with and without an outbox, with
// their events and all that comes after them.
func BenchmarkCalls(b *testing.B) {
	for _, bench := range []struct {
		name string
		call func(a *runtime.App) *runtime.Call
	}{
		{"create", func(a *runtime.App) *runtime.Call {
			return creating(a, "hello, this is what people say to each other")
		}},
		{"patch", func(a *runtime.App) *runtime.Call {
			c := creating(a, "hello, this is what people say to each other")
			c.Method, c.ID, c.Changed = runtime.Patch, record.IntValue(1), record.Fields(noteText)
			return c
		}},
	} {
		for _, kept := range []bool{false, true} {
			name := bench.name + "/plain"
			if kept {
				name = bench.name + "/outbox"
			}
			b.Run(name, func(b *testing.B) {
				a := benchmarked(b, kept)
				b.SetParallelism(max(1, 64/goruntime.GOMAXPROCS(0)))
				b.ReportAllocs()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := a.Do(b.Context(), bench.call(a)); err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	}
}

// benchmarked returns an app that holds a note.
func benchmarked(b *testing.B, kept bool) *runtime.App {
	db, err := sqlite.Open(b.Context(), b.TempDir()+"/app.db", sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	a, err := newApp(b.Context(), db, func(s *runtime.Service) { s.Outbox = kept })
	if err != nil {
		b.Fatal(err)
	}
	if err := a.SetBus(sink{}); err != nil {
		b.Fatal(err)
	}
	entries, err := db.Outbox(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	o, err := outbox.Start(b.Context(), a, entries, outbox.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { o.Close(context.Background()) })
	if err := a.Do(b.Context(), creating(a, "first")); err != nil {
		b.Fatal(err)
	}
	return a
}
