package primus_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
)

func TestOpenWebsocketIsInItsChannels(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	arrived, release := make(chan struct{}, 2), make(chan struct{}, 2)
	s.app.OnConnect(func(*runtime.Connection) {
		arrived <- struct{}{}
		<-release
	})
	release <- struct{}{}
	sender := s.connect(t)
	<-arrived
	opened := make(chan *client, 1)
	go func() {
		c, err := s.dial(t, "/primus")
		if err != nil {
			t.Errorf("dial: %v", err)
		}
		opened <- c
	}()
	<-arrived
	sender.send(`{"type":0,"data":["create","messages",{"text":"early"}],"id":1}`)
	early := `{"type":0,"data":["messages created",{"id":1,"text":"early","seq":null}]}`
	sender.want(early, `{"id":1,"type":1,"data":[null,{"id":1,"text":"early","seq":null}]}`)
	select {
	case <-opened:
		t.Fatal("the websocket is open before the client is in the app")
	default:
	}
	release <- struct{}{}
	c := <-opened
	c.want(early) // which the client, in its channels already, gets behind the handshake
	c.silent()
}

func TestConnectionTellsTheHandshake(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{Origin: origin.Any()})
	got := make(chan *runtime.Connection, 1)
	s.app.OnConnect(func(c *runtime.Connection) { got <- c })
	if _, err := s.dial(t, "/primus", "X-Custom", "a", "Origin", "https://a.example"); err != nil {
		t.Fatal(err)
	}
	c := <-got
	if c.Provider != "primus" || c.Headers.Get("X-Custom") != "a" || c.Headers.Get("Origin") != "https://a.example" || c.Address != "127.0.0.1" {
		t.Errorf("connection of %s from %s with headers %v", c.Provider, c.Address, c.Headers)
	}
	if c.Headers.Get("Upgrade") != "" || c.Headers.Get("Sec-Websocket-Key") != "" {
		t.Errorf("headers %v tell of the websocket", c.Headers)
	}
}

func TestPanicOfConnectEndsOneConnection(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	connected := 0
	s.app.OnConnect(func(*runtime.Connection) {
		if connected++; connected == 2 {
			panic("a mistake")
		}
	})
	survivor := s.connect(t)
	s.connect(t).ends(1011)
	survivor.call(`["nope"]`, notFound("Invalid service path"))
}

func TestDisconnectLeavesChannels(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		leave func(*client)
	}{
		{"a close frame", func(c *client) { c.ws.SayGoodbye(1000); c.ends(1000) }},
		{"a cut connection", func(c *client) { c.ws.Close() }},
		{"a broken websocket", func(c *client) { c.ws.WriteRaw([]byte("\xff\xff\xff\xff")) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, primus.Options{})
			left := make(chan []string, 1)
			s.app.OnDisconnect(func(c *runtime.Connection) { left <- c.Channels() })
			tt.leave(s.connect(t))
			if channels := <-left; len(channels) > 0 {
				t.Errorf("still in %q after the disconnect", channels)
			}
			waitFor(t, "the connection to be forgotten", func() bool { return s.Stats().Connections == 0 })
		})
	}
}

func TestHostileFrames(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{MaxMessage: 10 << 20})
	for _, tt := range []struct {
		name  string
		frame string
		code  int
	}{
		{"reserved bits", "\xf1\x81\x00\x00\x00\x00x", 1002},
		{"no mask", "\x81\x0142", 1002},
		{"a 63-bit length", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 1009},
		{"a 64-bit length", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 1009},
		{"one byte above the limit", "\x81\xff\x00\x00\x00\x00\x00\xa0\x00\x01\x00\x00\x00\x00", 1009},
		{"invalid UTF-8", "\x81\x82\x00\x00\x00\x00\"\xff", 1007},
		{"a surrogate in UTF-8", "\x81\x84\x00\x00\x00\x00\"\xed\xa0\x80", 1007},
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
	for name, message := range map[string]string{
		"brackets":        strings.Repeat("[", 1_000_000),
		"braces":          strings.Repeat(`{"data":`, 100_000),
		"open arrays":     `{"type":0,"data":["find",` + strings.Repeat("[", 1_000_000),
		"members":         `{` + strings.Repeat(`"data":1,"data":[],"id":[],`, 100_000),
		"closed brackets": `{"type":0,"data":[` + strings.Repeat("]", 1_000_000),
		"quotes":          `{"type":0,"data":[` + strings.Repeat(`"`, 1_000_001),
		"colons":          `{"type":0,"data":["` + strings.Repeat(":", 1_000_000) + `"]}`,
		"a long pong":     `"primus::pong::` + strings.Repeat("1", 1_000_000) + `"`,
		"a long id":       `{"type":0,"data":["find","limited"],"id":` + strings.Repeat("1", 1_000_000) + `}`,
		"control names":   `{"type":0,"data":["__proto__::constructor","\u0000"]}`,
	} {
		t.Run("many "+name, func(t *testing.T) {
			t.Parallel()
			c := s.connect(t)
			c.send(message)
			c.silent()
		})
	}
}

func TestCutHandshakes(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	for range 50 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, "GET /primus HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"+
			"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
		conn.(*net.TCPConn).SetLinger(0) // so that Close resets
		conn.Close()
	}
	waitFor(t, "the websockets to end", func() bool { return s.Stats().Connections == 0 })
	for _, header := range [][]string{
		{"Upgrade", "websocket"},
		{"Upgrade", "websocket", "Connection", "upgrade", "Sec-WebSocket-Version", "8", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
		{"Upgrade", "websocket", "Connection", "upgrade", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "short"},
	} {
		if status, body, _ := s.do(t, "GET", "/primus", header...); status != 400 {
			t.Errorf("handshake with %q answered %d %q, want 400", header, status, body)
		}
	}
}

