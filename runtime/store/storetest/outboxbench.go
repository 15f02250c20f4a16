package storetest

import (
	goruntime "runtime"
	"sync/atomic"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// BenchmarkOutbox measures writes that keep an entry, which is deleted along
// with others once there are some, next to the same writes that keep none.
func BenchmarkOutbox(b *testing.B, open KeepingOpener) {
	for _, bench := range []struct {
		name    string
		callers int
		call    func(s runtime.Store, i int) error
	}{
		{"create", 1, func(s runtime.Store, i int) error { return s.Create(b.Context(), benchMessage(i)) }},
		{"patch", 1, patching(b)},
		{"create by 64 callers", 64, func(s runtime.Store, i int) error { return s.Create(b.Context(), benchMessage(i)) }},
		{"patch by 64 callers", 64, patching(b)},
		{"patch of all", 1, func(s runtime.Store, i int) error {
			_, err := s.Patch(b.Context(), record.Value{}, none, benchMessage(i), record.Fields(messageText))
			return err
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for _, kept := range []string{"plain", "kept"} {
				b.Run(kept, func(b *testing.B) {
					s, entries := open(b, messages)
					fill(b, s)
					k := &keeper{entries: entries}
					b.ReportAllocs()
					b.SetParallelism(max(1, bench.callers/goruntime.GOMAXPROCS(0)))
					run := func(next func() bool) {
						for i := 0; next(); i++ {
							store := runtime.Store(s)
							if kept == "kept" {
								store = s.Keeping(k.note())
							}
							if err := bench.call(store, i); err != nil {
								b.Error(err)
							}
							if kept == "kept" {
								k.sent(b)
							}
						}
					}
					if bench.callers == 1 {
						run(b.Loop)
					} else {
						b.RunParallel(func(pb *testing.PB) { run(pb.Next) })
					}
				})
			}
		})
	}
}

func patching(b *testing.B) func(runtime.Store, int) error {
	return func(s runtime.Store, i int) error {
		_, err := s.Patch(b.Context(), record.IntValue(int64(i%benchmarked+1)), none, benchMessage(i), record.Fields(messageText))
		return err
	}
}

// keeper numbers entries and deletes them in batches, as package outbox does.
type keeper struct {
	entries kept.Entries
	taken   atomic.Int64
	deleted atomic.Int64
}

func (k *keeper) note() *kept.Note {
	return &kept.Note{Owner: 1, Path: "messages", Event: "created", Fields: messages.All, Take: func(n int) int64 {
		return k.taken.Add(int64(n)) - int64(n) + 1
	}}
}

func (k *keeper) sent(b *testing.B) {
	const batch = 512
	from := k.deleted.Load()
	if k.taken.Load() < from+2*batch || !k.deleted.CompareAndSwap(from, from+batch) {
		return
	}
	seqs := make([]int64, batch)
	for i := range seqs {
		seqs[i] = from + int64(i) + 1
	}
	if err := k.entries.Delete(b.Context(), 1, seqs); err != nil {
		b.Error(err)
	}
}
