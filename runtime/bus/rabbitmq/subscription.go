package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	// prefetch is how many messages the server sends ahead of acknowledgements,
	// and so bounds the memory that those take which nobody has read yet.
	prefetch = 64
	// bindEvery is how often a queue is bound again. When an exchange is deleted
	// and declared anew, nobody tells those whose queues were bound to it.
	bindEvery = time.Second
)

var errCancelled = errors.New("queue is gone")

// A subscription is a queue's one reader.
type subscription struct {
	exchange string
	queue    string
	key      string // of the binding; exchanges that fan out do not look at it

	channel    *amqp.Channel
	deliveries <-chan amqp.Delivery
	closed     chan *amqp.Error // tells why the channel was closed

	last, acked uint64 // deliveries, which count from 1
}

// subscribe declares an exchange and a queue, and reads from it. While another
// connection reads from the queue, such as one that broke without the server's
// notice, that fails: two readers would share the messages.
func subscribe(c *conn, e exchange, key string, declare func(*amqp.Channel) (string, error)) (*subscription, error) {
	ch, err := c.Channel()
	if err != nil {
		return nil, err
	}
	s := &subscription{exchange: e.name, key: key, channel: ch, closed: ch.NotifyClose(make(chan *amqp.Error, 1))}
	if err := e.declare(ch); err != nil {
		return nil, err
	}
	if s.queue, err = declare(ch); err != nil {
		return nil, fmt.Errorf("declare queue: %w", err)
	}
	if err := ch.QueueBind(s.queue, s.key, s.exchange, false, nil); err != nil {
		return nil, fmt.Errorf("bind queue %q: %w", s.queue, err)
	}
	if err := ch.Qos(prefetch, 0, false); err != nil {
		return nil, err
	}
	if s.deliveries, err = ch.Consume(s.queue, "", false, true, false, false, nil); err != nil {
		return nil, fmt.Errorf("read queue %q: %w", s.queue, err)
	}
	return s, nil
}

// run passes messages on until ctx ends or nothing comes any more.
func (s *subscription) run(ctx context.Context, message func([]byte)) error {
	bind := time.NewTicker(bindEvery)
	defer bind.Stop()
	for {
		d, err := s.next(ctx, bind.C)
		if err != nil {
			return err
		}
		message(d.Body)
		s.last = d.DeliveryTag
	}
}

// next returns the next message. Before it waits for one, and when many are not
// acknowledged, it acknowledges those before.
func (s *subscription) next(ctx context.Context, bind <-chan time.Time) (amqp.Delivery, error) {
	if s.last-s.acked < prefetch/2 {
		select {
		case d, ok := <-s.deliveries:
			if ok {
				return d, nil
			}
		default:
		}
	}
	if err := s.ack(); err != nil {
		return amqp.Delivery{}, s.ended(err)
	}
	for {
		select {
		case d, ok := <-s.deliveries:
			if ok {
				return d, nil
			}
			return d, s.ended(errCancelled)
		case <-bind:
			// An error of the server closes the channel.
			if err := s.channel.QueueBind(s.queue, s.key, s.exchange, true, nil); err != nil {
				return amqp.Delivery{}, s.ended(err)
			}
		case <-ctx.Done():
			return amqp.Delivery{}, ctx.Err()
		}
	}
}

func (s *subscription) ack() error {
	if s.last == s.acked {
		return nil
	}
	s.acked = s.last
	return s.channel.Ack(s.last, true)
}

// ended returns why the channel was closed, or err.
func (s *subscription) ended(err error) error {
	select {
	case reason, ok := <-s.closed:
		if ok {
			return reason
		}
	default:
	}
	return err
}
