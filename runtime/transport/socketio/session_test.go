package socketio_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func pollingHandshake(t *testing.T) {
	s := start(t, socketio.Options{})
	status, body, header := s.do(t, "GET", s.url+"&transport=polling", "")
	h := parseHandshake(t, body)
	if status != 200 || len(h.SID) != 20 || !slices.Equal(h.Upgrades, []string{"websocket"}) ||
		h.PingInterval != 25000 || h.PingTimeout != 20000 || h.MaxPayload != 1000000 {
		t.Errorf("handshake answered %d %s", status, body)
	}
	if got := header.Get("Content-Type"); got != "text/plain; charset=UTF-8" {
		t.Errorf("Content-Type = %q", got)
	}
	if got := header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control = %q", got)
	}
	if s.poll(t).SID == h.SID {
		t.Error("two sessions have one id")
	}
}

func websocketHandshake(t *testing.T) {
	c := start(t, socketio.Options{}).open(t)
	if len(c.SID) != 20 || c.Upgrades == nil || len(c.Upgrades) > 0 {
		t.Errorf("handshake = %+v, want an id and empty upgrades", c.handshake)
	}
}

func unknownSession(t *testing.T) {
	s := start(t, socketio.Options{})
	want := `{"code":1,"message":"Session ID unknown"}`
	for _, method := range []string{"GET", "POST"} {
		status, body, header := s.do(t, method, s.url+"&transport=polling&sid=nope", "")
		if status != 400 || body != want || header.Get("Content-Type") != "application/json" {
			t.Errorf("%s with an unknown sid answered %d %s %s", method, status, header.Get("Content-Type"), body)
		}
	}
	s.refusesUpgrade(t, "&transport=websocket&sid=nope", "Session ID unknown")
}

// refusesUpgrade checks the plain text that a websocket is refused with.
func (s *server) refusesUpgrade(t *testing.T, query, want string) {
	t.Helper()
	status, body, header := s.do(t, "GET", s.url+query, "", "Connection", "Upgrade", "Upgrade", "websocket",
		"Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	if status != 400 || body != want || header.Get("Content-Type") != "text/html" {
		t.Errorf("upgrade with %s answered %d %s %q, want 400 text/html %q", query, status, header.Get("Content-Type"), body, want)
	}
}

func refusedRequests(t *testing.T) {
	s := start(t, socketio.Options{})
	base := strings.TrimSuffix(s.url, "EIO=4")
	sid := "&sid=" + s.poll(t).SID
	for _, tt := range []struct {
		name, method, query string
		status              int
		body                string
	}{
		{"no transport", "GET", "EIO=4", 400, `{"code":0,"message":"Transport unknown"}`},
		{"an unknown transport", "GET", "EIO=4&transport=pigeon", 400, `{"code":0,"message":"Transport unknown"}`},
		{"a handshake by POST", "POST", "EIO=4&transport=polling", 400, `{"code":2,"message":"Bad handshake method"}`},
		{"a websocket without an upgrade", "GET", "EIO=4&transport=websocket", 400, `{"code":3,"message":"Bad request"}`},
		{"a session with another transport", "GET", "EIO=4&transport=websocket" + sid, 400, `{"code":3,"message":"Bad request"}`},
		{"a session with another version", "GET", "EIO=3&transport=polling" + sid, 400, `{"code":3,"message":"Bad request"}`},
		{"version 3", "GET", "EIO=3&transport=polling", 400, `{"code":5,"message":"Unsupported protocol version"}`},
		{"no version", "GET", "transport=polling", 400, `{"code":5,"message":"Unsupported protocol version"}`},
		{"a query that is none", "GET", "EIO=4&transport=polling&%zz", 400, `{"code":0,"message":"Transport unknown"}`},
		{"DELETE on a session", "DELETE", "EIO=4&transport=polling" + sid, 500, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, body, _ := s.do(t, tt.method, base+tt.query, "")
			if status != tt.status || body != tt.body {
				t.Errorf("%s ?%s answered %d %s, want %d %s", tt.method, tt.query, status, body, tt.status, tt.body)
			}
		})
	}
	s.refusesUpgrade(t, "&transport=polling", "Bad request")
}

func pollingPayload(t *testing.T) {
	s := start(t, socketio.Options{})
	p := s.connectPolling(t)
	status, body, header := s.do(t, "POST", p.url, `421["get","messages",7]`+"\x1e"+`422["get","messages",8]`)
	if status != 200 || body != "ok" || header.Get("Content-Type") != "text/html" {
		t.Errorf("POST answered %d %s %q", status, header.Get("Content-Type"), body)
	}
	answers := []string{p.next(), p.next()}
	slices.Sort(answers)
	want := []string{
		`431[{"name":"NotFound","message":"No record found for id '7'","code":404,"className":"not-found"}]`,
		`432[{"name":"NotFound","message":"No record found for id '8'","code":404,"className":"not-found"}]`,
	}
	if !slices.Equal(answers, want) {
		t.Errorf("answers = %q\nwant %q", answers, want)
	}
}

