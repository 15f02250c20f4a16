package rabbitmq_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// A subscriber receives by a Channel once.
type subscriber struct {
	*rabbitmq.Channel
	t        *testing.T
	messages chan string
	ended    chan error
	cancel   context.CancelFunc
}

func subscribe(t *testing.T, url, exchange string) *subscriber {
	t.Helper()
	c, err := rabbitmq.NewChannel(url, exchange, rabbitmq.ChannelOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &subscriber{Channel: c, t: t, messages: make(chan string, 1<<10), ended: make(chan error, 1), cancel: cancel}
	ready := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.ended <- c.Receive(ctx, func() { close(ready) }, func(m []byte) { s.messages <- string(m) })
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		c.Close()
	})
	receive(t, ready)
	return s
}

func (s *subscriber) publish(message string) {
	s.t.Helper()
	if err := s.Publish(s.t.Context(), []byte(message)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *subscriber) expect(messages ...string) {
	s.t.Helper()
	for _, want := range messages {
		if got := receive(s.t, s.messages); got != want {
			s.t.Fatalf("got %.40q, want %.40q", got, want)
		}
	}
}

func TestChannelIsAnExchangeAsFeathersSyncHasIt(t *testing.T) {
	t.Parallel()
	url, exchange := node.RabbitMQ(t).URL(), unique()
	admin := administer(t, url)
	defer admin.deleteExchange(exchange)
	a, b := subscribe(t, url, exchange), subscribe(t, url, exchange)

	// What amqplib declares and does there.
	if err := admin.ExchangeDeclare(exchange, "fanout", false, false, false, false, nil); err != nil {
		t.Fatal(err)
	}
	q, err := admin.QueueDeclare("", true, true, false, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := admin.QueueBind(q.Name, "queue-binding", exchange, false, nil); err != nil {
		t.Fatal(err)
	}
	node, err := admin.Consume(q.Name, "", true, false, false, false, nil)
	if err != nil {
		t.Fatal(err)
	}

	large := strings.Repeat("large", 1<<20)
	a.publish("from a")
	a.publish(large)
	admin.publish(exchange, amqp.Publishing{Body: []byte("from node"), Headers: amqp.Table{}})
	for _, s := range []*subscriber{a, b} {
		s.expect("from a", large, "from node")
	}
	for _, want := range []string{"from a", large, "from node"} {
		if got := receive(t, node); string(got.Body) != want {
			t.Errorf("Node got %.40q, want %.40q", got.Body, want)
		}
	}
}

func TestChannelEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := subscribe(t, node.RabbitMQ(t).URL(), unique())
	s.cancel()
	if err := receive(t, s.ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Receive returned %v", err)
	}
}

func TestChannelNoticesABrokenNetwork(t *testing.T) {
	t.Parallel()
	server, exchange := node.RabbitMQ(t), unique()
	network := broker.NewProxy(t, server.Addr())
	for name, disturb := range map[string]func(){"cut": network.Cut, "silent": network.Freeze} {
		s := subscribe(t, through(network), exchange)
		s.publish("one")
		s.expect("one")
		disturb()
		start := time.Now()
		if err := s.Publish(t.Context(), []byte("lost")); err == nil {
			t.Errorf("%s: Publish has no error", name)
		}
		if err := receive(t, s.ended); err == nil || time.Since(start) > 10*time.Second {
			t.Errorf("%s: Receive returned %v after %v", name, err, time.Since(start))
		}
		network.Heal()
		again := subscribe(t, through(network), exchange)
		s.publish("two")
		again.expect("two")
	}
}

func TestChannelIsBoundAgain(t *testing.T) {
	t.Parallel()
	url, exchange := node.RabbitMQ(t).URL(), unique()
	s := subscribe(t, url, exchange)
	admin := administer(t, url)
	admin.deleteExchange(exchange)
	if err := admin.ExchangeDeclare(exchange, "fanout", false, false, false, false, nil); err != nil {
		t.Fatal(err)
	}
	for len(s.messages) == 0 && len(s.ended) == 0 {
		admin.publish(exchange, amqp.Publishing{Body: []byte("one")})
	}
	s.expect("one")
}

func TestChannelWantsAName(t *testing.T) {
	t.Parallel()
	if _, err := rabbitmq.NewChannel("amqp://h", "", rabbitmq.ChannelOptions{}); err == nil {
		t.Error("NewChannel takes an exchange without a name")
	}
}
