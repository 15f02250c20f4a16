package socketio_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func TestHostileFrames(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	for _, tt := range []struct {
		name  string
		frame string
		code  int
	}{
		{"reserved bits", "\xf1\x81\x00\x00\x00\x00x", 1002},
		{"an unknown opcode", "\x83\x81\x00\x00\x00\x00x", 1002},
		{"no mask", "\x81\x0142", 1002},
		{"a 63-bit length", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 1009},
		{"a 64-bit length", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 1009},
		{"fragments without end", strings.Repeat("\x01\x80\x00\x00\x00\x00", 2), 1002},
		{"a continuation of nothing", "\x80\x80\x00\x00\x00\x00", 1002},
		{"a long ping", "\x89\xfe\x00\x7e\x00\x00\x00\x00", 1002},
		{"a fragmented ping", "\x09\x80\x00\x00\x00\x00", 1002},
		{"invalid UTF-8", "\x81\x82\x00\x00\x00\x004\xff", 1007},
		{"a surrogate in UTF-8", "\x81\x84\x00\x00\x00\x004\xed\xa0\x80", 1007},
		{"a close code that is none", "\x88\x82\x00\x00\x00\x00\x00\x01", 1002},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := s.connect(t)
			if err := c.ws.WriteRaw([]byte(tt.frame)); err != nil {
				t.Fatal(err)
			}
			c.ends(tt.code)
		})
	}
	t.Run("a long message in many fragments", func(t *testing.T) {
		t.Parallel()
		c := start(t, socketio.Options{MaxPayload: 1000}).connect(t)
		fragments := "\x01\xfe\x01\xf4\x00\x00\x00\x00" + strings.Repeat("4", 500) +
			strings.Repeat("\x00\xfe\x01\xf4\x00\x00\x00\x00"+strings.Repeat("x", 500), 10)
		if err := c.ws.WriteRaw([]byte(fragments)); err != nil {
			t.Fatal(err)
		}
		c.ends(1009)
	})
	t.Run("many brackets", func(t *testing.T) {
		t.Parallel()
		c := s.connect(t)
		c.send("42" + strings.Repeat("[", 100_000))
		c.ends(noStatus)
		c = s.connect(t)
		c.send(`42["find",` + strings.Repeat(`{"a":`, 100_000))
		c.answers(`421["nope"]`, notFound("Invalid service path"))
	})
}

func TestCutHandshakes(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	addr, _, _ := strings.Cut(strings.TrimPrefix(s.url, "http://"), "/")
	for _, sid := range []string{"", "&sid=" + s.poll(t).SID} {
		for range 50 {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(conn, "GET /socket.io/?EIO=4&transport=websocket%s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"+
				"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", sid)
			conn.(*net.TCPConn).SetLinger(0) // so that Close resets
			conn.Close()
		}
	}
	waitFor(t, "the websockets to end", func() bool { return s.Stats().Sessions == 1 })
}

func TestCallsRunAtOnceUpToTheBound(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{MaxCalls: 3, PingInterval: 50 * time.Millisecond, PingTimeout: 400 * time.Millisecond})
	c := s.connect(t)
	for i := range 5 {
		c.send(fmt.Sprintf(`42%d["wait","blocking"]`, i))
	}
	for range 3 {
		<-s.app.Waiting
	}
	c.want("2")
	time.Sleep(time.Second) // the session outlives the pong that it does not read
	if n := len(s.app.Waiting); n != 0 {
		t.Errorf("%d calls run beyond the bound of 3", n)
	}
	s.app.Release()
	answered := map[string]bool{}
	for len(answered) < 5 {
		packet := c.next()
		if packet == "2" {
			c.send("3")
			continue
		}
		id, _, _ := strings.Cut(packet, "[")
		answered[id] = true
	}
}

func TestCallsOvertakeEachOther(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	c := s.connect(t)
	c.send(`421["wait","blocking"]`, `422["nope"]`)
	<-s.app.Waiting
	if got := c.next(); !strings.HasPrefix(got, "432[") {
		t.Errorf("got %s, want the answer to the call behind the one that waits", got)
	}
	s.app.Release()
	if got := c.next(); !strings.HasPrefix(got, `431[null,{`) {
		t.Errorf("got %s, want the answer to the call that waited", got)
	}
}

func TestCallOutlivesItsConnection(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	left := make(chan struct{})
	s.app.OnDisconnect(func(*runtime.Connection) { close(left) })
	c := s.connect(t)
	c.send(`421["wait","blocking"]`)
	<-s.app.Waiting
	c.ws.Close()
	<-left
	s.app.Release() // Close, at the end of the test, finds the call done
}