func upgrade(t *testing.T) {
	s := start(t, socketio.Options{})
	p := s.connectPolling(t)
	c := s.dial(t, "&sid="+p.SID)
	polled := make(chan string, 1)
	go func() {
		_, body, _ := s.do(t, "GET", p.url, "")
		polled <- body
	}()
	c.send("2probe")
	c.want("3probe")
	if got := <-polled; got != "6" {
		t.Errorf("pending GET answered %q, want 6", got)
	}
	p.send(`421["get","messages",7]`) // its answer waits for the websocket
	c.send("5")
	c.want(`431[{"name":"NotFound","message":"No record found for id '7'","code":404,"className":"not-found"}]`)
	for _, method := range []string{"GET", "POST"} {
		status, body, _ := s.do(t, method, p.url, "")
		if want := `{"code":3,"message":"Bad request"}`; status != 400 || body != want {
			t.Errorf("%s after the upgrade answered %d %s, want 400 %s", method, status, body, want)
		}
	}
	c.answers(`422["shout","messages",{"text":"a"}]`, `432[null,{"id":0,"text":"a!","seq":null}]`)
	second := s.dial(t, "&sid="+p.SID)
	second.ends(noStatus)
	c.answers(`423["shout","messages",{"text":"b"}]`, `433[null,{"id":0,"text":"b!","seq":null}]`)
}

func TestFailedUpgradeLeavesTheSessionPolling(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		fail func(*socket)
	}{
		{"another packet than a probe", func(c *socket) { c.send("4hello"); c.ends(noStatus) }},
		{"an upgrade without a probe", func(c *socket) { c.send("5"); c.ends(noStatus) }},
		{"a binary probe", func(c *socket) { c.sendBinary("2probe"); c.ends(noStatus) }},
		{"a reset after the probe", func(c *socket) { c.send("2probe"); c.want("3probe"); c.ws.Close() }},
		{"no upgrade in time", func(c *socket) { c.send("2probe"); c.want("3probe"); c.ends(noStatus) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, socketio.Options{UpgradeTimeout: 500 * time.Millisecond})
			p := s.connectPolling(t)
			tt.fail(s.dial(t, "&sid="+p.SID))
			p.send(`421["get","messages",7]`)
			got := p.next()
			for got == "6" {
				got = p.next()
			}
			if !strings.HasPrefix(got, "431[") {
				t.Errorf("got %q after a failed upgrade, want the answer", got)
			}
		})
	}
}

func heartbeat(t *testing.T) {
	s := start(t, socketio.Options{PingInterval: 50 * time.Millisecond, PingTimeout: 500 * time.Millisecond})
	t.Run("a pong keeps the session over a websocket", func(t *testing.T) {
		c := s.open(t)
		for range 3 {
			c.want("2")
			c.send("3")
		}
		c.want("2")
		c.ends(noStatus)
	})
	t.Run("a pong keeps the session over polling", func(t *testing.T) {
		p := s.poll(t)
		for range 3 {
			p.want("2")
			p.send("3")
		}
		p.want("2", "1")
		p.gone()
	})
	t.Run("other packets are a sign of life", func(t *testing.T) {
		c := s.connect(t)
		c.want("2")
		c.answers(`421["get","messages",7]`, `431[{"name":"NotFound","message":"No record found for id '7'","code":404,"className":"not-found"}]`)
		sent := time.Now()
		c.ends(noStatus)
		if got := time.Since(sent); got < 450*time.Millisecond {
			t.Errorf("closed %v after the last packet, want the timeout once more", got)
		}
	})
	t.Run("an unsolicited pong is ignored", func(t *testing.T) {
		c := s.open(t)
		c.send("3", "3", "3")
		c.want("2")
	})
}

func clientPing(t *testing.T) {
	s := start(t, socketio.Options{})
	c := s.open(t)
	c.send("2")
	c.ends(noStatus)
	p := s.poll(t)
	p.send("2")
	p.gone()
}

func tooLarge(t *testing.T) {
	s := start(t, socketio.Options{MaxPayload: 1000})
	c := s.connect(t)
	c.send("4" + strings.Repeat("x", 1000))
	c.ends(1009)
	p := s.connectPolling(t)
	status, body, _ := s.do(t, "POST", p.url, strings.Repeat("x", 1001))
	if status != 413 || body != "" {
		t.Errorf("POST above the limit answered %d %q, want 413", status, body)
	}
}

