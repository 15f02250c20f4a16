package redis

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"

	"github.com/redis/go-redis/v9"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// Defaults of Options.
const (
	DefaultLength = 100_000
	DefaultSize   = 256 << 20
)

// Options are the settings of Open.
type Options struct {
	// Prefix begins the stream's key. Apps that share a database of a server
	// have prefixes of their own. It must not be empty.
	Prefix string
	// Length is about how many frames the stream keeps, 0 for DefaultLength, and
	// Size about how many bytes of them, 0 for DefaultSize; 1000 frames stay
	// whatever their size, unless Length is less. Both bound the server's memory,
	// and how long a reader may be away. Processes have the same.
	Length, Size int
	// TLS is used with a URL that asks for it; nil for Go's defaults.
	TLS *tls.Config
	// Logger is told when Redis has lost frames; nil for slog.Default().
	Logger *slog.Logger
}

// field is the one field of an entry of the stream.
const field = "frame"

// A Broker is a stream that all processes of an app add to and read.
type Broker struct {
	server *server
	stream stream
	log    *slog.Logger

	// The fields below are Send's alone.
	out  *link // nil when a connection is to be made
	sent entry // the last that was confirmed; the zero entry if there is none to look for

	// The fields below are Receive's alone.
	trail trail
	sizes average // Send reads it too
}

var _ bus.Broker = (*Broker)(nil)

// Open returns a Broker that is not connected yet. An error tells what is wrong
// with the settings.
func Open(url string, o Options) (*Broker, error) {
	if o.Prefix == "" {
		return nil, errors.New("the prefix of the broker's keys is empty")
	}
	s, err := parseURL(url, o.TLS)
	if err != nil {
		return nil, err
	}
	b := &Broker{
		server: s,
		stream: stream{key: o.Prefix + ":events", length: int64(cmp.Or(o.Length, DefaultLength)), size: int64(cmp.Or(o.Size, DefaultSize))},
		log:    cmp.Or(o.Logger, slog.Default()),
	}
	return b, nil
}

// Send implements bus.Broker. A connection that is new finds out first whether
// Redis still has what it confirmed before.
func (b *Broker) Send(ctx context.Context, frame []byte) error {
	if b.out == nil {
		if err := b.connect(ctx); err != nil {
			return err
		}
	}
	defer b.out.until(ctx)()
	id, err := b.out.XAdd(ctx, &redis.XAddArgs{
		Stream: b.stream.key, MaxLen: b.stream.bound(b.sizes.load()), Approx: true, Values: []any{field, frame},
	}).Result()
	if err != nil {
		err = b.out.explain(ctx, err)
		b.hangUp()
		return err
	}
	b.sent = entry{id: id, sum: sum(frame)}
	return nil
}

// connect makes Send's connection.
func (b *Broker) connect(ctx context.Context) error {
	l, err := b.server.connect(ctx, b.stream.probe)
	if err != nil {
		return err
	}
	b.out = l
	if b.sent == (entry{}) {
		return nil
	}
	defer l.until(ctx)()
	switch f, _, err := b.stream.look(ctx, l, b.sent); {
	case err != nil:
		err = l.explain(ctx, err)
		b.hangUp()
		return err
	case f == forgotten:
		b.sent = entry{}
		return bus.ErrForgotten
	default:
		return nil
	}
}

func (b *Broker) hangUp() {
	b.out.close()
	b.out = nil
}

// Close implements bus.Broker. The stream stays: it is the other processes' too.
func (b *Broker) Close(context.Context) error {
	if b.out != nil {
		b.hangUp()
	}
	return nil
}
