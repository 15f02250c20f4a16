package rabbitmq_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// wait bounds how long a test waits for anything.
const wait = 30 * time.Second

// A process is one that sends and receives over a Broker.
type process struct {
	*rabbitmq.Broker
	t      testing.TB
	frames chan string
	ready  chan time.Time
	lost   chan time.Time
	broken chan error // of Receive
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

func options(prefix string) rabbitmq.Options {
	return rabbitmq.Options{Prefix: prefix, Logger: slog.New(slog.DiscardHandler)}
}

// open returns a process that receives, over and over, until stop or the test's
// end.
func open(t testing.TB, url string, o rabbitmq.Options) *process {
	t.Helper()
	b, err := rabbitmq.Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{
		Broker: b, t: t, frames: make(chan string, 1<<16),
		ready: make(chan time.Time, 1<<10), lost: make(chan time.Time, 1<<10), broken: make(chan error, 1<<10),
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	p.ended.Go(func() { p.receive(ctx) })
	t.Cleanup(p.stop)
	p.expectReady()
	return p
}

func (p *process) receive(ctx context.Context) {
	for ctx.Err() == nil {
		err := p.Receive(ctx,
			func() { p.ready <- time.Now() },
			func(frame []byte) { p.frames <- string(frame) },
			func() { p.lost <- time.Now() })
		p.broken <- err
		pause(ctx)
	}
}

// pause is what package bus does between attempts.
func pause(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	<-ctx.Done()
}

// leave ends Receive; the queue stays.
func (p *process) leave() {
	p.cancel()
	p.ended.Wait()
}

func (p *process) stop() {
	p.leave()
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	_ = p.Close(ctx)
}

// send sends a frame until the server has it, as package bus does, and returns
// how often it was told that frames are forgotten.
func (p *process) send(frame string) (forgotten int) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	for {
		err := p.Send(ctx, []byte(frame))
		if err == nil {
			return forgotten
		}
		if isForgotten(err) {
			forgotten++
		}
		if ctx.Err() != nil {
			p.t.Fatalf("send: %v", err)
		}
		pause(ctx)
	}
}

// expect waits for frames in this order.
func (p *process) expect(frames ...string) {
	p.t.Helper()
	for _, want := range frames {
		if got := receive(p.t, p.frames); got != want {
			p.t.Fatalf("got frame %.40q, want %.40q", got, want)
		}
	}
}

func (p *process) expectReady() time.Time { p.t.Helper(); return receive(p.t, p.ready) }

func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(wait):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// through returns the URL of a server behind a proxy.
func through(p *broker.Proxy) string { return "amqp://guest:guest@" + p.Addr() + "/" }

// unique returns a prefix that no other test has.
func unique() string { return "test-" + rand.Text() }
