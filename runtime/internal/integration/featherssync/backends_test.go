package featherssync_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// A backend is a broker that a test starts.
type backend interface {
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
	{"rabbitmq", func(t testing.TB) backend { return broker.StartRabbitMQ(t) }},
}

// key returns the name of the test's own channel on a broker.
func key(t *testing.T) string {
	sum := sha256.Sum256([]byte(t.Name()))
	return "feathers-sync-" + hex.EncodeToString(sum[:8])
}

var silent = slog.New(slog.DiscardHandler)

// A channel is what drivers offer of one that Node instances use.
type channel interface {
	Publish(ctx context.Context, msg []byte) error
	Receive(ctx context.Context, ready func(), message func([]byte)) error
	Close()
}

func openChannel(t *testing.T, b backend) channel {
	t.Helper()
	var c channel
	var err error
	if strings.HasPrefix(b.URL(), "amqp") {
		c, err = rabbitmq.NewChannel(b.URL(), key(t), rabbitmq.ChannelOptions{})
	} else {
		c, err = redis.NewChannel(b.URL(), key(t), redis.ChannelOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func openBroker(t *testing.T, b backend) bus.Broker {
	t.Helper()
	var opened bus.Broker
	var err error
	if strings.HasPrefix(b.URL(), "amqp") {
		opened, err = rabbitmq.Open(b.URL(), rabbitmq.Options{Prefix: key(t), Logger: silent})
	} else {
		opened, err = redis.Open(b.URL(), redis.Options{Prefix: key(t), Logger: silent})
	}
	if err != nil {
		t.Fatal(err)
	}
	return opened
}
