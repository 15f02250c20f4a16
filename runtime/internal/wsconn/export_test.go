package wsconn

import "net"

// NewConn returns a connection whose handshake is over.
func NewConn(conn net.Conn, l Limits) *Conn { return newConn(conn, l) }
