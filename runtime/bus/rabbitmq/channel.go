package rabbitmq

import (
	"context"
	"crypto/tls"
	"errors"

	amqp "github.com/rabbitmq/amqp091-go"
)

// ChannelOptions are the settings of NewChannel.
type ChannelOptions struct {
	TLS *tls.Config // for amqps; nil for what the URL says
}

// A Channel is an exchange as the npm package feathers-sync uses it: what is
// published goes to all who receive at that time, and is lost for others. Unlike
// that package it acknowledges what it receives, which nobody else sees, so that
// what is not read yet waits at the server and not here. Publish and Receive may
// run beside each other; of each there is one call at a time.
type Channel struct {
	servers *servers
	sender  publisher
}

// NewChannel returns a Channel over the exchange of that name on one of the
// servers of a URL, to which it does not connect yet.
func NewChannel(url, exchangeName string, o ChannelOptions) (*Channel, error) {
	if exchangeName == "" {
		return nil, errors.New("exchange of RabbitMQ has no name")
	}
	s, err := newServers(url, o.TLS)
	if err != nil {
		return nil, err
	}
	return &Channel{servers: s, sender: publisher{
		servers: s, name: exchangeName + " sends", exchange: exchange{name: exchangeName}, mode: amqp.Transient,
		check: func(*conn) error { return nil },
	}}, nil
}

// Publish sends a message and returns once the server has it. After an error it
// may have arrived or not.
func (c *Channel) Publish(ctx context.Context, message []byte) error {
	if !c.sender.connected() {
		if err := c.sender.connect(ctx); err != nil {
			return err
		}
	}
	return c.sender.publish(ctx, message)
}

// Receive calls message for every message that is published, its own too, until
// ctx ends or the connection breaks; it always returns an error. ready is called
// once it is connected. The message is the callee's own.
func (c *Channel) Receive(ctx context.Context, ready func(), message func([]byte)) error {
	conn, err := c.servers.connect(ctx, c.sender.exchange.name+" receives")
	if err != nil {
		return err
	}
	defer conn.close()
	s, err := c.subscribe(ctx, conn)
	if err != nil {
		return err
	}
	ready()
	return s.run(ctx, message)
}

func (c *Channel) subscribe(ctx context.Context, conn *conn) (*subscription, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, setupTimeout, errNoSetup)
	defer cancel()
	var s *subscription
	err := conn.until(ctx, func() (err error) {
		s, err = subscribe(conn, c.sender.exchange, "queue-binding", declareUnnamed)
		return err
	})
	return s, err
}

// declareUnnamed declares a queue that goes with its reader, as feathers-sync
// does.
func declareUnnamed(ch *amqp.Channel) (string, error) {
	q, err := ch.QueueDeclare("", true, true, false, false, nil)
	return q.Name, err
}

// Close ends the connection of Publish. It is called once Publish and Receive
// have returned.
func (c *Channel) Close() { c.sender.disconnect() }
