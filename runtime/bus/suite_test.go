package bus_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/bus/bustest"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]func(a *app){
		"that keeps what it has": func(*app) {},
		"that forgets":           (*app).forget,
	} {
		t.Run("with a broker "+name, func(t *testing.T) {
			t.Parallel()
			a := &app{servers: map[string]*server{}}
			bustest.Run(t, bustest.Features{
				Restart: func(*testing.T) {
					a.set(down)
					restart(a)
					a.set(up)
				},
				Cut: func(*testing.T) func() {
					a.set(down)
					return func() { a.set(up) }
				},
				Garbage: func(_ *testing.T, prefix string, frame []byte) { a.server(prefix).put(frame) },
			}, a.open)
		})
	}
}

func BenchmarkMemory(b *testing.B) {
	a := &app{servers: map[string]*server{}}
	bustest.Benchmark(b, a.open)
}
