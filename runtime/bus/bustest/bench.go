package bustest

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// Benchmark measures a driver: the way of one message, from Publish to deliver,
// and of many.
func Benchmark(b *testing.B, open Opener) {
	b.Run("one at a time", func(b *testing.B) {
		from, heard := pair(b, open)
		msg := make([]byte, 200)
		for b.Loop() {
			publish(b, from, msg)
			<-heard
		}
	})
	b.Run("many", func(b *testing.B) {
		from, heard := pair(b, open)
		msg := make([]byte, 200)
		b.SetBytes(int64(len(msg)))
		b.ReportAllocs()
		ahead := 0
		for b.Loop() {
			publish(b, from, msg)
			if ahead++; ahead == window {
				<-heard
				ahead--
			}
		}
		for ; ahead > 0; ahead-- {
			<-heard
		}
	})
}

// window is how many messages are on their way, at most: fewer than wait in an
// outbox.
const window = 10_000

func pair(b *testing.B, open Opener) (from *bus.Bus, heard <-chan struct{}) {
	o := bus.Options{Prefix: newPrefix()}
	c := make(chan struct{}, window)
	for range 2 {
		p, leave := start(b, open, o)
		b.Cleanup(leave)
		if err := p.Subscribe(func(string, uint64, []byte) { c <- struct{}{} }, func(missed uint64) { b.Errorf("missed %d", missed) }); err != nil {
			b.Fatal(err)
		}
		from = p
	}
	return from, c
}

func publish(b *testing.B, from *bus.Bus, msg []byte) {
	if err := from.Publish(msg, nil); err != nil {
		b.Fatal(err)
	}
}
