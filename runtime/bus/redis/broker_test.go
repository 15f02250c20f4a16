package redis_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

const key = "app:events"

func TestEveryProcessHearsEveryFrame(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	a := start(t, r.URL(), redis.Options{})
	a.send("before")
	a.receiving()
	b := start(t, r.URL(), redis.Options{}).receiving()
	large := strings.Repeat("\x00large\r\n", 1<<18)
	frames := []string{"one", "", large, "two"}
	for _, f := range frames {
		a.send(f)
	}
	a.hearsExactly(frames...)
	b.hearsExactly(frames...)
	b.send("three")
	a.hearsExactly("three")
}

func TestAReaderGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	p := start(t, r.URL(), redis.Options{}).receiving()
	p.send("1")
	p.hears(1, 1)
	p.end()
	p.running.Wait()
	p.sendAll(2, 100)
	p.receiving()
	p.hears(2, 100)
	p.lostNothing()
}

func TestReceiveEndsWithItsContext(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	p := start(t, r.URL(), redis.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	began := time.Now()
	err := p.broker.Receive(ctx, cancel, func([]byte) {}, func() {})
	if took := time.Since(began); !errors.Is(err, context.Canceled) || took > time.Second {
		t.Errorf("Receive = %v after %v, want %v at once", err, took, context.Canceled)
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	proxy := broker.NewProxy(t, r.Addr())
	p := start(t, "redis://"+proxy.Addr(), redis.Options{})
	p.send("connected")
	proxy.Freeze()
	for _, connected := range []bool{true, false} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := p.broker.Send(ctx, []byte("frame"))
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > time.Second {
			t.Errorf("connected %v: Send = %v after %v, want %v soon", connected, err, took, context.DeadlineExceeded)
		}
	}
	proxy.Cut()
}

func TestEntriesOfStrangersArePassedOn(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t, "--appendonly", "no")
	p := start(t, r.URL(), redis.Options{}).receiving()
	c := goredis.NewClient(&goredis.Options{Addr: r.Addr(), ReadTimeout: patience, WriteTimeout: patience})
	defer c.Close()
	huge := strings.Repeat("x", 100<<20)
	do(t, c, "XADD", key, "*", "other", "field")
	do(t, c, "XADD", key, "*", "frame", huge)
	do(t, c, "XADD", key, "*", "other", "field", "frame", "frame", "frame", "later")
	p.send("1")
	p.hearsExactly("", huge, "later", "1")
	p.lostNothing()
}

func TestTheStreamIsTrimmed(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	p := start(t, r.URL(), redis.Options{Length: 1000})
	p.sendAll(0, 3000)
	n, err := admin(t, r.Addr()).XLen(t.Context(), key).Result()
	if err != nil || n < 1000 || n > 1200 {
		t.Errorf("the stream has %d entries, %v; want about 1000", n, err)
	}
}