func TestBodyOfUnknownLengthIsBounded(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{MaxPayload: 1000})
	p := s.connectPolling(t)
	body := struct{ *strings.Reader }{strings.NewReader(strings.Repeat("x", 1001))} // hides the length
	resp, err := s.http.Post(p.url, "text/plain", body)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 413 {
		t.Errorf("POST answered %d, want 413", resp.StatusCode)
	}
}

func TestOverlapsEndTheSession(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	p := s.poll(t)
	first := make(chan string, 2)
	for range 2 {
		go func() {
			_, body, _ := s.do(t, "GET", p.url, "")
			first <- body
		}()
	}
	answers := []string{<-first, <-first}
	slices.Sort(answers)
	if want := []string{"", "1"}; !slices.Equal(answers, want) {
		t.Errorf("two polls at once answered %q, want %q", answers, want)
	}
	p.gone()
}

func TestBinaryBodyEndsTheSession(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	p := s.poll(t)
	status, body, _ := s.do(t, "POST", p.url, "x", "Content-Type", "application/octet-stream")
	if status != 400 || body != "" {
		t.Errorf("binary POST answered %d %q, want 400", status, body)
	}
	p.gone()
}

func TestClosePacket(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	p := s.poll(t)
	p.send("1")
	p.gone()
	c := s.connect(t)
	c.send("1") // ignored over a websocket
	c.answers(`421["nope"]`, `431[{"name":"NotFound","message":"Invalid service path","code":404,"className":"not-found"}]`)
}

func TestLostPollEndsTheSession(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	left := make(chan struct{})
	p := s.poll(t)
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", p.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(left)
		if resp, err := s.http.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	time.AfterFunc(20*time.Millisecond, cancel)
	<-left
	waitFor(t, "the session to end", func() bool { return s.Stats().Sessions == 0 })
}

// waitFor waits until a condition holds that nothing signals.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	friends, err := origin.Parse("https://friend.example")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, socketio.Options{Origin: friends})
	poll := s.url + "&transport=polling"
	for _, tt := range []struct{ from, want string }{
		{"https://friend.example", "https://friend.example"},
		{"https://stranger.example", ""},
	} {
		status, _, header := s.do(t, "GET", poll, "", "Origin", tt.from)
		if got := header.Get("Access-Control-Allow-Origin"); status != 200 || got != tt.want || header.Get("Vary") != "Origin" {
			t.Errorf("Origin %s answered %d, allowed %q, Vary %q", tt.from, status, got, header.Get("Vary"))
		}
		status, _, header = s.do(t, "OPTIONS", poll, "", "Origin", tt.from, "Access-Control-Request-Headers", "x-a")
		if got := header.Get("Access-Control-Allow-Origin"); status != 204 || got != tt.want {
			t.Errorf("preflight of %s answered %d, allowed %q", tt.from, status, got)
		}
	}
	url := "ws" + strings.TrimPrefix(s.url, "http") + "&transport=websocket"
	own, _, _ := strings.Cut(s.url, "/socket.io/")
	for from, ok := range map[string]bool{"https://friend.example": true, "https://stranger.example": false, own: true} {
		ws, err := wsconn.Dial(t.Context(), url, http.Header{"Origin": {from}})
		if (err == nil) != ok {
			t.Errorf("websocket from %s: %v", from, err)
		}
		if err == nil {
			ws.Close()
		}
	}
}

func TestNothingBelowThePath(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	url, _, _ := strings.Cut(s.url, "?")
	if status, _, _ := s.do(t, "GET", url+"socket.io.js", ""); status != 404 {
		t.Errorf("GET socket.io.js answered %d, want 404", status)
	}
}

func TestLongAnswerIsCompressed(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	p := s.connectPolling(t)
	p.send(`421["shout","messages",{"text":"` + strings.Repeat("x", 5000) + `"}]`)
	// The transport of the Go client asks for gzip, takes it and hides it.
	if got := p.next() + p.next(); !strings.Contains(got, strings.Repeat("x", 5000)+"!") {
		t.Errorf("answer = %.80q", got)
	}
}

func TestTransportsOption(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{Transports: []string{socketio.WebSocket}})
	if status, body, _ := s.do(t, "GET", s.url+"&transport=polling", ""); status != 400 || !strings.Contains(body, "Transport unknown") {
		t.Errorf("polling answered %d %s", status, body)
	}
	s.connect(t)
	s = start(t, socketio.Options{Transports: []string{socketio.Polling}})
	if p := s.connectPolling(t); len(p.Upgrades) != 0 {
		t.Errorf("upgrades = %q, want none", p.Upgrades)
	}
	s.refusesUpgrade(t, "&transport=websocket", "Transport unknown")
}
