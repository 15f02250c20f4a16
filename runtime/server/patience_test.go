package server_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/server"
)

// request sends a GET over a connection of its own.
func request(t *testing.T, s *started) net.Conn {
	t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClientThatDoesNotReadIsCutOff(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("x"), 64<<20) // more than the network's buffers take
	for name, answer := range map[string]func(w http.ResponseWriter) error{
		"one write": func(w http.ResponseWriter) error { _, err := w.Write(big); return err },
		"a copy":    func(w http.ResponseWriter) error { _, err := io.Copy(w, bytes.NewReader(big)); return err },
		"flushes": func(w http.ResponseWriter) (err error) {
			for i := 0; i < 64<<20 && err == nil; i += 1 << 10 {
				_, err = w.Write(big[:1<<10])
				w.(http.Flusher).Flush()
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := make(chan error, 1)
			s := start(t, server.Options{WriteTimeout: 100 * time.Millisecond, Handler: http.HandlerFunc(
				func(w http.ResponseWriter, _ *http.Request) { failed <- answer(w) })})
			request(t, s)
			if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("the write = %v, want the deadline to be exceeded", err)
			}
		})
	}
}

func TestSlowReaderGetsAllOfIt(t *testing.T) {
	t.Parallel()
	const size = 32 << 20
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	// It takes longer than the timeout as a whole, but no piece of it does.
	const timeout = time.Second
	s := start(t, server.Options{WriteTimeout: timeout, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })})
	r, err := http.ReadResponse(bufio.NewReader(request(t, s)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	pause := time.NewTicker(timeout / 50)
	defer pause.Stop()
	read := 0
	for buf := make([]byte, size/128); ; read += len(buf) {
		if _, err := io.ReadFull(r.Body, buf); err != nil {
			break
		}
		<-pause.C
	}
	if read != size {
		t.Errorf("read %d bytes, want %d", read, size)
	}
}

func TestEventStreamOutlivesTheTimeout(t *testing.T) {
	t.Parallel()
	const timeout = 50 * time.Millisecond
	s := start(t, server.Options{WriteTimeout: timeout, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			for range 3 {
				_, _ = io.WriteString(w, "data: x\n\n")
				w.(http.Flusher).Flush()
				select {
				case <-time.After(2 * timeout):
				case <-r.Context().Done():
				}
			}
		})})
	r, err := http.Get(s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if got, err := io.ReadAll(r.Body); err != nil || string(got) != strings.Repeat("data: x\n\n", 3) {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestSlowHandlersAndKeptConnectionsAreAnswered(t *testing.T) {
	t.Parallel()
	const timeout = 50 * time.Millisecond
	s := start(t, server.Options{WriteTimeout: timeout, Handler: http.HandlerFunc(
		func(_ http.ResponseWriter, r *http.Request) {
			select { // and write nothing
			case <-time.After(2 * timeout):
			case <-r.Context().Done():
			}
		})})
	for range 3 {
		r, err := http.Get(s.url)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
}

func TestHijackedConnectionsHaveNoDeadline(t *testing.T) {
	t.Parallel()
	const timeout = 50 * time.Millisecond
	took := make(chan net.Conn, 1)
	s := start(t, server.Options{WriteTimeout: timeout, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
			}
			took <- conn
		})})
	client := request(t, s)
	conn := <-took
	defer conn.Close()
	<-time.After(2 * timeout)
	if _, err := io.WriteString(conn, "hello"); err != nil {
		t.Errorf("a write after the timeout = %v", err)
	}
	if _, err := io.ReadFull(client, make([]byte, 5)); err != nil {
		t.Error(err)
	}
}

func BenchmarkPatience(b *testing.B) {
	for name, wrap := range map[string]func(http.Handler) http.Handler{
		"without": func(h http.Handler) http.Handler { return h },
		"with":    func(h http.Handler) http.Handler { return server.Patient(h, 30*time.Second) },
	} {
		b.Run(name, func(b *testing.B) {
			web := &http.Server{Handler: wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }))}
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			go func() { _ = web.Serve(ln) }()
			defer web.Close()
			c, err := net.Dial("tcp", ln.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			b.ReportAllocs()
			buf := make([]byte, 1024)
			for b.Loop() {
				if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
					b.Fatal(err)
				}
				if _, err := c.Read(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
