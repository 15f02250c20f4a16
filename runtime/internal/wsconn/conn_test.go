package wsconn_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

const patience = 10 * time.Second

// pair returns both ends of a connection. The server's is finished, with what
// Read returned in the end, when the test is over.
func pair(t *testing.T, l wsconn.Limits) (*wsconn.Conn, *wsconn.Client) {
	t.Helper()
	accepted := make(chan *wsconn.Conn, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := wsconn.Accept(w, r, l, func(status int, _ error) { w.WriteHeader(status) })
		if err != nil {
			t.Errorf("Accept: %v", err)
		}
		accepted <- conn
	}))
	t.Cleanup(server.Close)
	client, err := wsconn.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatalf("Dial: %v", err)
	}
	client.SetDeadline(time.Now().Add(patience))
	conn := <-accepted
	t.Cleanup(func() {
		client.Close()
		for {
			msg, _, err := conn.Read()
			if err != nil {
				break
			}
			msg.Release()
		}
		conn.Finish()
	})
	return conn, client
}

var roomy = wsconn.Limits{Message: 1 << 20, Queue: 1 << 20}

func TestMessagesComeInOrder(t *testing.T) {
	t.Parallel()
	conn, client := pair(t, roomy)
	const n = 2000
	go func() {
		for i := range n {
			frame := wsconn.Text(strconv.Itoa(i) + strings.Repeat("x", i%97*i%300))
			if i%3 == 0 {
				conn.Write(frame)
			} else {
				conn.Send(frame)
			}
		}
	}()
	for i := range n {
		data, _, err := client.Read()
		if err != nil || strings.TrimRight(string(data), "x") != strconv.Itoa(i) {
			t.Fatalf("message %d = %.20q, %v", i, data, err)
		}
	}
}

func TestReadReturnsWhatWasSent(t *testing.T) {
	t.Parallel()
	conn, client := pair(t, roomy)
	for _, size := range []int{0, 1, 125, 126, 511, 512, 513, 70000, 1 << 20} {
		for _, binary := range []bool{false, true} {
			if err := client.Write([]byte(strings.Repeat("x", size)), binary); err != nil {
				t.Fatal(err)
			}
			msg, isBinary, err := conn.Read()
			if err != nil || len(msg.Bytes()) != size || isBinary != binary {
				t.Fatalf("Read() of %d bytes = %v, %v", size, isBinary, err)
			}
			msg.Release()
		}
	}
}

func TestHeldFramesLeaveTogether(t *testing.T) {
	t.Parallel()
	conn, client := pair(t, roomy)
	conn.Hold()
	for i := range 10 {
		if err := conn.Send(wsconn.Text(strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	client.SetDeadline(time.Now().Add(20 * time.Millisecond))
	if data, _, err := client.Read(); err == nil {
		t.Fatalf("got %q while the queue is held", data)
	}
	conn.Resume()
}

func TestSlowReader(t *testing.T) {
	t.Parallel()
	conn, _ := pair(t, wsconn.Limits{Message: 1000, Queue: 100_000})
	frame := wsconn.Text(strings.Repeat("x", 10_000))
	var err error
	for i := 0; err == nil; i++ {
		if i > 10_000 {
			t.Fatal("a client that does not read is sent without end")
		}
		err = conn.Send(frame)
	}
	if !errors.Is(err, wsconn.ErrFull) {
		t.Fatalf("Send() = %v, want %v", err, wsconn.ErrFull)
	}
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			if err := conn.Write(frame); !errors.Is(err, wsconn.ErrClosed) {
				t.Errorf("Write() = %v, want %v", err, wsconn.ErrClosed)
			}
		})
	}
	conn.Abort()
	waiting.Wait()
	if err := conn.Send(frame); !errors.Is(err, wsconn.ErrClosed) {
		t.Errorf("Send() after Abort = %v, want %v", err, wsconn.ErrClosed)
	}
}

func TestCloseComesBehindWhatIsQueued(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]int{wsconn.NoStatus: 1005, wsconn.ServerFailed: 1011} {
		conn, client := pair(t, roomy)
		for range 100 {
			conn.Send(wsconn.Text("x"))
		}
		conn.Close(code, "reason")
		conn.Close(code, "again")
		if err := conn.Send(wsconn.Text("late")); !errors.Is(err, wsconn.ErrClosed) {
			t.Errorf("Send() after Close = %v, want %v", err, wsconn.ErrClosed)
		}
		for range 100 {
			if data, _, err := client.Read(); err != nil || string(data) != "x" {
				t.Fatalf("got %q, %v before the close frame", data, err)
			}
		}
		if _, _, err := client.Read(); wsconn.CloseCode(err) != want {
			t.Errorf("closed with %v, want code %d", err, want)
		}
	}
}

func TestCloseIsAnswered(t *testing.T) {
	t.Parallel()
	conn, client := pair(t, roomy)
	client.SayGoodbye(1001)
	if _, _, err := conn.Read(); err == nil || !strings.Contains(err.Error(), "1001") {
		t.Errorf("Read() = %v, want the client's code", err)
	}
	if _, _, err := client.Read(); wsconn.CloseCode(err) != 1001 {
		t.Errorf("answered with %v, want the same code", err)
	}
}

func TestPingIsAnswered(t *testing.T) {
	t.Parallel()
	conn, client := pair(t, roomy)
	// Its answer, a pong, is no message: the next one is.
	if err := client.WriteRaw([]byte("\x89\x84\x00\x00\x00\x00ping\x81\x81\x00\x00\x00\x00x")); err != nil {
		t.Fatal(err)
	}
	msg, _, err := conn.Read()
	if err != nil || string(msg.Bytes()) != "x" {
		t.Fatalf("Read() = %v, want the message behind the ping", err)
	}
	msg.Release()
	conn.Send(wsconn.Text("y"))
	if data, _, err := client.Read(); string(data) != "y" {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestReadTimeout(t *testing.T) {
	t.Parallel()
	conn, _ := pair(t, roomy)
	conn.SetReadTimeout(time.Millisecond)
	if _, _, err := conn.Read(); err == nil {
		t.Error("Read() returned without a message")
	}
}

func TestRefusedHandshake(t *testing.T) {
	t.Parallel()
	refused := make(chan int, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := wsconn.Accept(w, r, roomy, func(status int, _ error) { refused <- status; w.WriteHeader(status) })
		if err == nil {
			t.Error("Accept() accepts a plain request")
		}
	}))
	defer server.Close()
	resp, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := <-refused; got != resp.StatusCode || got != http.StatusBadRequest {
		t.Errorf("refused with %d, answered %d", got, resp.StatusCode)
	}
}

func TestGreetingIsTheFirstMessage(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		conn, err := wsconn.Greet(w, r, roomy, append(wsconn.Text("a"), wsconn.Text("b")...), func(status int, _ error) { w.WriteHeader(status) })
		if err != nil {
			t.Errorf("Greet: %v", err)
			return
		}
		conn.Send(wsconn.Text("c"))
		conn.Read() // until the client is gone
		conn.Finish()
	}))
	defer server.Close()
	client, err := wsconn.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatalf("Dial: %v", err)
	}
	client.SetDeadline(time.Now().Add(patience))
	for _, want := range []string{"a", "b", "c"} {
		if data, _, err := client.Read(); err != nil || string(data) != want {
			t.Fatalf("got %q, %v, want %q", data, err, want)
		}
	}
	client.Close()
	<-done
}
