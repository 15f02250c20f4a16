package storetest

import (
	"context"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// benchmarked is how many records a store holds when it is measured.
const benchmarked = 1000

// Benchmark measures a store that holds a thousand records, with contexts that
// can be cancelled, as those of requests can.
func Benchmark(b *testing.B, open Opener) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	for _, bench := range []struct {
		name string
		call func(s runtime.Store, i int) error
	}{
		{"get", func(s runtime.Store, i int) error {
			_, err := s.Get(ctx, record.IntValue(int64(i%benchmarked+1)), none)
			return err
		}},
		{"find 10", finding(ctx, &query.Query{Limit: 10})},
		{"find 10 and count", finding(ctx, &query.Query{Limit: 10, Count: true})},
		{"find 10 of a room, newest first", finding(ctx, &query.Query{Limit: 10,
			Where: query.Is(messageRoom, record.IntValue(3)), Sort: []query.Order{{Field: messageID, Desc: true}}})},
		{"create", func(s runtime.Store, i int) error { return s.Create(ctx, benchMessage(i)) }},
		{"patch", func(s runtime.Store, i int) error {
			_, err := s.Patch(ctx, record.IntValue(int64(i%benchmarked+1)), none, benchMessage(i), record.Fields(messageText))
			return err
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s := filled(b, open)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := bench.call(s, i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("create by 64 callers", func(b *testing.B) {
		s := filled(b, open)
		b.ReportAllocs()
		b.SetParallelism(max(1, 64/goruntime.GOMAXPROCS(0)))
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := s.Create(ctx, benchMessage(1)); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func finding(ctx context.Context, q *query.Query) func(runtime.Store, int) error {
	return func(s runtime.Store, _ int) error {
		_, err := s.Find(ctx, q)
		return err
	}
}

func filled(b *testing.B, open Opener) runtime.Store {
	s := open(b, messages)
	fill(b, s)
	return s
}

func fill(b *testing.B, s runtime.Store) {
	recs := make([]record.Record, benchmarked)
	for i := range recs {
		recs[i] = benchMessage(i)
	}
	if err := s.Create(b.Context(), recs...); err != nil {
		b.Fatal(err)
	}
}

func benchMessage(i int) record.Record {
	return &message{Text: "hello, this is what people say to each other", Room: int64(i % 7), Seq: float64(i), CreatedAt: time.UnixMilli(1700000000000 + int64(i))}
}
