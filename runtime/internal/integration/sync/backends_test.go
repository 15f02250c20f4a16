//go:build linux || darwin

package sync_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// A backend is a broker that a test starts.
type backend interface {
	Addr() string
	URL() string
	Kill()
	Start(testing.TB)
}

// A choice is a backend to test with.
type choice struct {
	name  string
	start func(testing.TB) backend
}

// backends are those that a test leaves running.
var backends = []choice{
	{"redis", func(t testing.TB) backend { return broker.StartRedis(t) }},
	{"rabbitmq", func(t testing.TB) backend { return rabbit.RabbitMQ(t) }},
}

// mortals are backends that a test may kill.
var mortals = []choice{
	{"redis", func(t testing.TB) backend { return broker.StartRedis(t) }},
	{"redis that keeps nothing", func(t testing.TB) backend { return broker.StartRedis(t, "--appendonly", "no") }},
	{"rabbitmq", func(t testing.TB) backend { return broker.StartRabbitMQ(t) }},
}
