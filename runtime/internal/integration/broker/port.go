package broker

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// freePort returns a port that nobody listens on. It is none of those that the
// system gives to outgoing connections: a client that dials such a port of its
// own machine again and again, while its server is dead, may meet itself.
func freePort(t testing.TB) string {
	t.Helper()
	const first, end = 12000, 32000
	for range 1000 {
		port := strconv.Itoa(first + rand.IntN(end-first))
		l, err := net.Listen("tcp", local(port))
		if err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

func local(port string) string { return net.JoinHostPort("127.0.0.1", port) }
