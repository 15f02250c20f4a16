package primus_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// A server is a Server with the test app behind real HTTP.
type server struct {
	*primus.Server
	app  *transporttest.App
	http *http.Client
	url  string
}

// start starts a server that does not ping by itself unless it is told to.
func start(t *testing.T, o primus.Options) *server {
	t.Helper()
	if o.PingInterval == 0 {
		o.PingInterval = time.Hour
	}
	app := transporttest.New(t)
	s := &server{Server: primus.New(app.App, o), app: app}
	mux := http.NewServeMux()
	mux.Handle("/primus", s)
	mux.Handle("/primus/", s)
	web := httptest.NewServer(mux)
	s.http, s.url = web.Client(), web.URL
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
func (s *server) do(t *testing.T, method, path string, header ...string) (int, string, http.Header) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.http.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	return resp.StatusCode, string(answer), resp.Header
}

// A client is one over a websocket.
type client struct {
	t  *testing.T
	ws *wsconn.Client
}

// dial opens a websocket.
func (s *server) dial(t *testing.T, path string, header ...string) (*client, error) {
	t.Helper()
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws, err := wsconn.Dial(ctx, "ws"+strings.TrimPrefix(s.url, "http")+path, h)
	if err != nil {
		return nil, err
	}
	ws.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() { ws.Close() })
	return &client{t, ws}, nil
}

// connect opens a connection as Primus clients do.
func (s *server) connect(t *testing.T) *client {
	t.Helper()
	c, err := s.dial(t, "/primus?_primuscb=P0abc")
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	return c
}

func (c *client) send(messages ...string) {
	c.t.Helper()
	for _, m := range messages {
		if err := c.ws.Write([]byte(m), false); err != nil {
			c.t.Fatalf("send %.80q: %v", m, err)
		}
	}
}

// next returns the next message.
func (c *client) next() string {
	c.t.Helper()
	data, _, err := c.ws.Read()
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	return string(data)
}

// want reads one message for each of those given, which must come in order.
func (c *client) want(messages ...string) {
	c.t.Helper()
	for _, want := range messages {
		if got := c.next(); got != want {
			c.t.Fatalf("got  %.500s\nwant %.500s", got, want)
		}
	}
}

// call sends an event with the id 1 and checks what is acknowledged, events
// left out.
func (c *client) call(data, want string) {
	c.t.Helper()
	c.send(`{"type":0,"data":` + data + `,"id":1}`)
	c.acknowledged("1", want)
}

// acknowledged checks what comes next but for events.
func (c *client) acknowledged(id, want string) {
	c.t.Helper()
	want = `{"id":` + id + `,"type":1,"data":` + want + `}`
	for {
		got := c.next()
		if strings.HasPrefix(got, `{"type":0,`) {
			continue
		}
		if got != want {
			c.t.Fatalf("got  %.500s\nwant %.500s", got, want)
		}
		return
	}
}

// silent checks that the server has sent nothing: the answer to a question
// comes next.
func (c *client) silent() {
	c.t.Helper()
	c.send(`"primus::id::"`)
	if got := c.next(); !strings.HasPrefix(got, `"primus::id::`) {
		c.t.Fatalf("got %.500s, want nothing but the answer to primus::id::", got)
	}
}

// noStatus is what a client sees of a close frame without a code.
const noStatus = 1005

// ends checks that the server closes the connection, and with which code.
// Events may come before.
func (c *client) ends(code int) {
	c.t.Helper()
	for {
		data, _, err := c.ws.Read()
		if err == nil && strings.HasPrefix(string(data), `{"type":0,`) {
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

// waitFor waits for what shows by no message.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// failure is what is acknowledged for a call that failed.
func failure(name, message string, code int, class string) string {
	return fmt.Sprintf(`[{"name":"%s","message":"%s","code":%d,"className":"%s","errors":{}}]`, name, message, code, class)
}

func notFound(message string) string { return failure("NotFound", message, 404, "not-found") }
func badRequest(message string) string {
	return failure("BadRequest", message, 400, "bad-request")
}
func notAllowed(method, path string) string {
	return failure("MethodNotAllowed", "Method '"+method+"' not allowed on service '"+path+"'", 405, "method-not-allowed")
}
