package redis_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/bustest"
	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
	}{
		{"with an append-only file", nil},
		{"without persistence", []string{"--appendonly", "no"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := broker.StartRedis(t, c.args...)
			proxy := broker.NewProxy(t, r.Addr())
			operator := admin(t, r.Addr())
			bustest.Run(t, bustest.Features{
				Restart: func(t *testing.T) {
					r.Kill()
					r.Start(t)
				},
				Lossy: c.args != nil,
				Cut: func(*testing.T) (heal func()) {
					proxy.Cut()
					return proxy.Heal
				},
				Garbage: func(t *testing.T, prefix string, frame []byte) {
					do(t, operator, "XADD", prefix+":events", "*", "frame", frame)
				},
			}, opener("redis://"+proxy.Addr()))
		})
	}
}

func opener(url string) bustest.Opener {
	return func(tb testing.TB, prefix string) bus.Broker {
		b, err := redis.Open(url, redis.Options{Prefix: prefix})
		if err != nil {
			tb.Fatal(err)
		}
		return b
	}
}

func BenchmarkBus(b *testing.B) {
	bustest.Benchmark(b, opener(broker.StartRedis(b).URL()))
}

// BenchmarkBroker measures single frames, without the bus.
func BenchmarkBroker(b *testing.B) {
	r := broker.StartRedis(b)
	open := opener(r.URL())
	out, in := open(b, "bench"), open(b, "bench")
	frames, ready := make(chan []byte, 1), make(chan struct{})
	ended := make(chan struct{})
	ctx := b.Context()
	b.Cleanup(func() {
		<-ended
		_ = in.Close(b.Context())
		_ = out.Close(b.Context())
	})
	go func() {
		defer close(ended)
		_ = in.Receive(ctx, func() { close(ready) }, func(f []byte) { frames <- f }, func() { b.Error("lost") })
	}()
	<-ready
	frame := make([]byte, 300)
	b.Run("one at a time", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := out.Send(ctx, frame); err != nil {
				b.Fatal(err)
			}
			<-frames
		}
	})
}
