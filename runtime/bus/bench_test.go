package bus_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// A tap is a Broker that keeps all and brings nothing, but lets tests bring
// frames.
type tap struct{ bring chan func(frame []byte) }

func (tap) Send(context.Context, []byte) error { return nil }
func (tap) Close(context.Context) error        { return nil }

func (p tap) Receive(ctx context.Context, ready func(), frame func([]byte), _ func()) error {
	ready()
	p.bring <- frame
	<-ctx.Done()
	return ctx.Err()
}

// bringer returns what brings frames to a bus, as its driver would.
func bringer(tb testing.TB, key string, deliver func(string, uint64, []byte)) (bring func(frame []byte)) {
	p := tap{bring: make(chan func([]byte), 1)}
	b := bus.New(p, bus.Options{Key: []byte(key)})
	tb.Cleanup(func() { _ = b.Close(tb.Context()) })
	if err := b.Subscribe(deliver, func(missed uint64) { tb.Errorf("missed %d", missed) }); err != nil {
		tb.Fatal(err)
	}
	return <-p.bring
}

// frames returns n frames of so many messages of 200 bytes each, after others.
func frames(n, messages int, first uint64, key string) (raw [][]byte) {
	f := frameOf(first)
	for range messages {
		f.Messages = append(f.Messages, bytes.Repeat([]byte("x"), 200))
	}
	for range n {
		raw = append(raw, f.Encode([]byte(key), ""))
		f.First += uint64(messages)
	}
	return raw
}

func TestReceivingAllocatesNothing(t *testing.T) {
	for _, key := range []string{"", "key"} {
		const runs = 100
		n := 0
		bring := bringer(t, key, func(string, uint64, []byte) { n++ })
		raw := frames(runs+2, 8, 1, key)
		next := func() {
			bring(raw[0])
			raw = raw[1:]
		}
		next() // which makes the origin known
		if allocs := testing.AllocsPerRun(runs, next); allocs > 0 || n != 8*(runs+2) {
			t.Errorf("with key %q, a frame of 8 messages takes %v allocations, and %d messages came; want none, and %d", key, allocs, n, 8*(runs+2))
		}
	}
}

func BenchmarkReceive(b *testing.B) {
	for _, key := range []string{"", "key"} {
		for _, messages := range []int{1, 64} {
			b.Run(fmt.Sprintf("%d in a frame, key %q", messages, key), func(b *testing.B) {
				const some = 256
				var raw [][]byte
				first := uint64(1)
				bring := bringer(b, key, func(string, uint64, []byte) {})
				b.ReportAllocs()
				for b.Loop() {
					if len(raw) == 0 {
						b.StopTimer()
						raw = frames(some, messages, first, key)
						first += uint64(some * messages)
						b.StartTimer()
					}
					bring(raw[0])
					raw = raw[1:]
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*messages), "ns/message")
			})
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	for _, key := range []string{"", "key"} {
		b.Run(fmt.Sprintf("key %q", key), func(b *testing.B) {
			p := bus.New(tap{}, bus.Options{Key: []byte(key), Logger: slog.New(slog.DiscardHandler)})
			msg := make([]byte, 200)
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Publish(msg, nil); err != nil {
					b.Fatal(err)
				}
			}
			stats := p.Stats()
			b.ReportMetric(float64(stats.Overflowed)/float64(b.N), "overflowed/op")
			_ = p.Close(b.Context())
		})
	}
}
