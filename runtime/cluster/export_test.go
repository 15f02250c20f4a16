package cluster

import "net"

// NewBus returns a Bus over a socket to a relay, and what ends it.
func NewBus(conn net.Conn) (b *Bus, leave func()) {
	b = newBus(conn)
	return b, b.close
}
