package redis_test

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
)

// patience bounds every wait of the tests.
const patience = time.Minute

// A process sends and receives by a Broker, as the bus does: again after an
// error, and all frames again that the broker forgot.
type process struct {
	t       *testing.T
	broker  *redis.Broker
	running sync.WaitGroup
	end     context.CancelFunc

	sent   [][]byte // of the goroutine that sends
	forgot int

	ready  chan struct{}
	lost   chan struct{}
	errs   chan error
	frames chan []byte
}

// start returns a process, which does not receive yet. It ends with the test.
func start(t *testing.T, url string, o redis.Options) *process {
	t.Helper()
	o.Prefix, o.Logger = "app", slog.New(slog.NewTextHandler(t.Output(), nil))
	b, err := redis.Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{
		t: t, broker: b, end: func() {},
		ready: make(chan struct{}, 1000), lost: make(chan struct{}, 1000), errs: make(chan error, 1000), frames: make(chan []byte, 1<<20),
	}
	t.Cleanup(p.close)
	return p
}

// receiving has the process receive, and returns it once it does.
func (p *process) receiving() *process {
	p.t.Helper()
	ctx, end := context.WithCancel(context.Background())
	p.end = end
	p.running.Go(func() {
		for ctx.Err() == nil {
			err := p.broker.Receive(ctx, func() { p.ready <- struct{}{} },
				func(f []byte) { p.frames <- f }, func() { p.lost <- struct{}{} })
			if ctx.Err() == nil {
				p.errs <- err
				pause()
			}
		}
	})
	wait(p.t, p.ready, "the connection")
	return p
}

// pause is what the bus waits, at least, before it connects again.
func pause() { <-time.After(20 * time.Millisecond) }

func (p *process) close() {
	p.end()
	p.running.Wait()
	if err := p.broker.Close(context.Background()); err != nil {
		p.t.Errorf("Close = %v", err)
	}
}

// send sends a frame until the broker has it, with those that the broker
// forgot. It reports false when that takes too long.
func (p *process) send(frame string) bool {
	queue := [][]byte{[]byte(frame)}
	for end := time.Now().Add(patience); len(queue) > 0; {
		switch err := p.broker.Send(context.Background(), queue[0]); {
		case err == nil:
			p.sent = append(p.sent, queue[0])
			queue = queue[1:]
		case errors.Is(err, bus.ErrForgotten):
			p.forgot++
			queue = append(p.sent, queue...)
			p.sent = nil
		case time.Now().After(end):
			p.t.Errorf("Send(%q) = %v for %v", frame, err, patience)
			return false
		default:
			pause()
		}
	}
	return true
}

// sendAll sends frames that count from first on.
func (p *process) sendAll(first, n int) {
	for i := range n {
		if !p.send(strconv.Itoa(first + i)) {
			return
		}
	}
}

// hears expects frames that count from first on, in order, and none twice but
// those that come again from an earlier one on.
func (p *process) hears(first, n int) {
	p.t.Helper()
	for next := first; next < first+n; {
		f := string(wait(p.t, p.frames, "frame "+strconv.Itoa(next)))
		switch seq, err := strconv.Atoi(f); {
		case err != nil || seq > next:
			p.t.Fatalf("frame %q came, want %d", f, next)
		case seq == next:
			next++
		}
	}
}

// hearsExactly is hears without any frame twice.
func (p *process) hearsExactly(frames ...string) {
	p.t.Helper()
	for _, want := range frames {
		if got := string(wait(p.t, p.frames, "the next frame")); got != want {
			p.t.Fatalf("frame %.100q came, want %.100q", got, want)
		}
	}
}

func (p *process) lostNothing() {
	p.t.Helper()
	if len(p.lost) > 0 {
		p.t.Errorf("lost was called %d times", len(p.lost))
	}
}

// wait returns what comes next.
func wait[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("%s did not come in %v", what, patience)
		panic("not reached")
	}
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); pause() {
		if time.Now().After(end) {
			t.Fatalf("%s is not so after %v", what, patience)
		}
	}
}

// admin returns a client for what an operator does.
func admin(t *testing.T, addr string) *goredis.Client {
	t.Helper()
	c := goredis.NewClient(&goredis.Options{Addr: addr})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// do has an operator do something.
func do(t *testing.T, c *goredis.Client, args ...any) {
	t.Helper()
	if err := c.Do(t.Context(), args...).Err(); err != nil {
		t.Fatalf("%.100v: %v", args, err)
	}
}

// trying opens a broker and returns the error of its first Send.
func trying(t *testing.T, url string, conf *tls.Config) error {
	t.Helper()
	p := start(t, url, redis.Options{TLS: conf})
	return p.broker.Send(t.Context(), []byte("frame"))
}
