package rabbitmq

import (
	"errors"
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"
)

// An exchange hands a copy of each message to every queue that is bound to it.
type exchange struct {
	name    string
	durable bool // survives a restart of the server
}

func (e exchange) declare(ch *amqp.Channel) error {
	if err := ch.ExchangeDeclare(e.name, amqp.ExchangeFanout, e.durable, false, false, false, nil); err != nil {
		return fmt.Errorf("declare exchange %q: %w", e.name, err)
	}
	return nil
}

// exists asks on a channel of its own: the server closes it when there is none.
func (e exchange) exists(c *conn) (bool, error) {
	return exists(c, func(ch *amqp.Channel) error {
		return ch.ExchangeDeclarePassive(e.name, amqp.ExchangeFanout, e.durable, false, false, false, nil)
	})
}

func exists(c *conn, declarePassive func(*amqp.Channel) error) (bool, error) {
	ch, err := c.Channel()
	if err != nil {
		return false, err
	}
	if err := declarePassive(ch); isNotFound(err) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return true, ch.Close()
}

func isNotFound(err error) bool {
	e, ok := errors.AsType[*amqp.Error](err)
	return ok && e.Code == amqp.NotFound
}
