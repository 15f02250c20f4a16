package wsconn

import "net"

// NewConn returns a connection whose handshake is over.
func NewConn(conn net.Conn, l Limits) *Conn {
	c := &Conn{net: conn, limit: l.Message}
	c.queue.SetLimit(l.Queue)
	return c
}
