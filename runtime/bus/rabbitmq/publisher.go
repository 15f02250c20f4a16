package rabbitmq

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	confirmTimeout = 5 * time.Second // for the server to keep a message
	minRate        = 128 << 10       // bytes a second that a network carries, at least
)

var (
	errUnconfirmed = errors.New("not confirmed in time")
	errRefused     = errors.New("refused by the server")
)

// A publisher sends to an exchange, one message at a time, over a connection of
// its own: a server that is low on memory stops to read from those that it gets
// messages from.
type publisher struct {
	servers  *servers
	name     string // of the connection
	exchange exchange
	mode     uint8             // amqp.Persistent or amqp.Transient
	check    func(*conn) error // looks at what is there before anything is declared

	conn    *conn // nil without a connection
	channel *amqp.Channel
	closed  chan *amqp.Error // tells why the channel was closed
}

func (p *publisher) connected() bool { return p.conn != nil && !p.channel.IsClosed() }

// connect connects anew and sees to the exchange.
func (p *publisher) connect(ctx context.Context) error {
	p.disconnect()
	c, err := p.servers.connect(ctx, p.name)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, setupTimeout, errNoSetup)
	defer cancel()
	if err := c.until(ctx, func() error { return p.setUp(c) }); err != nil {
		c.close()
		return err
	}
	p.conn = c
	return nil
}

func (p *publisher) setUp(c *conn) error {
	err := p.check(c)
	if err != nil {
		return err
	}
	if p.channel, err = c.Channel(); err != nil {
		return err
	}
	if err := p.exchange.declare(p.channel); err != nil {
		return err
	}
	p.closed = p.channel.NotifyClose(make(chan *amqp.Error, 1))
	return p.channel.Confirm(false)
}

func (p *publisher) disconnect() {
	if p.conn != nil {
		p.conn.close()
		p.conn = nil
	}
}

// publish sends a message over the connection and returns once the server keeps
// it. After an error there is no connection: what it still has on the way is not
// waited for.
func (p *publisher) publish(ctx context.Context, body []byte) error {
	timeout := confirmTimeout + time.Duration(len(body))*time.Second/minRate
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errUnconfirmed)
	defer cancel()
	err := p.conn.until(ctx, func() error { return p.confirmed(ctx, body) })
	if err == nil {
		return nil
	}
	if reason := p.conn.blocked.Load(); reason != nil {
		err = fmt.Errorf("server takes no messages, %s: %w", *reason, err)
	}
	p.disconnect()
	return err
}

func (p *publisher) confirmed(ctx context.Context, body []byte) error {
	confirm, err := p.channel.PublishWithDeferredConfirm(p.exchange.name, "", false, false, amqp.Publishing{DeliveryMode: p.mode, Body: body})
	acked := false
	if err == nil {
		acked, err = confirm.WaitContext(ctx)
	}
	if acked {
		return nil
	}
	select {
	case reason, ok := <-p.closed: // what ended the wait
		if ok {
			return reason
		}
	default:
	}
	return cmp.Or(err, errRefused)
}
