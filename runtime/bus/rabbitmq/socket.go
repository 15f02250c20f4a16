package rabbitmq

import (
	"net"
	"time"
)

const (
	// heartbeat is how often, at least, either side is heard; both speak twice as
	// often. The server gives a silent client up after three times that, and only
	// then lets another connection read its queue.
	heartbeat = 2 * time.Second
	silence   = 5 * time.Second // after which a server is given up
)

// A socket gives up on a peer that falls silent, or reads no more. The client
// library sets deadlines too, which do not last while it shakes hands and do not
// hold for writes; so they count for nothing here.
type socket struct{ net.Conn }

func (s socket) Read(b []byte) (int, error) {
	_ = s.Conn.SetReadDeadline(time.Now().Add(silence)) // fails when Read does
	return s.Conn.Read(b)
}

func (s socket) Write(b []byte) (int, error) {
	_ = s.Conn.SetWriteDeadline(time.Now().Add(silence))
	return s.Conn.Write(b)
}

func (s socket) SetDeadline(time.Time) error      { return nil }
func (s socket) SetReadDeadline(time.Time) error  { return nil }
func (s socket) SetWriteDeadline(time.Time) error { return nil }
