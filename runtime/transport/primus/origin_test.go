package primus_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
)

func friend(origin string) bool { return origin == "https://friend.example" }

func TestCORS(t *testing.T) {
	t.Parallel()
	open, closed := start(t, primus.Options{}), start(t, primus.Options{AllowOrigin: friend})
	for _, tt := range []struct {
		name    string
		server  *server
		origin  string
		allowed string
	}{
		{"any origin", open, "https://stranger.example", "https://stranger.example"},
		{"an allowed origin", closed, "https://friend.example", "https://friend.example"},
		{"an origin that is not allowed", closed, "https://stranger.example", ""},
		{"no origin", open, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var header []string
			if tt.origin != "" {
				header = []string{"Origin", tt.origin}
			}
			status, _, got := tt.server.do(t, "GET", "/primus/spec", header...)
			if status != 200 || got.Get("Access-Control-Allow-Origin") != tt.allowed || got.Get("Vary") != "Origin" {
				t.Errorf("spec answered %d %v, want %q allowed", status, got, tt.allowed)
			}
			if credentials := got.Get("Access-Control-Allow-Credentials"); (credentials == "true") != (tt.allowed != "") {
				t.Errorf("Access-Control-Allow-Credentials = %q", credentials)
			}
		})
	}
	t.Run("preflight", func(t *testing.T) {
		t.Parallel()
		status, body, header := open.do(t, "OPTIONS", "/primus/spec", "Origin", "https://a.example",
			"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-a,x-b")
		if status != 200 || body != "" || header.Get("Access-Control-Max-Age") != "2592000" ||
			header.Get("Access-Control-Allow-Methods") != "GET, HEAD, PUT, POST, DELETE, OPTIONS" ||
			header.Get("Access-Control-Allow-Headers") != "x-a,x-b" {
			t.Errorf("preflight answered %d %q %v", status, body, header)
		}
	})
}

func TestCheckOrigin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		options primus.Options
		origin  string
		opens   bool
	}{
		{"any origin without the check", primus.Options{AllowOrigin: friend}, "https://stranger.example", true},
		{"a stranger with it", primus.Options{AllowOrigin: friend, CheckOrigin: true}, "https://stranger.example", false},
		{"a stranger when none is allowed", primus.Options{CheckOrigin: true}, "https://stranger.example", false},
		{"an origin that is no URL", primus.Options{CheckOrigin: true}, "%", false},
		{"a sandboxed page", primus.Options{CheckOrigin: true}, "null", false},
		{"a friend with it", primus.Options{AllowOrigin: friend, CheckOrigin: true}, "https://friend.example", true},
		{"the server's own origin", primus.Options{CheckOrigin: true}, "own", true},
		{"no browser", primus.Options{CheckOrigin: true}, "", true},
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
