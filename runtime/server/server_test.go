package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/server"
)

// started is a server that a test runs.
type started struct {
	url  string
	stop context.CancelFunc
	done chan error
}

// start runs a server and waits until it serves.
func start(t *testing.T, o server.Options) *started {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	logs, w := io.Pipe()
	o.Addr, o.Logger = "127.0.0.1:0", slog.New(slog.NewJSONHandler(w, nil))
	s := &started{stop: stop, done: make(chan error, 1)}
	go func() {
		s.done <- server.Run(ctx, o)
		_ = w.Close()
	}()
	lines := bufio.NewScanner(logs)
	for s.url == "" && lines.Scan() {
		var line struct{ URL string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		s.url = line.URL
	}
	var drained sync.WaitGroup
	drained.Go(func() { _, _ = io.Copy(io.Discard, logs) })
	t.Cleanup(func() { stop(); drained.Wait() })
	return s
}

func TestStopLetsRequestsInFlightFinish(t *testing.T) {
	t.Parallel()
	began, release := make(chan struct{}), make(chan struct{})
	s := start(t, server.Options{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(began)
			<-release
			_, _ = io.WriteString(w, "done")
		}),
		Drain: []func(context.Context) error{func(context.Context) error { close(release); return nil }},
	})
	answer := make(chan string, 1)
	go func() {
		r, err := http.Get(s.url)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		answer <- string(b)
	}()
	<-began
	s.stop()
	if got := <-answer; got != "done" {
		t.Errorf("the request in flight got %q, want done", got)
	}
	if err := <-s.done; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	if _, err := http.Get(s.url); err == nil {
		t.Error("a request after the stop was answered")
	}
}

func TestStopGivesUpAfterItsTimeout(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	s := start(t, server.Options{
		StopTimeout: 50 * time.Millisecond,
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(began)
			<-r.Context().Done()
		}),
	})
	go func() { _, _ = http.Get(s.url) }()
	<-began
	s.stop()
	if err := <-s.done; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Run = %v, want the deadline to be exceeded", err)
	}
}

func TestErrorsOfDrainAreReported(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	s := start(t, server.Options{Handler: http.NotFoundHandler(), Drain: []func(context.Context) error{
		func(context.Context) error { return boom }, func(context.Context) error { return nil },
	}})
	s.stop()
	if err := <-s.done; !errors.Is(err, boom) {
		t.Errorf("Run = %v, want boom", err)
	}
}

func TestPortInUseIsOneClearLine(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	err = server.Run(t.Context(), server.Options{Addr: ln.Addr().String(), Handler: http.NotFoundHandler()})
	if want := "listen on " + ln.Addr().String() + ": address already in use"; err == nil || err.Error() != want {
		t.Errorf("Run = %v, want %s", err, want)
	}
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	t.Parallel()
	s := start(t, server.Options{Handler: http.NotFoundHandler()})
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil || strings.Contains(string(answer), "200") {
		t.Errorf("a head that never ends was answered %q, %v; want the connection closed", answer, err)
	}
}
