package cluster

import (
	"io"
	"net"
	"sync/atomic"
	"syscall"
)

// counted is a listener that counts the connections it accepted for as long
// as they are open, websockets too.
type counted struct {
	net.Listener
	open *atomic.Int64
}

// client is what net/http and hand-overs make use of.
type client interface {
	net.Conn
	io.ReaderFrom
	io.WriterTo
	syscall.Conn
	CloseWrite() error
}

func (l counted) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	full, ok := c.(client)
	if !ok {
		return c, nil
	}
	l.open.Add(1)
	return &countedConn{client: full, open: l.open}, nil
}

type countedConn struct {
	client
	open   *atomic.Int64
	closed atomic.Bool
}

func (c *countedConn) Close() error {
	if !c.closed.Swap(true) {
		c.open.Add(-1)
	}
	return c.client.Close()
}
