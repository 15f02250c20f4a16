//go:build linux || darwin

package handoff_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/handoff"
)

// socket returns a path that is short enough for a socket.
func socket(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "handoff")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// pair starts a server that gives its connections away, and one that takes
// them. It returns the address of the first.
func pair(t *testing.T, taker http.HandlerFunc) string {
	t.Helper()
	path := socket(t)
	ln, err := handoff.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	second := &http.Server{Handler: taker, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- second.Serve(ln) }()
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !handoff.Give(path, w, r) {
			t.Error("Give = false")
		}
	}))
	t.Cleanup(func() {
		first.Close()
		_ = second.Close()
		<-served
	})
	return first.Listener.Addr().String()
}

func dial(t *testing.T, addr string) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, bufio.NewReader(c)
}

func TestTakerSeesTheRequestAsItCame(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]string{
		"a poll":             "GET /socket.io/?EIO=4&sid=a%20b HTTP/1.1\r\nHost: app.example:1\r\nA: 1\r\nA: 2\r\n\r\n",
		"a body":             "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
		"chunks":             "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"an absolute target": "GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
		"an old client":      "GET /x HTTP/1.0\r\nConnection: close\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := make(chan string, 1)
			addr := pair(t, func(w http.ResponseWriter, r *http.Request) {
				dump, err := httputil.DumpRequest(r, true)
				seen <- fmt.Sprintf("%s %s %v", r.RemoteAddr, dump, err)
			})
			c, answer := dial(t, addr)
			if _, err := io.WriteString(c, request); err != nil {
				t.Fatal(err)
			}
			r, err := http.ReadResponse(answer, nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = r.Body.Close()
			parsed, err := http.ReadRequest(bufio.NewReader(strings.NewReader(request)))
			if err != nil {
				t.Fatal(err)
			}
			dump, err := httputil.DumpRequest(parsed, true)
			if want := fmt.Sprintf("%s %s %v", c.LocalAddr(), dump, err); <-seen != want {
				t.Errorf("the taker did not see %q", want)
			}
		})
	}
}

func TestConnectionStaysWithTheTaker(t *testing.T) {
	t.Parallel()
	addr := pair(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) })
	c, answers := dial(t, addr)
	// The second request comes before the first was handed over.
	if _, err := io.WriteString(c, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 3; i++ {
		r, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r.Body)
		if want := fmt.Sprintf("/%d", i); string(b) != want {
			t.Errorf("answer %q, want %q", b, want)
		}
		if i == 2 {
			_, _ = io.WriteString(c, "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
		}
	}
}

func TestUpgradedConnectionTalksBothWays(t *testing.T) {
	t.Parallel()
	addr := pair(t, func(w http.ResponseWriter, r *http.Request) {
		c, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_, _ = io.Copy(c, buffered)
	})
	c, answer := dial(t, addr)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	if r, err := http.ReadResponse(answer, nil); err != nil || r.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade = %v, %v", r, err)
	}
	text := strings.Repeat("0123456789", 100_000)
	go func() {
		_, _ = io.WriteString(c, text)
		_ = c.(*net.TCPConn).CloseWrite()
	}()
	if echo, err := io.ReadAll(answer); err != nil || string(echo) != text {
		t.Errorf("echo of %d bytes: %d bytes, %v", len(text), len(echo), err)
	}
}

func TestGiveToNobodyLeavesTheRequest(t *testing.T) {
	t.Parallel()
	gone := socket(t)
	ln, err := handoff.Listen(gone)
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ln.Accept(); err != net.ErrClosed {
		t.Errorf("Accept after Close = %v, want ErrClosed", err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if handoff.Give(gone, w, r) {
			t.Error("Give to a closed listener = true")
			return
		}
		_, _ = io.Copy(w, r.Body)
	}))
	defer server.Close()
	r, err := server.Client().Post(server.URL, "", strings.NewReader("still mine"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if b, err := io.ReadAll(r.Body); err != nil || string(b) != "still mine" {
		t.Errorf("answer %q, %v", b, err)
	}
}

func TestCloseWaitsForWhatItSaidToTake(t *testing.T) {
	t.Parallel()
	path := socket(t)
	ln, err := handoff.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	given := make(chan bool)
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given <- handoff.Give(path, w, r)
	}))
	defer first.Close()
	c, _ := dial(t, first.Listener.Addr().String())
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	if !<-given {
		t.Fatal("Give = false")
	}
	closed := make(chan error, 1)
	go func() { closed <- ln.Close() }()
	taken, err := ln.Accept()
	if err != nil {
		t.Fatalf("Accept of what was given before Close: %v", err)
	}
	_ = taken.Close()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestListenerSurvivesNonsense(t *testing.T) {
	t.Parallel()
	path := socket(t)
	ln, err := handoff.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, nonsense := range []string{"", "x", "GET / HTTP/1.1\r\n\r\n", "\xff\xff\xff\xff"} {
		c, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, nonsense)
		_ = c.(*net.UnixConn).CloseWrite()
		_, _ = io.Copy(io.Discard, c) // until it is closed there
		_ = c.Close()
	}
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
}
