package primus_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/address"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
)

var two = ratelimit.Rate{N: 2, Per: time.Hour}

func TestMessagesAreAsLargeAsAMillionBytes(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{})
	c := s.connect(t)
	c.send(`"` + strings.Repeat("x", 999_998) + `"`)
	c.silent()
	c.send(`"` + strings.Repeat("x", 999_999) + `"`)
	c.ends(1009)
}

func TestCallsOfOneConnectionAreLimited(t *testing.T) {
	t.Parallel()
	s := start(t, primus.Options{Calls: two})
	refused := failure("TooManyRequests", "Too many calls, try again later", 429, "too-many-requests")
	for range 2 { // connections
		c := s.connect(t)
		for range 2 {
			c.call(`["get","messages",99]`, notFound("No record found for id '99'"))
		}
		c.call(`["get","messages",99]`, refused)
		c.call(`["nope","nowhere"]`, refused)
	}
}

func TestConnectsOfOneAddressAreLimited(t *testing.T) {
	t.Parallel()
	trust, err := address.Parse("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, primus.Options{Connects: ratelimit.New(two), Trust: trust})
	connected := make(chan string, 10)
	s.app.OnConnect(func(c *runtime.Connection) { connected <- c.Address })
	for n := range 4 {
		client := fmt.Sprint("192.0.2.", n/3)
		_, err := s.dial(t, "/primus", "X-Forwarded-For", client)
		if refused := n == 2; (err != nil) != refused {
			t.Fatalf("connect %d: %v", n, err)
		}
		if err == nil {
			if got := <-connected; got != client {
				t.Errorf("the connection is from %s, want %s", got, client)
			}
		}
	}
	status, body, header := s.do(t, "GET", "/primus", "Upgrade", "websocket", "Connection", "upgrade", "X-Forwarded-For", "192.0.2.0")
	const want = `{"name":"TooManyRequests","message":"Too many connections, try again later","code":429,"className":"too-many-requests"}`
	if status != http.StatusTooManyRequests || body != want || header.Get("Retry-After") != "1800" {
		t.Errorf("answered %d %s %v", status, body, header)
	}
	if status, _, _ := s.do(t, "GET", "/primus/spec", "X-Forwarded-For", "192.0.2.0"); status != 200 {
		t.Errorf("the specification answered %d", status)
	}
}
