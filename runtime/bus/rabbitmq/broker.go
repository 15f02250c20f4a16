package rabbitmq

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// Defaults of Options.
const (
	DefaultExpires  = 10 * time.Minute
	DefaultMaxBytes = 64 << 20
)

// Options are the settings of Open.
type Options struct {
	// Prefix is the app's: apps with the same hear each other.
	Prefix string
	// Expires is how long the server keeps what a process has not read while it
	// is not connected; 0 for DefaultExpires.
	Expires time.Duration
	// MaxBytes is how much that may be. The oldest is dropped for what does not
	// fit. 0 for DefaultMaxBytes.
	MaxBytes int64
	TLS      *tls.Config  // for amqps; nil for what the URL says
	Logger   *slog.Logger // nil for slog.Default()
}

// settle is how long the others need, at most, to bind their queues to an
// exchange that was declared anew.
const settle = bindEvery + bindEvery/2

// A Broker carries the frames of one process.
type Broker struct {
	o       Options
	servers *servers

	// Of Send.
	sender publisher
	sent   bool // something that the server has to remember

	// Of Receive.
	queue  string // "" before the first
	missed bool   // a queue was gone, which nobody has been told yet

	// Of both.
	expected atomic.Pointer[string] // a queue that was there, and has to be; nil if none was
	forgot   atomic.Bool            // the server has; Send says so
}

var _ bus.Broker = (*Broker)(nil)

// Open returns a Broker for the servers of a URL, to which it does not connect
// yet.
func Open(url string, o Options) (*Broker, error) {
	const maxPrefix = 200 // names have 255 bytes at most
	if o.Prefix == "" || len(o.Prefix) > maxPrefix {
		return nil, fmt.Errorf("prefix for RabbitMQ has %d bytes, want 1 to %d", len(o.Prefix), maxPrefix)
	}
	s, err := newServers(url, o.TLS)
	if err != nil {
		return nil, err
	}
	o.Logger = cmp.Or(o.Logger, slog.Default())
	o.Expires = cmp.Or(o.Expires, DefaultExpires)
	o.MaxBytes = cmp.Or(o.MaxBytes, DefaultMaxBytes)
	b := &Broker{o: o, servers: s}
	b.sender = publisher{
		servers: s, name: o.Prefix + " sends", exchange: exchange{o.Prefix + ".events", true}, mode: amqp.Persistent, check: b.checkSent,
	}
	return b, nil
}

// Close implements bus.Broker. It deletes the queue; when it can not, the queue
// expires.
func (b *Broker) Close(ctx context.Context) error {
	defer b.sender.disconnect()
	if b.queue == "" {
		return nil
	}
	if err := b.deleteQueue(ctx); err != nil {
		return fmt.Errorf("queue of RabbitMQ stays for another %v: %w", b.o.Expires, err)
	}
	return nil
}

func (b *Broker) deleteQueue(ctx context.Context) error {
	if !b.sender.connected() {
		if err := b.sender.connect(ctx); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, setupTimeout, errNoSetup)
	defer cancel()
	return b.sender.conn.until(ctx, func() error {
		_, err := b.sender.channel.QueueDelete(b.queue, false, false, false)
		return err
	})
}
