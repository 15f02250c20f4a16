//go:build linux || darwin

package handoff

import (
	"io"
	"net"
)

// conn is a client's connection whose first bytes were read elsewhere.
type conn struct {
	*net.TCPConn
	head []byte // of the reader alone
}

func (c *conn) Read(p []byte) (int, error) {
	if len(c.head) == 0 {
		return c.TCPConn.Read(p)
	}
	n := copy(p, c.head)
	if c.head = c.head[n:]; len(c.head) == 0 {
		c.head = nil // websockets live long
	}
	return n, nil
}

// WriteTo hides the one of TCPConn, which knows no head.
func (c *conn) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{c})
}
