package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// pingEvery is how often a subscriber asks whether the server is still there.
const pingEvery = time.Second

// ChannelOptions are the settings of NewChannel.
type ChannelOptions struct {
	TLS *tls.Config // used with a URL that asks for it; nil for Go's defaults
}

// A Channel is one of Redis' publish and subscribe. It keeps nothing: who is
// not connected when a message is published misses it. Publish and Receive run
// beside each other; of each there is one call at a time.
type Channel struct {
	server *server
	key    string
	out    *link // Publish's; nil when a connection is to be made
}

// NewChannel returns a Channel that is not connected yet. An error tells what
// is wrong with the URL, which is of the form that Open takes.
func NewChannel(url, key string, o ChannelOptions) (*Channel, error) {
	if key == "" {
		return nil, errors.New("the channel has no name")
	}
	s, err := parseURL(url, o.TLS)
	if err != nil {
		return nil, err
	}
	return &Channel{server: s, key: key}, nil
}

// Publish sends a message to all who are subscribed, this process too. After an
// error it may or may not have been sent. The next Publish connects again.
func (c *Channel) Publish(ctx context.Context, msg []byte) error {
	if c.out == nil {
		l, err := c.server.connect(ctx, ping)
		if err != nil {
			return err
		}
		c.out = l
	}
	defer c.out.until(ctx)()
	if err := c.out.Publish(ctx, c.key, msg).Err(); err != nil {
		err = c.out.explain(ctx, err)
		c.out.close()
		c.out = nil
		return err
	}
	return nil
}

func ping(ctx context.Context, l *link) error { return l.Ping(ctx).Err() }

// Receive calls message for every message that is published, until ctx ends or
// the connection breaks; it always returns an error. ready is called once it is
// subscribed. The message is the callee's own.
func (c *Channel) Receive(ctx context.Context, ready func(), message func([]byte)) error {
	l, err := c.server.connect(ctx, ping)
	if err != nil {
		return err
	}
	defer l.close()
	defer l.until(ctx)()
	sub := l.client.Subscribe(ctx, c.key)
	var pinger sync.WaitGroup
	defer pinger.Wait()
	done := make(chan struct{})
	defer close(done)
	pinger.Go(func() { keepPinging(ctx, sub, done) })
	for {
		got, err := sub.Receive(ctx)
		if err != nil {
			return l.explain(ctx, err)
		}
		switch got := got.(type) {
		case *redis.Subscription:
			ready()
		case *redis.Message:
			message([]byte(got.Payload))
		}
	}
}

// keepPinging has the server say something every now and then, without which
// the connection counts as broken.
func keepPinging(ctx context.Context, sub *redis.PubSub, done <-chan struct{}) {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-done:
			return
		case <-t.C:
			_ = sub.Ping(ctx) // Receive notices what goes wrong
		}
	}
}

// Close ends Publish's connection. It is called once Publish and Receive have
// returned.
func (c *Channel) Close() {
	if c.out != nil {
		c.out.close()
		c.out = nil
	}
}
