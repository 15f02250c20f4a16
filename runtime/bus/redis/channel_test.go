package redis_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

const name = "feathers-sync"

// A subscriber receives by a Channel once.
type subscriber struct {
	channel  *redis.Channel
	messages chan []byte
	err      chan error
	end      context.CancelFunc
}

func subscribe(t *testing.T, url string) *subscriber {
	t.Helper()
	c, err := redis.NewChannel(url, name, redis.ChannelOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	s := &subscriber{channel: c, messages: make(chan []byte, 1000), err: make(chan error, 1), end: end}
	ready, ended := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(ended)
		s.err <- c.Receive(ctx, func() { ready <- struct{}{} }, func(m []byte) { s.messages <- m })
	}()
	t.Cleanup(func() {
		end()
		<-ended
		c.Close()
	})
	select {
	case <-ready:
	case err := <-s.err:
		t.Fatalf("Receive = %v", err)
	case <-time.After(patience):
		t.Fatal("no subscription")
	}
	return s
}

func (s *subscriber) publish(t *testing.T, msg string) {
	t.Helper()
	if err := s.channel.Publish(t.Context(), []byte(msg)); err != nil {
		t.Fatal(err)
	}
}

func (s *subscriber) hears(t *testing.T, messages ...string) {
	t.Helper()
	for _, want := range messages {
		if got := string(wait(t, s.messages, want)); got != want {
			t.Fatalf("%q came, want %q", got, want)
		}
	}
}

func TestAChannelIsRedisOwn(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	a, b := subscribe(t, r.URL()), subscribe(t, r.URL())
	large := strings.Repeat("large", 1<<20)
	a.publish(t, "from a")
	a.publish(t, large)
	a.hears(t, "from a", large)
	b.hears(t, "from a", large)
	do(t, admin(t, r.Addr()), "PUBLISH", name, "from elsewhere")
	a.hears(t, "from elsewhere")
	heard := admin(t, r.Addr()).Subscribe(t.Context(), name)
	defer heard.Close()
	if _, err := heard.Receive(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.publish(t, "from b")
	if m, err := heard.ReceiveMessage(t.Context()); err != nil || m.Payload != "from b" {
		t.Errorf("another client hears %v, %v", m, err)
	}
}

func TestAChannelEndsWithItsContext(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	s := subscribe(t, r.URL())
	s.end()
	if err := wait(t, s.err, "the end"); !errors.Is(err, context.Canceled) {
		t.Errorf("Receive = %v, want %v", err, context.Canceled)
	}
}

// A channel on which nothing is said for long is not broken; a network that
// lets nothing pass is.
func TestAChannelNoticesAFrozenNetwork(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	proxy := broker.NewProxy(t, r.Addr())
	s := subscribe(t, "redis://"+proxy.Addr())
	s.publish(t, "first")
	s.hears(t, "first")
	select {
	case err := <-s.err:
		t.Fatalf("a quiet channel ended: %v", err)
	case <-time.After(4 * time.Second):
	}
	proxy.Freeze()
	began := time.Now()
	if err := s.channel.Publish(t.Context(), []byte("lost")); err == nil {
		t.Error("Publish succeeds on a frozen network")
	}
	err := wait(t, s.err, "the end")
	if took := time.Since(began); err == nil || took > 10*time.Second {
		t.Errorf("Receive = %v after %v", err, took)
	}
	proxy.Heal()
	s.publish(t, "connects again")
}

func TestAChannelSurvivesARestart(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	s := subscribe(t, r.URL())
	s.publish(t, "first")
	r.Kill()
	if err := wait(t, s.err, "the end"); err == nil {
		t.Error("Receive returns nil")
	}
	if err := s.channel.Publish(t.Context(), []byte("lost")); err == nil {
		t.Error("Publish succeeds without a server")
	}
	r.Start(t)
	again := subscribe(t, r.URL())
	s.publish(t, "second")
	again.hears(t, "second")
}

func TestAChannelNeedsTheDocumentedRights(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	c := admin(t, r.Addr())
	do(t, c, "ACL", "SETUSER", "app", "on", ">pw", "resetchannels", "&"+name, "-@all", "+publish", "+subscribe", "+ping")
	s := subscribe(t, "redis://app:pw@"+r.Addr())
	s.publish(t, "message")
	s.hears(t, "message")
	do(t, c, "ACL", "SETUSER", "app", "-subscribe")
	err := s.channel.Receive(t.Context(), func() { t.Error("ready") }, func([]byte) {})
	if err == nil || !strings.Contains(err.Error(), "NOPERM") {
		t.Errorf("Receive without the right = %v", err)
	}
}
