package wsconn_test

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

func TestClientThatDoesNotReadHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	deaf, _ := pair(t, wsconn.Limits{Message: 1000, Queue: 64 << 20})
	for range 2000 {
		if err := deaf.Send(wsconn.Text(strings.Repeat("x", 10_000))); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		conn, client := pair(t, roomy)
		for i := range 10 {
			conn.Send(wsconn.Text(fmt.Sprint(i)))
		}
		for i := range 10 {
			if data, _, err := client.Read(); err != nil || string(data) != fmt.Sprint(i) {
				t.Fatalf("message %d = %q, %v", i, data, err)
			}
		}
	}
	deaf.Abort()
}

func TestManySendersToManyClients(t *testing.T) {
	t.Parallel()
	const clients, senders, each = 150, 4, 50
	var conns []*wsconn.Conn
	var reading sync.WaitGroup
	for range clients {
		conn, client := pair(t, roomy)
		conns = append(conns, conn)
		reading.Go(func() {
			var next [senders]int // of each sender
			for range senders * each {
				data, _, err := client.Read()
				var sender, i int
				if _, scanErr := fmt.Sscan(string(data), &sender, &i); err != nil || scanErr != nil || next[sender] != i {
					t.Errorf("got %q, %v, want message %d", data, err, next[sender])
					return
				}
				next[sender]++
			}
		})
	}
	for sender := range senders {
		reading.Go(func() {
			for i := range each {
				frame := wsconn.Text(fmt.Sprint(sender, i))
				for _, conn := range conns {
					conn.Send(frame)
				}
			}
		})
	}
	reading.Wait()
}

// A connection that is no socket, as one behind TLS, can not be tried.
func TestConnectionWithoutASocket(t *testing.T) {
	t.Parallel()
	here, there := net.Pipe()
	conn := wsconn.NewConn(here, roomy)
	for i := range 100 {
		if err := conn.Send(wsconn.Text(fmt.Sprintf("%02d", i))); err != nil {
			t.Fatal(err)
		}
	}
	there.SetDeadline(time.Now().Add(patience))
	frame := make([]byte, 4)
	for i := range 100 {
		for got := 0; got < len(frame); {
			n, err := there.Read(frame[got:])
			if err != nil {
				t.Fatal(err)
			}
			got += n
		}
		if want := fmt.Sprintf("%02d", i); string(frame[2:]) != want {
			t.Fatalf("frame %q, want %q", frame[2:], want)
		}
	}
	there.Close()
	conn.Finish()
}
