//go:build linux || darwin

package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/server"
)

// app is the app that the tests run, in all of its processes. Files in its
// folder tell it how to misbehave: "broken" has workers fail to start, "hang"
// has them start without end.
func app(dir string) error {
	workers, err := strconv.Atoi(os.Getenv("APP_WORKERS"))
	if err != nil {
		return err
	}
	return cluster.Run(context.Background(), cluster.Options{
		Workers: workers, Addr: "127.0.0.1:0", Dir: filepath.Join(dir, "run"),
		Logger:       slog.New(slog.NewJSONHandler(os.Stderr, nil)),
		StopTimeout:  5 * time.Second,
		ReadyTimeout: 10 * time.Second,
		PingInterval: 50 * time.Millisecond,
		PingTimeout:  5 * time.Second,
	}, func(ctx context.Context, w *cluster.Worker) error {
		if _, err := os.Stat(filepath.Join(dir, "broken")); err == nil {
			return errors.New("the app is broken")
		}
		if _, err := os.Stat(filepath.Join(dir, "hang")); err == nil {
			slog.New(slog.NewJSONHandler(os.Stderr, nil)).Info("hanging", "url", "")
			<-ctx.Done()
			return fmt.Errorf("open something: %w", ctx.Err())
		}
		h := &handler{w: w, heard: make(chan struct{})}
		if err := w.Bus().Subscribe(h.hear, h.miss); err != nil {
			return err
		}
		return w.Serve(ctx, server.Options{Handler: h, Drain: []func(context.Context) error{h.drain}})
	})
}

// A handler answers what the tests ask a worker.
type handler struct {
	w *cluster.Worker

	mu     sync.Mutex
	log    bytes.Buffer  // what was heard
	missed uint64        // what was not
	heard  chan struct{} // closed when there is more
	block  chan struct{} // while it is not nil, hear waits
	leave  chan struct{} // lets drain end; nil when it need not wait
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if to := r.FormValue("to"); r.URL.Path == "/successor" && to[0] == h.w.ID()[0] {
		if to != h.w.ID() {
			_, _ = io.WriteString(w, h.w.ID())
		} else if !h.w.Forward(w, r, "") {
			http.Error(w, "nobody takes my place", http.StatusNotFound)
		}
		return
	}
	// As a session's id would.
	if to := r.FormValue("to"); to != "" && r.Method == http.MethodGet && to != h.w.ID() {
		if !h.w.Forward(w, r, to) {
			http.Error(w, "no such worker", http.StatusNotFound)
		}
		return
	}
	switch r.URL.Path {
	case "/id":
		fmt.Fprintf(w, "%s %s", h.w.ID(), r.RemoteAddr)
	case "/instance":
		_, _ = io.WriteString(w, h.w.Instance())
	case "/echo":
		_, _ = io.Copy(w, r.Body)
	case "/pid":
		fmt.Fprint(w, os.Getpid())
	case "/fds":
		entries, _ := os.ReadDir("/proc/self/fd")
		fmt.Fprintf(w, "%d %d", len(entries), runtime.NumGoroutine())
	case "/publish":
		h.publish(w, r)
	case "/heard":
		h.waitHeard(w, r)
	case "/block", "/unblock":
		h.setBlock(r.URL.Path == "/block")
	case "/linger", "/leave":
		h.setLeave(r.URL.Path == "/linger")
	case "/hang":
		hang()
	case "/orphan":
		// The shell ends before its child does, which has a new parent then.
		_ = exec.Command("sh", "-c", "sh -c 'read x </dev/null' &").Run()
	case "/zombies":
		_, _ = io.WriteString(w, strconv.Itoa(zombies()))
	case "/exit":
		os.Exit(7)
	default:
		_, _ = io.WriteString(w, "ok")
	}
}

// zombies waits until no process is one, and returns how many are after some
// time.
func zombies() (n int) {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		n = 0
		stats, _ := filepath.Glob("/proc/[0-9]*/stat")
		for _, path := range stats {
			b, _ := os.ReadFile(path)
			if _, state, ok := strings.Cut(string(b), ") "); ok && state[0] == 'Z' {
				n++
			}
		}
		if n == 0 {
			return 0
		}
	}
	return n
}

// publish publishes n messages of a size, each with its number. It answers
// when the supervisor has them.
func (h *handler) publish(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	size, _ := strconv.Atoi(r.FormValue("size"))
	var stored sync.WaitGroup
	for i := range n {
		msg := strconv.AppendInt(nil, int64(i), 10)
		if pad := size - len(msg); pad > 0 {
			msg = append(msg, bytes.Repeat([]byte(" "), pad)...)
		}
		stored.Add(1)
		if err := h.w.Bus().Publish(msg, stored.Done); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	stored.Wait()
	if r.FormValue("die") != "" {
		os.Exit(9)
	}
}

func (h *handler) hear(origin string, seq uint64, msg []byte) {
	h.mu.Lock()
	block := h.block
	h.mu.Unlock()
	if block != nil {
		<-block
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	fmt.Fprintf(&h.log, "%s/%d/%s\n", origin, seq, strings.TrimSpace(string(msg)))
	h.tell()
}

func (h *handler) miss(missed uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.missed += missed
	fmt.Fprintf(&h.log, "gap/%d\n", missed)
	h.tell()
}

func (h *handler) tell() {
	close(h.heard)
	h.heard = make(chan struct{})
}

// waitHeard answers with what was heard once so many messages were, those that
// were missed among them.
func (h *handler) waitHeard(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	for {
		h.mu.Lock()
		lines := bytes.Count(h.log.Bytes(), []byte("\n"))
		gaps := bytes.Count(h.log.Bytes(), []byte("gap/"))
		text, more := h.log.String(), h.heard
		enough := lines-gaps+int(h.missed) >= n
		h.mu.Unlock()
		if enough {
			_, _ = io.WriteString(w, text)
			return
		}
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
}

func (h *handler) setBlock(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if on {
		h.block = make(chan struct{})
	} else {
		close(h.block)
		h.block = nil
	}
}

func (h *handler) setLeave(linger bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if linger {
		h.leave = make(chan struct{})
	} else {
		close(h.leave)
	}
}

// drain waits, when it was told to, for the last words of a client.
func (h *handler) drain(ctx context.Context) error {
	h.mu.Lock()
	leave := h.leave
	h.mu.Unlock()
	if leave == nil {
		return nil
	}
	select {
	case <-leave:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
