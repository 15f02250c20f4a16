package rabbitmq_test

import (
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"
)

// An admin looks at a server, and changes what is there, past the package.
type admin struct {
	*amqp.Channel
	t    testing.TB
	conn *amqp.Connection
}

func administer(t testing.TB, url string) *admin {
	t.Helper()
	conn, err := amqp.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	a := &admin{t: t, conn: conn}
	a.reopen()
	return a
}

func (a *admin) reopen() {
	a.t.Helper()
	ch, err := a.conn.Channel()
	if err != nil {
		a.t.Fatal(err)
	}
	a.Channel = ch
}

// queued returns how many messages wait in a queue, -1 if there is none.
func (a *admin) queued(queue string) int {
	a.t.Helper()
	q, err := a.QueueDeclarePassive(queue, true, false, false, false, nil)
	if err != nil {
		a.reopen()
		return -1
	}
	return q.Messages
}

func (a *admin) deleteQueue(queue string) {
	a.t.Helper()
	if _, err := a.QueueDelete(queue, false, false, false); err != nil {
		a.t.Fatal(err)
	}
}

func (a *admin) deleteExchange(exchange string) {
	a.t.Helper()
	if err := a.ExchangeDelete(exchange, false, false); err != nil {
		a.t.Fatal(err)
	}
}

// publish sends what may be no frame at all.
func (a *admin) publish(exchange string, p amqp.Publishing) {
	a.t.Helper()
	if err := a.PublishWithContext(a.t.Context(), exchange, "any", false, false, p); err != nil {
		a.t.Fatal(err)
	}
}
