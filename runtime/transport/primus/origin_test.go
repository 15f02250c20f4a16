package primus_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
)

func friends(t *testing.T) origin.Policy {
	t.Helper()
	p, err := origin.Parse("https://friend.example")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCORS(t *testing.T) {
	t.Parallel()
	open, closed := start(t, primus.Options{Origin: origin.Any()}), start(t, primus.Options{Origin: friends(t)})
	for _, tt := range []struct {
		name    string
		server  *server
		origin  string
		allowed string
	}{
		{"any origin", open, "https://stranger.example", "*"},
		{"no origin", open, "", "*"},
		{"an allowed origin", closed, "https://friend.example", "https://friend.example"},
		{"an origin that is not allowed", closed, "https://stranger.example", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var header []string
			if tt.origin != "" {
				header = []string{"Origin", tt.origin}
			}
			status, _, got := tt.server.do(t, "GET", "/primus/spec", header...)
			if status != 200 || got.Get("Access-Control-Allow-Origin") != tt.allowed {
				t.Errorf("spec answered %d %v, want %q allowed", status, got, tt.allowed)
			}
			if credentials := got.Get("Access-Control-Allow-Credentials"); credentials != "" {
				t.Errorf("Access-Control-Allow-Credentials = %q", credentials)
			}
		})
	}
	t.Run("preflight", func(t *testing.T) {
		t.Parallel()
		status, body, header := closed.do(t, "OPTIONS", "/primus/spec", "Origin", "https://friend.example",
			"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-a,x-b")
		if status != 204 || body != "" || header.Get("Access-Control-Allow-Headers") != "x-a,x-b" {
			t.Errorf("preflight answered %d %q %v", status, body, header)
		}
	})
}

func TestOriginOfWebsockets(t *testing.T) {
	t.Parallel()
	listed := primus.Options{Origin: friends(t)}
	for _, tt := range []struct {
		name    string
		options primus.Options
		origin  string
		opens   bool
	}{
		{"any origin", primus.Options{Origin: origin.Any()}, "https://stranger.example", true},
		{"a stranger", listed, "https://stranger.example", false},
		{"a stranger when none is allowed", primus.Options{}, "https://stranger.example", false},
		{"an origin that is no URL", primus.Options{}, "%", false},
		{"a sandboxed page", primus.Options{}, "null", false},
		{"a friend", listed, "https://friend.example", true},
		{"the server's own origin", primus.Options{}, "own", true},
		{"no browser", primus.Options{}, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, tt.options)
			var header []string
			switch tt.origin {
			case "":
			case "own":
				header = []string{"Origin", s.url}
			default:
				header = []string{"Origin", tt.origin}
			}
			if _, err := s.dial(t, "/primus", header...); (err == nil) != tt.opens {
				t.Errorf("dial with %q = %v, want success %v", header, err, tt.opens)
			}
		})
	}
}
