//go:build !unix

package wsconn

import (
	"net"
	"runtime"
	"syscall"
)

// An attempt does nothing: every connection is written to by a goroutine that
// waits for it.
type attempt struct{}

func newAttempt() *attempt { return &attempt{} }

func socket(net.Conn) syscall.RawConn { return nil }

func (a *attempt) write(_ syscall.RawConn, data []byte) (left []byte, err error) { return data, nil }

func yield() { runtime.Gosched() }
