package broker_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

func TestRedisKeepsItsDataWhenItIsKilled(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	ask(t, dial(t, r.Addr()), "SET k v\r\n", "+OK\r\n")
	for range 2 {
		restart(t, r)
		ask(t, dial(t, r.Addr()), "GET k\r\n", "$1\r\nv\r\n")
	}
}

func TestRedisTakesOptions(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t, "--appendonly", "no")
	ask(t, dial(t, r.Addr()), "SET k v\r\n", "+OK\r\n")
	restart(t, r)
	ask(t, dial(t, r.Addr()), "GET k\r\n", "$-1\r\n")
}

func TestRabbitMQStartsAgain(t *testing.T) {
	t.Parallel()
	n := node.RabbitMQ(t)
	// A method frame of channel 0 comes first.
	const hello, answer = "AMQP\x00\x00\x09\x01", "\x01\x00\x00"
	ask(t, dial(t, n.Addr()), hello, answer)
	restart(t, n)
	ask(t, dial(t, n.Addr()), hello, answer)
}

// restart kills a server while a client is connected, and starts it again.
func restart(t *testing.T, s interface {
	Addr() string
	Kill()
	Start(testing.TB)
}) {
	t.Helper()
	client := dial(t, s.Addr())
	s.Kill()
	if _, err := client.Read(make([]byte, 1)); err == nil {
		t.Error("a connection outlives its server")
	}
	if c, err := net.Dial("tcp", s.Addr()); err == nil {
		_ = c.Close()
		t.Error("a killed server accepts a connection")
	}
	began := time.Now()
	s.Start(t)
	t.Logf("serves again after %v", time.Since(began))
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return c
}

// ask sends something and checks how the answer begins.
func ask(t *testing.T, c net.Conn, question, want string) {
	t.Helper()
	if _, err := c.Write([]byte(question)); err != nil {
		t.Fatal(err)
	}
	hear(t, c, want)
}

func hear(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("heard %q, %v; want %q", got[:n], err, want)
	}
}
