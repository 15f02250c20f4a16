package redis

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	dialTimeout  = 2 * time.Second // TLS included
	writeTimeout = 2 * time.Second // for each piece
	writePiece   = 64 << 10
	writeBuffer  = 256 << 10       // the system's; what is in it counts as written
	silence      = 3 * time.Second // after which a server counts as gone; it is to outlast readWait
)

// A link is one connection to a server, which is not made again: what comes
// after it has to know that there was a break. So the client gets no means to
// dial, and none of its goroutines outlives a call.
type link struct {
	addr   string
	conn   *conn
	client *redis.Client
	*redis.Conn
}

// dial connects to a server as a user.
func (s *server) dial(ctx context.Context, addr string, u user) (*link, error) {
	raw, err := s.dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw}
	if t, ok := c.socket().(*net.TCPConn); ok {
		_ = t.SetWriteBuffer(writeBuffer) // a larger one is no error of ours
	}
	client := redis.NewClient(&redis.Options{
		Addr: addr, Username: u.name, Password: u.password, DB: u.db,
		// Whoever dials again gets this connection, which is closed by then.
		Dialer:   func(context.Context, string, string) (net.Conn, error) { return c, nil },
		Protocol: 2, DisableIdentity: true, PoolSize: 1, PipelinePoolSize: -1,
		MaxRetries: -1, DialerRetries: 1, ReadTimeout: -2, WriteTimeout: -2, // conn has its own
	})
	return &link{addr: addr, conn: c, client: client, Conn: client.Conn()}, nil
}

// until breaks the connection when ctx ends, so that whatever waits for the
// server returns. The function that it returns calls that off.
func (l *link) until(ctx context.Context) func() bool {
	return context.AfterFunc(ctx, l.conn.cut)
}

func (l *link) close() {
	l.conn.cut()
	_ = l.client.Close()
}

// conn fails when the server is silent for too long. A large reply may take
// longer than that, as long as some of it comes.
type conn struct {
	net.Conn
	heard bool // the reader's alone
}

// Errors that a server sends to a new connection before it closes it. The
// client takes the answer to its first command for a matter of versions.
var (
	errMaxClients = errors.New("the server has as many clients as it takes (maxclients)")
	errProtected  = errors.New("the server takes connections of its own machine only (protected mode)")
)

func (c *conn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if !c.heard && n > 0 {
		c.heard = true
		switch {
		case bytes.HasPrefix(p[:n], []byte("-ERR max number of clients")):
			return 0, errMaxClients
		case bytes.HasPrefix(p[:n], []byte("-DENIED")):
			return 0, errProtected
		}
	}
	return n, err
}

// cut closes the connection without a word to the server, which TLS would try
// for seconds.
func (c *conn) cut() { _ = c.socket().Close() }

// socket returns the connection below TLS.
func (c *conn) socket() net.Conn {
	if t, ok := c.Conn.(*tls.Conn); ok {
		return t.NetConn()
	}
	return c.Conn
}

func (c *conn) Write(p []byte) (written int, err error) {
	for err == nil && written < len(p) {
		if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
			return written, err
		}
		var n int
		n, err = c.Conn.Write(p[written:min(written+writePiece, len(p))])
		written += n
	}
	return written, err
}
