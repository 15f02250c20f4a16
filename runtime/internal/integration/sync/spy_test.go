//go:build linux || darwin

package sync_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// A spy keeps all that a broker lets it see.
type spy struct {
	t *testing.T

	// mu guards the fields below.
	mu      sync.Mutex
	changed chan struct{} // closed when something was seen
	seen    map[string]*strings.Builder
}

// watch has a spy read what the processes of an app read, what Node instances
// read, and, of Redis, also all commands.
func watch(t *testing.T, b backend) *spy {
	t.Helper()
	s := &spy{t: t, changed: make(chan struct{}), seen: map[string]*strings.Builder{}}
	reader, err := openBroker(b.URL(), prefix(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.receive("frames", func(ctx context.Context, ready func(), message func([]byte)) error {
		return reader.Receive(ctx, ready, message, func() {})
	}, func(ctx context.Context) { _ = reader.Close(ctx) })
	channel := openChannel(t, b.URL())
	s.receive("messages", channel.Receive, func(context.Context) { channel.Close() })
	if redis, ok := b.(*broker.Redis); ok {
		s.receive("commands", monitor(redis), func(context.Context) {})
	}
	return s
}

// receive reads what comes by a function until the test ends.
func (s *spy) receive(what string, receive func(ctx context.Context, ready func(), message func([]byte)) error, leave func(context.Context)) {
	s.t.Helper()
	s.see(what, nil)
	ctx, cancel := context.WithCancel(s.t.Context())
	ended, ready := make(chan struct{}), make(chan struct{})
	s.t.Cleanup(func() {
		cancel()
		<-ended
		leaving, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		leave(leaving)
	})
	go func() {
		defer close(ended)
		err := receive(ctx, func() { close(ready) }, func(msg []byte) { s.see(what, msg) })
		if ctx.Err() == nil {
			s.t.Errorf("%s do not come any more: %v", what, err)
		}
	}()
	select {
	case <-ready:
	case <-ended:
	case <-time.After(patience):
		s.t.Fatalf("no %s can be read", what)
	}
}

// monitor returns a function that reads all commands that Redis gets.
func monitor(r *broker.Redis) func(context.Context, func(), func([]byte)) error {
	return func(ctx context.Context, ready func(), message func([]byte)) error {
		c, err := net.Dial("tcp", r.Addr())
		if err != nil {
			return err
		}
		defer c.Close()
		defer context.AfterFunc(ctx, func() { _ = c.Close() })()
		const ok = "+OK\r\n"
		if _, err = c.Write([]byte("MONITOR\r\n")); err == nil {
			_, err = io.ReadFull(c, make([]byte, len(ok)))
		}
		if err == nil {
			ready()
		}
		buf := make([]byte, 32<<10)
		for err == nil {
			var n int
			n, err = c.Read(buf)
			message(buf[:n])
		}
		return err
	}
}

func (s *spy) see(where string, what []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[where] == nil {
		s.seen[where] = new(strings.Builder)
	}
	s.seen[where].Write(what)
	close(s.changed)
	s.changed = make(chan struct{})
}

// await waits until the spy has seen a text everywhere, and returns all that it
// has seen.
func (s *spy) await(text string) string {
	s.t.Helper()
	timeout := time.After(patience)
	for {
		s.mu.Lock()
		all, missing, changed := "", false, s.changed
		for _, b := range s.seen {
			all += b.String()
			missing = missing || !strings.Contains(b.String(), text)
		}
		s.mu.Unlock()
		if !missing {
			return all
		}
		select {
		case <-changed:
		case <-timeout:
			s.t.Fatalf("the spy waited in vain for %q", text)
		}
	}
}
