//go:build linux || darwin

package handoff

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// A Listener accepts the connections that others give.
type Listener struct {
	ln      *net.UnixListener
	conns   chan net.Conn
	pending sync.WaitGroup
	done    chan struct{} // closed when nothing comes any more
	stop    sync.Once
}

var _ net.Listener = (*Listener)(nil)

// Listen makes a socket at path, which stays there: by the time of Close it may
// be somebody else's. It starts a goroutine that ends with Close.
func Listen(path string) (*Listener, error) {
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	ln.SetUnlinkOnClose(false)
	l := &Listener{ln: ln, conns: make(chan net.Conn), done: make(chan struct{})}
	l.pending.Go(l.serve)
	return l, nil
}

// Accept returns the next connection. Its first bytes are those of a request.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Addr returns the address of the socket.
func (l *Listener) Addr() net.Addr { return l.ln.Addr() }

// Close takes no more connections but for those that it said to take, which
// it waits for: Accept should be called until it fails.
func (l *Listener) Close() error {
	err := l.ln.Close()
	giveUp := time.AfterFunc(2*wait, l.end)
	defer giveUp.Stop()
	l.pending.Wait()
	l.end()
	return err
}

func (l *Listener) end() { l.stop.Do(func() { close(l.done) }) }

func (l *Listener) serve() {
	for {
		from, err := l.ln.AcceptUnix()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // too many open files, say
			time.Sleep(10 * time.Millisecond)
			continue
		}
		l.pending.Go(func() {
			defer from.Close()
			if c, err := take(from); err == nil {
				l.deliver(c)
			}
		})
	}
}

func (l *Listener) deliver(c net.Conn) {
	select {
	case l.conns <- c:
	case <-l.done:
		_ = c.Close()
	}
}

// take receives one connection.
func take(from *net.UnixConn) (net.Conn, error) {
	_ = from.SetDeadline(time.Now().Add(wait))
	if _, err := from.Write([]byte{taking}); err != nil {
		return nil, err
	}
	var length [4]byte
	rights := make([]byte, syscall.CmsgSpace(4))
	n, rn, _, _, err := from.ReadMsgUnix(length[:], rights)
	if err != nil {
		return nil, err
	}
	tcp, err := received(rights[:rn])
	if err != nil {
		return nil, err
	}
	c := &conn{TCPConn: tcp}
	if _, err = io.ReadFull(from, length[n:]); err == nil {
		c.head, err = readHead(from, binary.BigEndian.Uint32(length[:]))
	}
	if err != nil {
		_ = tcp.Close()
		return nil, err
	}
	return c, nil
}

var errHandoff = errors.New("malformed hand-over")

func readHead(from io.Reader, n uint32) ([]byte, error) {
	if n > maxHead {
		return nil, errHandoff
	}
	head := make([]byte, n)
	_, err := io.ReadFull(from, head)
	return head, err
}

// received makes a connection of the descriptor that came with a message.
func received(rights []byte) (*net.TCPConn, error) {
	msgs, err := syscall.ParseSocketControlMessage(rights)
	if err != nil || len(msgs) != 1 {
		return nil, errHandoff
	}
	fds, err := syscall.ParseUnixRights(&msgs[0])
	if err != nil || len(fds) == 0 {
		return nil, errHandoff
	}
	f := os.NewFile(uintptr(fds[0]), "client")
	defer f.Close() // FileConn makes a descriptor of its own
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		_ = c.Close()
		return nil, errHandoff
	}
	return tcp, nil
}
