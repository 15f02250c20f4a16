package rabbitmq_test

import (
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/bustest"
	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// TestRestarts has a server of its own, which it kills.
func TestRestarts(t *testing.T) {
	t.Parallel()
	server := broker.StartRabbitMQ(t)
	t.Run("suite", func(t *testing.T) { testSuite(t, server) })
	t.Run("killed under load", func(t *testing.T) { testKilled(t, server) })
}

func testSuite(t *testing.T, server *broker.RabbitMQ) {
	network := broker.NewProxy(t, server.Addr())
	bustest.Run(t, bustest.Features{
		Restart: func(t *testing.T) {
			server.Kill()
			server.Start(t)
		},
		Cut: func(*testing.T) (heal func()) {
			network.Cut()
			return network.Heal
		},
		Garbage: func(t *testing.T, prefix string, frame []byte) {
			administer(t, server.URL()).publish(prefix+".events", amqp.Publishing{Body: frame})
		},
	}, opener(through(network)))
}

func opener(url string) bustest.Opener {
	return func(tb testing.TB, prefix string) bus.Broker {
		b, err := rabbitmq.Open(url, options(prefix))
		if err != nil {
			tb.Fatal(err)
		}
		return b
	}
}

func BenchmarkBus(b *testing.B) { bustest.Benchmark(b, opener(node.RabbitMQ(b).URL())) }

// BenchmarkBroker measures single frames of 300 bytes, without the bus.
func BenchmarkBroker(b *testing.B) {
	url, prefix, frame := node.RabbitMQ(b).URL(), unique(), string(make([]byte, 300))
	from, to := open(b, url, options(prefix)), open(b, url, options(prefix))
	b.Run("sent and heard", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			from.send(frame)
			<-to.frames
			<-from.frames
		}
	})
	from.leave()
	to.leave()
	away := open(b, url, options(prefix))
	away.leave()
	b.Run("sent while nobody reads", func(b *testing.B) {
		for b.Loop() {
			from.send(frame)
		}
	})
}
