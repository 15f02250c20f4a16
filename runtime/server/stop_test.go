package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/server"
)

// get asks over a connection of its own and returns the answer's text.
func get(url string) (string, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	return string(b), err
}

func say(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

func TestNewConnectionsAreServedWhileSessionsLeave(t *testing.T) {
	t.Parallel()
	draining, asked := make(chan struct{}), make(chan struct{})
	s := start(t, server.Options{Handler: say("the rest"), Drain: []func(context.Context) error{
		func(context.Context) error { close(draining); <-asked; return nil },
	}})
	s.stop()
	<-draining
	if got, err := get(s.url); err != nil || got != "the rest" {
		t.Errorf("a poll during the stop got %q, %v", got, err)
	}
	close(asked)
	if err := <-s.done; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

func TestReplacedServerLeavesNewConnectionsToOthers(t *testing.T) {
	t.Parallel()
	public, private := listen(t), listen(t)
	draining, asked := make(chan struct{}), make(chan struct{})
	var served atomic.Bool
	s := start(t, server.Options{
		Listener: public, Private: private, Handler: say("the rest"),
		Serving:  func() { served.Store(true) },
		Replaced: func() bool { return true },
		Drain:    []func(context.Context) error{func(context.Context) error { close(draining); <-asked; return nil }},
	})
	if _, err := get("http://" + public.Addr().String()); err != nil {
		t.Error(err)
	}
	s.stop()
	<-draining
	if _, err := net.Dial("tcp", public.Addr().String()); err == nil {
		t.Error("the public listener still accepts")
	}
	if got, err := get("http://" + private.Addr().String()); err != nil || got != "the rest" {
		t.Errorf("the private listener answered %q, %v", got, err)
	}
	close(asked)
	if err := <-s.done; err != nil || !served.Load() {
		t.Errorf("Run = %v, Serving called: %v", err, served.Load())
	}
	if _, err := net.Dial("tcp", private.Addr().String()); err == nil {
		t.Error("the private listener is still open")
	}
}

func TestReplacedServerAnswersOnConnectionsItHas(t *testing.T) {
	t.Parallel()
	draining := make(chan struct{})
	s := start(t, server.Options{Handler: say("x"), Replaced: func() bool { return true },
		Drain: []func(context.Context) error{func(context.Context) error { close(draining); return nil }}})
	c, err := net.Dial("tcp", s.url[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	answers := bufio.NewReader(c)
	for i, wantClose := range []bool{false, true} {
		if i == 1 {
			s.stop()
			<-draining
		}
		if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		r, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		if r.Close != wantClose {
			t.Errorf("answer %d closes: %v, want %v", i, r.Close, wantClose)
		}
	}
	if err := <-s.done; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

func TestBrokenListenerEndsRun(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	err := server.Run(t.Context(), server.Options{Listener: broken{listen(t), boom}, Handler: say("")})
	if !errors.Is(err, boom) {
		t.Errorf("Run = %v, want boom", err)
	}
}

// broken is a listener that fails.
type broken struct {
	net.Listener
	err error
}

func (b broken) Accept() (net.Conn, error) { return nil, b.err }
