//go:build unix

package wsconn

import (
	"net"
	"os"
	"runtime"
	"sync"
	"syscall"
)

// An attempt writes what a socket takes at once. It is used again and again
// by one goroutine.
type attempt struct {
	data []byte // what is left of it after write
	err  error
	f    func(fd uintptr) (done bool)
}

func newAttempt() *attempt {
	a := &attempt{}
	a.f = a.syscall
	return a
}

// socket returns the file behind the connection, nil if it has none: then
// what is written goes through somebody's code, like that of TLS.
func socket(conn net.Conn) syscall.RawConn {
	if s, ok := conn.(syscall.Conn); ok {
		if raw, err := s.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}

// write returns what the socket did not take of data. It does not wait.
func (a *attempt) write(raw syscall.RawConn, data []byte) (left []byte, err error) {
	a.data = data
	if err = raw.Write(a.f); err == nil {
		err = a.err
	}
	left = a.data
	a.data, a.err = nil, nil
	return left, err
}

func (a *attempt) syscall(fd uintptr) (done bool) {
	for {
		n, err := syscall.Write(int(fd), a.data)
		switch err {
		case syscall.EINTR:
		case syscall.EAGAIN:
			return true
		default:
			a.data, a.err = a.data[max(n, 0):], err
			return true
		}
	}
}

// pause is a pipe that yield waits on.
var pause struct {
	sync.Mutex
	r, w *os.File // nil until needed
	byte [1]byte
}

// yield lets all others go first that can run, and those, too, for whom there
// is something to read. The scheduler does not look at sockets as long as a
// goroutine can run, so that on a busy CPU what clients send while the pool
// writes to thousands would be read when it is through, too late to join what
// waits. For a goroutine that waits for a pipe it does look.
func yield() {
	if !pause.TryLock() {
		runtime.Gosched()
		return
	}
	defer pause.Unlock()
	if pause.w == nil {
		r, w, err := os.Pipe()
		if err != nil {
			runtime.Gosched()
			return
		}
		pause.r, pause.w = r, w
	}
	go pause.w.Write([]byte{0}) // runs when this goroutine waits
	pause.r.Read(pause.byte[:]) // a pipe of our own does not fail
}
