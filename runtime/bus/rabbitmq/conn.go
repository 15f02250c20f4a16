package rabbitmq

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	dialTimeout  = 2 * time.Second // to connect and shake hands
	setupTimeout = 5 * time.Second // to declare what is needed
	closeTimeout = time.Second     // to say good-bye
)

var (
	errNoAnswer = fmt.Errorf("no answer within %v", dialTimeout)
	errNoSetup  = fmt.Errorf("no answer within %v", setupTimeout)
)

// A conn is a connection to a server.
type conn struct {
	*amqp.Connection
	socket  net.Conn
	blocked atomic.Pointer[string] // why the server takes no messages; nil when it does
	running sync.WaitGroup
}

// dial connects, and starts a goroutine that close waits for.
func (s server) dial(ctx context.Context, name string, config *tls.Config) (*conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, dialTimeout, errNoAnswer)
	defer cancel()
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return nil, err
	}
	c := &conn{socket: socket{raw}}
	err = c.until(ctx, func() error {
		o := amqp.Config{Heartbeat: heartbeat, TLSClientConfig: config, Properties: amqp.NewConnectionProperties()}
		o.Properties.SetClientConnectionName(name)
		o.Dial = func(string, string) (net.Conn, error) { return c.socket, nil }
		c.Connection, err = amqp.DialConfig(s.url, o)
		return err
	})
	if err != nil {
		c.abort()
		return nil, fmt.Errorf("connect to %s: %w", s.addr, err)
	}
	blocked := c.NotifyBlocked(make(chan amqp.Blocking, 1))
	c.running.Go(func() { c.watch(blocked) })
	return c, nil
}

// until calls f, and when ctx ends aborts the connection, so that f returns: the
// library's calls know no context.
func (c *conn) until(ctx context.Context, f func() error) error {
	stop := context.AfterFunc(ctx, c.abort)
	defer stop()
	err := f()
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	return err
}

func (c *conn) watch(blocked <-chan amqp.Blocking) {
	for b := range blocked {
		if b.Active {
			c.blocked.Store(&b.Reason)
		} else {
			c.blocked.Store(nil)
		}
	}
}

// abort breaks the connection off.
func (c *conn) abort() { _ = c.socket.Close() }

// close takes leave of the server, if that listens.
func (c *conn) close() {
	t := time.AfterFunc(closeTimeout, c.abort)
	defer t.Stop()
	_ = c.Connection.Close() // an error means that it is closed
	c.running.Wait()
}
