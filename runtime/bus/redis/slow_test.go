package redis_test

import (
	"net"
	"sync"
	"testing"
	"time"
)

// slowly returns the address of a network to a server that takes so long for so
// many bytes, in each direction.
func slowly(t *testing.T, to string, bytes int, takes time.Duration) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	t.Cleanup(func() { _ = l.Close() })
	running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				_ = client.Close()
				continue
			}
			// Else most of it would wait in the system's buffers.
			_ = client.(*net.TCPConn).SetReadBuffer(64 << 10)
			_ = server.(*net.TCPConn).SetReadBuffer(64 << 10)
			running.Go(func() { drip(server, client, bytes, takes) })
			running.Go(func() { drip(client, server, bytes, takes) })
		}
	})
	return l.Addr().String()
}

func drip(to, from net.Conn, bytes int, takes time.Duration) {
	defer to.Close()
	defer from.Close()
	const drops = 100
	t := time.NewTicker(takes / drops)
	defer t.Stop()
	buf := make([]byte, bytes/drops)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
		<-t.C
	}
}
