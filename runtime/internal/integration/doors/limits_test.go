// Package doors_test stands outside the app's doors: it calls too often, and
// comes from pages of other origins.
package doors_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/authapp"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

const timeout = 30 * time.Second

// few is a rate that one test uses up, and no time that passes gives back.
var few = ratelimit.Rate{N: 3, Per: 10 * time.Hour}

func tooMany(what string) string {
	return `{"name":"TooManyRequests","message":"Too many ` + what + `, try again later","code":429,"className":"too-many-requests"`
}

// get sends a request, with a body if there is one, and returns the answer.
func get(t *testing.T, url, body string, h http.Header) (*http.Response, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = h
	r.Close = true
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

var jsonBody = http.Header{"Content-Type": {"application/json"}}

func TestCallsBeyondTheRateAreRefused(t *testing.T) {
	t.Parallel()
	app := authapp.New(t, authapp.Options{Calls: few})
	for i := range 5 {
		resp, body := get(t, app.URL()+"/notes", "", http.Header{})
		want := `{"name":"NotAuthenticated"`
		if i >= few.N {
			want = tooMany("calls")
		}
		if !strings.HasPrefix(body, want) || i >= few.N && (resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "12000") {
			t.Errorf("call %d over REST: %d %v %s, want %s", i+1, resp.StatusCode, resp.Header["Retry-After"], body, want)
		}
	}
	if resp, _ := get(t, app.URL()+"/nothing", "", http.Header{}); resp.StatusCode != http.StatusNotFound {
		t.Errorf("what is no service is limited too: %s", resp.Status)
	}
	for _, c := range []*socket{socketio(t, app), sparks(t, app), socketio(t, app)} { // each by itself
		for i := range 5 {
			want := `[{"name":"NotAuthenticated"`
			if i >= few.N {
				want = "[" + tooMany("calls")
			}
			if got := c.call(`"find","notes",{}`); !strings.HasPrefix(got, want) {
				t.Errorf("call %d over %s: %s, want %s", i+1, c.name, got, want)
			}
		}
	}
}

func TestLoginsBeyondTheRateAreRefused(t *testing.T) {
	t.Parallel()
	app := authapp.New(t, authapp.Options{Logins: few})
	const wrong = `{"strategy":"local","email":"ann@example.com","password":"wrong"}`
	right := `{"strategy":"local","email":"ann@example.com","password":"` + authapp.Password + `"}`
	first, second := socketio(t, app), sparks(t, app)
	for i, body := range []string{wrong, wrong, right} {
		resp, text := get(t, app.URL()+"/authentication", body, jsonBody)
		if want := []int{401, 401, 201}[i]; resp.StatusCode != want {
			t.Errorf("login %d: %d %s, want %d", i+1, resp.StatusCode, text, want)
		}
	}
	// The address counts, whatever the transport and however right the password.
	if resp, text := get(t, app.URL()+"/authentication", right, jsonBody); resp.StatusCode != 429 || !strings.HasPrefix(text, tooMany("logins")) {
		t.Errorf("login 4: %d %s", resp.StatusCode, text)
	}
	for _, c := range []*socket{first, second} {
		if got := c.call(`"create","authentication",` + right); !strings.HasPrefix(got, "["+tooMany("logins")) {
			t.Errorf("login over %s: %s", c.name, got)
		}
	}
	text, _, err := app.Tokens.Issue("1")
	if err != nil {
		t.Fatal(err)
	}
	if got := first.call(`"create","authentication",{"strategy":"jwt","accessToken":"` + text + `"}`); !strings.HasPrefix(got, `[null,{"accessToken":`) {
		t.Errorf("login with a token: %s", got)
	}
}

func TestConnectsBeyondTheRateAreRefused(t *testing.T) {
	t.Parallel()
	app := authapp.New(t, authapp.Options{Connects: few})
	for range few.N {
		socketio(t, app)
	}
	resp, body := get(t, app.URL()+"/socket.io/?EIO=4&transport=polling", "", http.Header{})
	if resp.StatusCode != 429 || body != `{"code":4,"message":"Too many requests"}` || resp.Header.Get("Retry-After") == "" {
		t.Errorf("polling handshake: %d %v %s", resp.StatusCode, resp.Header, body)
	}
	for _, path := range []string{"/socket.io/?EIO=4&transport=websocket", "/primus"} {
		if _, err := wsconn.Dial(t.Context(), ws(app)+path, nil); err == nil || !strings.Contains(err.Error(), "429") {
			t.Errorf("websocket of %s: %v, want 429", path, err)
		}
	}
	if resp, body := get(t, app.URL()+"/notes", "", http.Header{}); resp.StatusCode != 401 {
		t.Errorf("calls are refused too: %d %s", resp.StatusCode, body)
	}
}

func ws(app *authapp.App) string { return "ws" + strings.TrimPrefix(app.URL(), "http") }

// A socket is a client over a raw websocket, of Socket.IO or of Primus.
type socket struct {
	t            *testing.T
	name         string
	ws           *wsconn.Client
	event, reply string // formats of a call and its answer, with a number
	acks         int
}

func dial(t *testing.T, app *authapp.App, path string) *wsconn.Client {
	t.Helper()
	c, err := wsconn.Dial(t.Context(), ws(app)+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(timeout))
	return c
}

func socketio(t *testing.T, app *authapp.App) *socket {
	t.Helper()
	s := &socket{t: t, name: "Socket.IO", ws: dial(t, app, "/socket.io/?EIO=4&transport=websocket"), event: "42%d[%s]", reply: "43%d"}
	s.read(`0{"sid"`)
	s.write("40")
	s.read(`40{"sid"`)
	return s
}

func sparks(t *testing.T, app *authapp.App) *socket {
	t.Helper()
	return &socket{t: t, name: "Primus", ws: dial(t, app, "/primus"), event: `{"type":0,"id":%d,"data":[%s]}`, reply: `{"id":%d,"type":1,"data":`}
}

// call makes a call, and returns what it is answered: [error] or [null,result].
func (s *socket) call(args string) string {
	s.t.Helper()
	s.acks++
	s.write(fmt.Sprintf(s.event, s.acks, args))
	return s.read(fmt.Sprintf(s.reply, s.acks))
}

// read returns what the next message has behind what it begins with.
func (s *socket) read(prefix string) string {
	s.t.Helper()
	data, _, err := s.ws.Read()
	if err != nil {
		s.t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(string(data), prefix)
	if !ok {
		s.t.Fatalf("%s sends %s, want %s…", s.name, data, prefix)
	}
	return rest
}

func (s *socket) write(text string) {
	s.t.Helper()
	if err := s.ws.Write([]byte(text), false); err != nil {
		s.t.Fatal(err)
	}
}
