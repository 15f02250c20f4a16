package rabbitmq

import (
	"context"
	"crypto/rand"
	"log/slog"

	amqp "github.com/rabbitmq/amqp091-go"
)

// Receive implements bus.Broker.
func (b *Broker) Receive(ctx context.Context, ready func(), frame func([]byte), lost func()) error {
	c, err := b.servers.connect(ctx, b.o.Prefix+" receives")
	if err != nil {
		return err
	}
	defer c.close()
	s, err := b.subscribe(ctx, c)
	if err != nil {
		return err
	}
	if b.missed {
		b.missed = false
		lost()
	}
	ready()
	return s.run(ctx, frame)
}

func (b *Broker) subscribe(ctx context.Context, c *conn) (*subscription, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, setupTimeout, errNoSetup)
	defer cancel()
	var s *subscription
	err := c.until(ctx, func() (err error) {
		if err := b.checkQueue(c); err != nil {
			return err
		}
		s, err = subscribe(c, b.sender.exchange, "", b.declareQueue)
		return err
	})
	if err == nil {
		queue := b.queue
		b.expected.Store(&queue)
	}
	return s, err
}

// checkQueue chooses the queue's name, and another one when the queue is gone: a
// node of a cluster that is gone may come back with the queue.
func (b *Broker) checkQueue(c *conn) error {
	if b.expected.Load() != nil {
		there, err := queueExists(c, b.queue)
		if err != nil || there {
			return err
		}
		b.o.Logger.Warn("queue of RabbitMQ is gone, with what was in it", slog.String("queue", b.queue))
		b.forgot.Store(true)
		b.missed, b.queue = true, ""
		b.expected.Store(nil)
	}
	if b.queue == "" {
		b.queue = b.sender.exchange.name + "." + rand.Text()
	}
	return nil
}

func (b *Broker) declareQueue(ch *amqp.Channel) (string, error) {
	q, err := ch.QueueDeclare(b.queue, true, false, false, false, amqp.Table{
		amqp.QueueTTLArg:         b.o.Expires.Milliseconds(),
		amqp.QueueMaxLenBytesArg: b.o.MaxBytes,
		amqp.QueueOverflowArg:    amqp.QueueOverflowDropHead,
	})
	return q.Name, err
}

func queueExists(c *conn, queue string) (bool, error) {
	return exists(c, func(ch *amqp.Channel) error {
		_, err := ch.QueueDeclarePassive(queue, true, false, false, false, nil)
		return err
	})
}
