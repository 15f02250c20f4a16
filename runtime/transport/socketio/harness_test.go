package socketio_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// A server is a Server with the test app behind real HTTP.
type server struct {
	*socketio.Server
	app  *transporttest.App
	http *http.Client
	url  string // with the path and EIO=4
}

func start(t *testing.T, o socketio.Options) *server {
	t.Helper()
	return serve(t, transporttest.New(t), o)
}

// serve is start for an app with more services.
func serve(t *testing.T, app *transporttest.App, o socketio.Options) *server {
	t.Helper()
	s := &server{Server: socketio.New(app.App, o), app: app}
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", s)
	web := httptest.NewServer(mux)
	s.http, s.url = web.Client(), web.URL+"/socket.io/?EIO=4"
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("Close() = %v", err)
		}
		web.Close()
	})
	return s
}

// do sends a request and returns the answer's status, body and header.
func (s *server) do(t *testing.T, method, url, body string, header ...string) (int, string, http.Header) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.http.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: read the answer: %v", method, url, err)
	}
	return resp.StatusCode, string(answer), resp.Header
}

// A handshake is what the server says first.
type handshake struct {
	SID          string
	Upgrades     []string
	PingInterval int
	PingTimeout  int
	MaxPayload   int
}

func parseHandshake(t *testing.T, packet string) (h handshake) {
	t.Helper()
	text, ok := strings.CutPrefix(packet, "0")
	if !ok || json.Unmarshal([]byte(text), &h) != nil {
		t.Fatalf("handshake packet = %q, want 0{…}", packet)
	}
	return h
}

// A socket is a client over a websocket.
type socket struct {
	t  *testing.T
	ws *wsconn.Client
	handshake
}

// dial opens a websocket and reads nothing.
func (s *server) dial(t *testing.T, query string) *socket {
	t.Helper()
	url := "ws" + strings.TrimPrefix(s.url, "http") + "&transport=websocket" + query
	ws, err := wsconn.Dial(t.Context(), url, nil)
	if err != nil {
		t.Fatalf("dial %s: %v", url, err)
	}
	ws.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() { ws.Close() })
	return &socket{t: t, ws: ws}
}

// open opens a session over a websocket.
func (s *server) open(t *testing.T) *socket {
	t.Helper()
	c := s.dial(t, "")
	c.handshake = parseHandshake(t, c.next())
	return c
}

// connect opens a session and connects it to the main namespace.
func (s *server) connect(t *testing.T) *socket {
	t.Helper()
	c := s.open(t)
	c.send("40")
	if got := c.next(); !strings.HasPrefix(got, `40{"sid":"`) {
		t.Fatalf("answer to 40 = %q, want 40{\"sid\":…}", got)
	}
	return c
}

func (c *socket) send(packets ...string) {
	c.t.Helper()
	for _, p := range packets {
		if err := c.ws.Write([]byte(p), false); err != nil {
			c.t.Fatalf("send %.80q: %v", p, err)
		}
	}
}

func (c *socket) sendBinary(data string) {
	c.t.Helper()
	if err := c.ws.Write([]byte(data), true); err != nil {
		c.t.Fatalf("send binary: %v", err)
	}
}

// next returns the next packet.
func (c *socket) next() string {
	c.t.Helper()
	data, _, err := c.ws.Read()
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	return string(data)
}

// want reads one packet for each of those given, which must come in order.
func (c *socket) want(packets ...string) {
	c.t.Helper()
	for _, want := range packets {
		if got := c.next(); got != want {
			c.t.Fatalf("got  %.500s\nwant %.500s", got, want)
		}
	}
}

// answers checks what a call is answered, events left out.
func (c *socket) answers(call, want string) {
	c.t.Helper()
	c.send(call)
	for {
		got := c.next()
		if strings.HasPrefix(got, "42[") {
			continue
		}
		if got != want {
			c.t.Fatalf("%.200s\nanswered %.500s\nwant     %.500s", call, got, want)
		}
		return
	}
}

// ends checks that the server closes the connection, and with which code.
func (c *socket) ends(code int) {
	c.t.Helper()
	for {
		data, _, err := c.ws.Read()
		if err == nil && strings.HasPrefix(string(data), "42[") {
			continue
		}
		if err == nil {
			c.t.Fatalf("got %.200q, want the connection closed", data)
		}
		if got := wsconn.CloseCode(err); got != code {
			c.t.Fatalf("closed with code %d (%v), want %d", got, err, code)
		}
		return
	}
}

// noStatus is what a client sees of a close frame without a code.
const noStatus = 1005

// A poller is a client over polling.
type poller struct {
	t      *testing.T
	server *server
	handshake
	url     string
	pending []string // packets that came, but were not asked for
}

// poll opens a session over polling.
func (s *server) poll(t *testing.T) *poller {
	t.Helper()
	status, body, _ := s.do(t, "GET", s.url+"&transport=polling", "")
	if status != 200 {
		t.Fatalf("handshake answered %d %s", status, body)
	}
	p := &poller{t: t, server: s, handshake: parseHandshake(t, body)}
	p.url = s.url + "&transport=polling&sid=" + p.SID
	return p
}

// connectPolling opens a session and connects it to the main namespace.
func (s *server) connectPolling(t *testing.T) *poller {
	t.Helper()
	p := s.poll(t)
	p.send("40")
	if got := p.next(); !strings.HasPrefix(got, `40{"sid":"`) {
		t.Fatalf("answer to 40 = %q, want 40{\"sid\":…}", got)
	}
	return p
}

func (p *poller) send(packets ...string) {
	p.t.Helper()
	status, body, _ := p.server.do(p.t, "POST", p.url, strings.Join(packets, "\x1e"))
	if status != 200 || body != "ok" {
		p.t.Fatalf("POST %.80q answered %d %q, want 200 ok", packets, status, body)
	}
}

func (p *poller) next() string {
	p.t.Helper()
	if len(p.pending) == 0 {
		status, body, _ := p.server.do(p.t, "GET", p.url, "")
		if status != 200 {
			p.t.Fatalf("poll answered %d %s", status, body)
		}
		p.pending = strings.Split(body, "\x1e")
	}
	packet := p.pending[0]
	p.pending = p.pending[1:]
	return packet
}

func (p *poller) want(packets ...string) {
	p.t.Helper()
	for _, want := range packets {
		if got := p.next(); got != want {
			p.t.Fatalf("got  %.500s\nwant %.500s", got, want)
		}
	}
}

// gone checks that the session is no more.
func (p *poller) gone() {
	p.t.Helper()
	status, body, _ := p.server.do(p.t, "GET", p.url, "")
	if want := `{"code":1,"message":"Session ID unknown"}`; status != 400 || body != want {
		p.t.Fatalf("poll answered %d %s, want 400 %s", status, body, want)
	}
}
