package broker_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

func TestProxyHandsOnBothWays(t *testing.T) {
	t.Parallel()
	p := broker.NewProxy(t, echo(t))
	a, b := dial(t, p.Addr()), dial(t, p.Addr())
	ask(t, a, "one", "one")
	ask(t, b, "two", "two")
	ask(t, a, "three", "three")
}

func TestProxyEndsBothSides(t *testing.T) {
	t.Parallel()
	p := broker.NewProxy(t, echo(t))
	c := dial(t, p.Addr())
	ask(t, c, "one", "one")
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("Read = %v, want %v once the other side has ended", err, io.EOF)
	}
}

func TestCutBreaksAllConnections(t *testing.T) {
	t.Parallel()
	p := broker.NewProxy(t, echo(t))
	before := dial(t, p.Addr())
	ask(t, before, "one", "one")
	p.Cut()
	during := dial(t, p.Addr())
	for _, c := range []net.Conn{before, during} {
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("a connection outlives the cut")
		}
	}
	p.Heal()
	ask(t, dial(t, p.Addr()), "two", "two")
}

func TestFreezeHoldsWhatIsSentUntilAllIsWell(t *testing.T) {
	t.Parallel()
	p := broker.NewProxy(t, echo(t))
	before := dial(t, p.Addr())
	ask(t, before, "one", "one")
	p.Freeze()
	during := dial(t, p.Addr())
	for _, c := range []net.Conn{before, during} {
		if _, err := c.Write([]byte("two")); err != nil {
			t.Fatal(err)
		}
		quiet(t, c)
	}
	p.Heal()
	hear(t, before, "two")
	hear(t, during, "two")
}

func TestAFrozenNetworkCanBeCut(t *testing.T) {
	t.Parallel()
	p := broker.NewProxy(t, echo(t))
	c := dial(t, p.Addr())
	ask(t, c, "one", "one")
	p.Freeze()
	p.Cut()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("a connection outlives the cut")
	}
}

func TestADeadServerEndsTheConnection(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := broker.NewProxy(t, l.Addr().String())
	_ = l.Close()
	if _, err := dial(t, p.Addr()).Read(make([]byte, 1)); err == nil {
		t.Error("a connection to a dead server stays")
	}
}

// quiet checks that nothing comes for a moment.
func quiet(t *testing.T, c net.Conn) {
	t.Helper()
	defer c.SetReadDeadline(time.Now().Add(time.Minute))
	if err := c.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(make([]byte, 1)); n > 0 || !err.(net.Error).Timeout() {
		t.Errorf("Read = %d, %v; want nothing", n, err)
	}
}

// echo returns the address of a server that answers what it is told.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		running.Wait()
	})
	return l.Addr().String()
}