func TestSlowClientIsDropped(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{MaxQueue: 64 << 10})
	left := make(chan struct{}, 3)
	s.app.OnDisconnect(func(*runtime.Connection) { left <- struct{}{} })
	s.connect(t)        // reads nothing any more
	s.connectPolling(t) // neither
	fast := s.connect(t)
	text := strings.Repeat("x", 10_000)
	for len(left) < 2 {
		fast.send(`42["shout","messages",{"text":"` + text + `"}]`)
		fast.next()
	}
	if got := s.Stats(); got.Slow != 2 {
		t.Errorf("Stats() = %+v, want 2 slow clients", got)
	}
	fast.answers(`421["nope"]`, notFound("Invalid service path"))
}

func TestAnswersWaitForASlowClient(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{MaxQueue: 64 << 10})
	polling, socket := s.connectPolling(t), s.connect(t)
	call := `["shout","messages",{"text":"` + strings.Repeat("x", 30_000) + `"}]`
	for i := range 20 { // without an event, which would not wait
		socket.send(fmt.Sprintf(`42%d%s`, i, strings.Replace(call, "shout", "nope", 1)))
		polling.send(fmt.Sprintf(`42%d["find","%s"]`, i, strings.Repeat("x", 30_000)))
	}
	for range 20 {
		socket.next()
		polling.next()
	}
	if got := s.Stats(); got.Slow != 0 {
		t.Errorf("Stats() = %+v, want no slow client", got)
	}
}

func TestCloseAnswersCallsInFlight(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	idle, busy := s.connect(t), s.connect(t)
	busy.send(`421["wait","blocking"]`)
	<-s.app.Waiting
	closed := make(chan error, 1)
	go func() { closed <- s.Close(t.Context()) }()
	idle.ends(noStatus)
	busy.send(`422["find","messages"]`)
	busy.want(`432[{"name":"Unavailable","message":"the server is stopping","code":503,"className":"unavailable"}]`)
	s.app.Release()
	busy.want(`431[null,{"id":0,"text":"released","seq":null}]`)
	busy.ends(noStatus)
	if err := <-closed; err != nil {
		t.Errorf("Close() = %v", err)
	}
	if status, body, _ := s.do(t, "GET", s.url+"&transport=polling", ""); status != http.StatusServiceUnavailable {
		t.Errorf("handshake after Close answered %d %s, want 503", status, body)
	}
}

func TestCloseAnswersCallsInFlightOverPolling(t *testing.T) {
	t.Parallel()
	answer := `431[null,{"id":0,"text":"released","seq":null}]`
	for _, tt := range []struct {
		name    string
		polling bool
	}{{"while a poll waits", true}, {"between two polls", false}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, socketio.Options{})
			p := s.connectPolling(t)
			p.send(`421["wait","blocking"]`)
			<-s.app.Waiting
			closed, polled := make(chan error, 1), make(chan string, 1)
			poll := func() {
				_, body, _ := s.do(t, "GET", p.url, "")
				polled <- body
			}
			if tt.polling {
				go poll()
			}
			go func() { closed <- s.Close(t.Context()) }()
			s.app.Release()
			if !tt.polling {
				poll()
			}
			got := <-polled
			if got == answer { // it came before the session was told to leave
				return
			}
			if want := answer + "\x1e1"; got != want {
				t.Errorf("poll answered %q, want %q", got, want)
			}
			if err := <-closed; err != nil {
				t.Errorf("Close() = %v", err)
			}
			p.gone()
		})
	}
}

func TestCloseCancelsCallsWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	c := s.connect(t)
	c.send(`421["wait","blocking"]`)
	<-s.app.Waiting
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(ctx); err != context.Canceled {
		t.Errorf("Close() = %v, want %v", err, context.Canceled)
	}
	waitFor(t, "the call to end", func() bool { return s.Close(t.Context()) == nil })
}

func TestPanicsOfConnectAndDisconnectEndOneSession(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	connected := 0
	s.app.OnConnect(func(*runtime.Connection) {
		if connected++; connected == 2 {
			panic("a mistake")
		}
	})
	survivor := s.connect(t)
	c := s.open(t)
	c.send("40")
	c.next()
	c.ends(noStatus)
	survivor.answers(`421["nope"]`, notFound("Invalid service path"))
}

func TestManyClientsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	const clients, calls = 20, 20
	connected := make([]*socket, clients)
	for i := range connected {
		connected[i] = s.connect(t)
	}
	var group sync.WaitGroup
	for n, c := range connected {
		group.Go(func() {
			for i := range calls {
				if err := c.ws.Write(fmt.Appendf(nil, `42%d["create","messages",{"text":"%d"}]`, i, n), false); err != nil {
					t.Errorf("client %d: %v", n, err)
					return
				}
			}
		})
		group.Go(func() {
			events, acks := 0, 0
			for events < clients*calls || acks < calls {
				data, _, err := c.ws.Read()
				if err != nil {
					t.Errorf("client %d: %v after %d events and %d acknowledgements", n, err, events, acks)
					return
				}
				if strings.HasPrefix(string(data), "42[") {
					events++
				} else {
					acks++
				}
			}
		})
	}
	group.Wait()
}
