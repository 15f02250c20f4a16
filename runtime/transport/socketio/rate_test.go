package socketio_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/address"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

var two = ratelimit.Rate{N: 2, Per: time.Hour}

// get is a call that is answered missing, or tooMany.
const get = `421["get","messages",99]`

var (
	missing = notFound("No record found for id '99'")
	tooMany = failure("TooManyRequests", "Too many calls, try again later", 429, "too-many-requests")
)

func TestCallsOfOneConnectionAreLimited(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{Calls: two})
	for range 2 { // connections
		c := s.connect(t)
		c.answers(get, missing)
		c.answers(get, missing)
		c.answers(get, tooMany)
		c.answers(`421["nope","nowhere"]`, tooMany)
	}
}

func TestWhoConnectsAgainKeepsTheLimit(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{Calls: two})
	c := s.connect(t)
	c.answers(get, missing)
	c.send("41", "40")
	if got := c.next(); !strings.HasPrefix(got, `40{"sid":"`) {
		t.Fatalf("the second connect answered %q", got)
	}
	c.answers(get, tooMany) // the connect was the second
	c.send("41", "40")
	c.want(`44{"message":"Too many calls, try again later"}`)
}

func TestConnectsOfOneAddressAreLimited(t *testing.T) {
	t.Parallel()
	trust, err := address.Parse("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, socketio.Options{Connects: ratelimit.New(two), Trust: trust})
	url := "ws" + strings.TrimPrefix(s.url, "http") + "&transport=websocket"
	for n := range 4 {
		ws, err := wsconn.Dial(t.Context(), url, http.Header{"X-Forwarded-For": {fmt.Sprint("192.0.2.", n/3)}})
		if refused := n == 2; (err != nil) != refused {
			t.Fatalf("connect %d: %v", n, err)
		}
		if err == nil {
			defer ws.Close()
		}
	}
	status, body, header := s.do(t, "GET", s.url+"&transport=polling", "", "X-Forwarded-For", "192.0.2.0")
	if status != 429 || body != `{"code":4,"message":"Too many requests"}` || header.Get("Retry-After") != "1800" {
		t.Errorf("polling answered %d %s %v", status, body, header)
	}
}

func TestConnectionTellsTheAddress(t *testing.T) {
	t.Parallel()
	s := start(t, socketio.Options{})
	got := make(chan string, 1)
	s.app.OnConnect(func(c *runtime.Connection) { got <- c.Address })
	s.connect(t)
	if a := <-got; a != "127.0.0.1" {
		t.Errorf("the connection is from %q", a)
	}
}