func TestCallsRunAtOnceUpToTheBound(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{MaxCalls: 3})
	c := s.connect(t)
	for i := range 5 {
		c.send(fmt.Sprintf(`{"type":0,"data":["wait","blocking"],"id":%d}`, i+1))
	}
	for range 3 {
		<-s.app.Waiting
	}
	waitFor(t, "the fourth call", func() bool { return s.Busy() == 1 })
	if n := len(s.app.Waiting); n != 0 {
		t.Errorf("%d calls run beyond the bound of 3", n)
	}
	s.app.Release()
	var got []string
	for range 5 {
		id, _, _ := strings.Cut(c.next(), ",")
		got = append(got, id)
	}
	slices.Sort(got)
	if want := []string{`{"id":1`, `{"id":2`, `{"id":3`, `{"id":4`, `{"id":5`}; !slices.Equal(got, want) {
		t.Errorf("answers %q, want %q", got, want)
	}
}

func TestCallOutlivesItsConnection(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	left := make(chan struct{})
	s.app.OnDisconnect(func(*runtime.Connection) { close(left) })
	c := s.connect(t)
	c.send(`{"type":0,"data":["wait","blocking"],"id":1}`)
	<-s.app.Waiting
	c.ws.Close()
	<-left
	s.app.Release() // Close, at the end of the test, finds the call done
}

func TestSlowClientIsDropped(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{MaxQueue: 64 << 10})
	left := make(chan struct{}, 2)
	s.app.OnDisconnect(func(*runtime.Connection) { left <- struct{}{} })
	s.connect(t) // reads nothing any more
	fast := s.connect(t)
	text := strings.Repeat("x", 10_000)
	for len(left) < 1 {
		fast.send(`{"type":0,"data":["shout","messages",{"text":"` + text + `"}]}`)
		fast.next()
	}
	if got := s.Stats(); got != (primus.Stats{Connections: got.Connections, Slow: 1}) {
		t.Errorf("Stats() = %+v, want 1 slow client", got)
	}
	fast.call(`["nope"]`, notFound("Invalid service path"))
}

func TestAnswersWaitForASlowClient(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{MaxQueue: 64 << 10})
	c := s.connect(t)
	for i := range 20 {
		c.send(fmt.Sprintf(`{"type":0,"data":["nope","messages",{"text":"%s"}],"id":%d}`, strings.Repeat("x", 30_000), i+1))
	}
	for range 20 {
		c.next()
	}
	if got := s.Stats(); got.Slow != 0 {
		t.Errorf("Stats() = %+v, want no slow client", got)
	}
}

func TestCloseAnswersCallsInFlight(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	idle, busy := s.connect(t), s.connect(t)
	busy.send(`{"type":0,"data":["wait","blocking"],"id":1}`)
	<-s.app.Waiting
	closed := make(chan error, 1)
	go func() { closed <- s.Close(t.Context()) }()
	idle.ends(noStatus)
	busy.call(`["find","messages"]`, failure("Unavailable", "the server is stopping", 503, "unavailable"))
	s.app.Release()
	busy.acknowledged("1", `[null,{"id":0,"text":"released","seq":null}]`)
	busy.ends(noStatus)
	if err := <-closed; err != nil {
		t.Errorf("Close() = %v", err)
	}
	status, body, _ := s.do(t, "GET", "/primus", "Upgrade", "websocket")
	if status != http.StatusServiceUnavailable {
		t.Errorf("handshake after Close answered %d %s, want 503", status, body)
	}
}

func TestCloseCancelsCallsWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{MaxCalls: 1})
	c := s.connect(t)
	c.send(`{"type":0,"data":["wait","blocking"],"id":1}`, `{"type":0,"data":["wait","blocking"],"id":2}`)
	<-s.app.Waiting
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(ctx); err != context.Canceled {
		t.Errorf("Close() = %v, want %v", err, context.Canceled)
	}
	waitFor(t, "the call to end", func() bool { return s.Close(t.Context()) == nil })
}

func TestCloseWaitsForHandshakes(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	arrived, release := make(chan struct{}), make(chan struct{})
	s.app.OnConnect(func(*runtime.Connection) {
		close(arrived)
		<-release
	})
	opened, closed := make(chan *client, 1), make(chan error, 1)
	go func() {
		c, err := s.dial(t, "/primus")
		if err != nil {
			t.Errorf("dial: %v", err)
		}
		opened <- c
	}()
	<-arrived
	go func() { closed <- s.Close(t.Context()) }()
	waitFor(t, "the server to stop", func() bool {
		status, _, _ := s.do(t, "GET", "/primus", "Upgrade", "websocket")
		return status == http.StatusServiceUnavailable
	})
	close(release)
	(<-opened).ends(noStatus)
	if err := <-closed; err != nil {
		t.Errorf("Close() = %v", err)
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	const clients, calls = 20, 20
	connected := make([]*client, clients)
	for i := range connected {
		connected[i] = s.connect(t)
	}
	var group sync.WaitGroup
	for n, c := range connected {
		group.Go(func() {
			for i := range calls {
				if err := c.ws.Write(fmt.Appendf(nil, `{"type":0,"data":["create","messages",{"text":"%d"}],"id":%d}`, n, i+1), false); err != nil {
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
				if strings.HasPrefix(string(data), `{"type":0,`) {
					events++
				} else {
					acks++
				}
			}
		})
	}
	group.Wait()
}
