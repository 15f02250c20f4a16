package load

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// An httpConn is one keep-alive connection that looks at no more of a
// response than tells where it ends: net/http's client would cost more than
// the servers. One goroutine uses it.
type httpConn struct {
	net  net.Conn
	in   *bufio.Reader
	body []byte
}

// connLife bounds how long a connection is used, so that nothing hangs.
const connLife = 2 * time.Minute

func dialHTTP(ctx context.Context, host string) (*httpConn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	return &httpConn{net: conn, in: bufio.NewReaderSize(conn, 8<<10)}, conn.SetDeadline(time.Now().Add(connLife))
}

// request returns a request. body may be nil.
func request(method, host, path string, body []byte) []byte {
	b := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n", method, path, host)
	if body != nil {
		b = fmt.Appendf(b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	return append(append(b, "\r\n"...), body...)
}

// do sends a request and returns the answer. The body is valid until the next
// call.
func (c *httpConn) do(req []byte) (status int, body []byte, err error) {
	if _, err := c.net.Write(req); err != nil {
		return 0, nil, err
	}
	status, length, err := c.head()
	if err != nil {
		return 0, nil, err
	}
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	c.body = c.body[:length]
	_, err = io.ReadFull(c.in, c.body)
	return status, c.body, err
}

// head reads the status line and the header.
func (c *httpConn) head() (status, length int, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, 0, fmt.Errorf("bad status line %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, err
	}
	length = -1
	for {
		line, err = c.in.ReadSlice('\n')
		switch {
		case err != nil:
			return 0, 0, err
		case len(line) <= len("\r\n") && length < 0:
			return 0, 0, fmt.Errorf("an answer with status %d tells no length", status)
		case len(line) <= len("\r\n"):
			return status, length, nil
		}
		if n, ok := contentLength(line); ok {
			length = n
		}
	}
}

// contentLength reads a header line if it is the one with the length.
func contentLength(line []byte) (n int, ok bool) {
	const name = "content-length:"
	if len(line) <= len(name) || line[0]|0x20 != 'c' || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return 0, false
	}
	n, err := strconv.Atoi(string(bytes.TrimSpace(line[len(name):])))
	return n, err == nil && n >= 0
}
