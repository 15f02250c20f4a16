package rabbitmq

import (
	"context"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// Send implements bus.Broker.
func (b *Broker) Send(ctx context.Context, frame []byte) error {
	if !b.sender.connected() {
		if err := b.sender.connect(ctx); err != nil {
			return err
		}
		if err := b.letOthersBind(ctx); err != nil {
			return err
		}
	}
	if b.forgot.Load() {
		if err := b.forget(ctx); err != nil {
			return err
		}
	}
	err := b.sender.publish(ctx, frame)
	switch {
	case err == nil:
		b.sent = true
	case isNotFound(err):
		b.forgot.Store(true)
	}
	return err
}

// rejoin is how long the others need to come back, at most, as long as they try
// four times a second.
const rejoin = 300 * time.Millisecond

// letOthersBind waits after a connection broke. A server that was killed has been
// seen to hand what came first after its restart to fewer queues than there were,
// and to confirm it; who comes back binds its queue again.
func (b *Broker) letOthersBind(ctx context.Context) error {
	if !b.sent {
		return nil
	}
	select {
	case <-time.After(rejoin):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// checkSent looks whether the server still has what this process declared. If
// not, it has lost its data, or someone deleted them; then others may have
// declared the exchange anew already.
func (b *Broker) checkSent(c *conn) error {
	there, err := b.sender.exchange.exists(c)
	if queue := b.expected.Load(); queue != nil && there {
		there, err = queueExists(c, *queue)
	}
	if err == nil && !there {
		b.forgot.Store(true)
	}
	return err
}

// forget returns bus.ErrForgotten, unless there was nothing to forget. It gives
// the others time to bind their queues: what is sent again before that would be
// lost again.
func (b *Broker) forget(ctx context.Context) error {
	if b.sent {
		select {
		case <-time.After(settle):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	b.forgot.Store(false)
	if b.sent {
		return bus.ErrForgotten
	}
	return nil
}
