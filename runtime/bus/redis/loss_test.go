package redis_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

func TestNothingIsLostWhenRedisIsKilled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		args   []string
		forget bool
	}{
		{"with an append-only file", nil, false},
		{"without persistence", []string{"--appendonly", "no"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := broker.StartRedis(t, c.args...)
			a := start(t, r.URL(), redis.Options{}).receiving()
			b := start(t, r.URL(), redis.Options{}).receiving()
			const n, kills = 4000, 3
			restart := make(chan struct{})
			var slowest time.Duration
			a.running.Go(func() {
				for i := range n {
					if i%(n/(kills+1)) == n/(kills+1)-1 && i < n-1 {
						restart <- struct{}{}
					}
					if !a.send(strconv.Itoa(i)) {
						return
					}
				}
				close(restart)
			})
			for range restart {
				r.Kill()
				pause()
				r.Start(t)
				began := time.Now()
				wait(t, b.ready, "a new connection")
				slowest = max(slowest, time.Since(began))
			}
			a.hears(0, n)
			b.hears(0, n)
			b.lostNothing()
			if c.forget != (a.forgot > 0) || a.forgot > kills {
				t.Errorf("the broker forgot %d times", a.forgot)
			}
			t.Logf("forgot %d times; receives again %v after the server's start", a.forgot, slowest)
		})
	}
}

func TestAReaderThatWasAwayTooLongIsTold(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	p := start(t, r.URL(), redis.Options{Length: 100}).receiving()
	p.send("0")
	p.hears(0, 1)
	p.end()
	p.running.Wait()
	p.sendAll(1, 2000)
	p.receiving()
	wait(t, p.lost, "lost")
	p.hearsExactly(firstOf(t, r))
	for range len(p.frames) {
		<-p.frames
	}
	p.send("last")
	for string(wait(t, p.frames, "the last frame")) != "last" {
	}
	p.lostNothing()
}

// firstOf returns the first frame that the stream has.
func firstOf(t *testing.T, r *broker.Redis) string {
	t.Helper()
	first, err := admin(t, r.Addr()).XRangeN(t.Context(), key, "-", "+", 1).Result()
	if err != nil || len(first) == 0 {
		t.Fatalf("XRANGE = %v, %v", first, err)
	}
	return first[0].Values["frame"].(string)
}

func TestAReaderOfAnEmptiedStreamIsToldOnce(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	p := start(t, r.URL(), redis.Options{}).receiving()
	p.send("0")
	p.hears(0, 1)
	p.end()
	p.running.Wait()
	p.sendAll(1, 10)
	do(t, admin(t, r.Addr()), "XTRIM", key, "MAXLEN", 0)
	p.receiving()
	wait(t, p.lost, "lost")
	idle(t, r)
	p.lostNothing()
	p.send("11")
	p.hearsExactly("11")
}

// idle waits until a reader has found twice that nothing comes, for which it
// asks whether its last entry is there.
func idle(t *testing.T, r *broker.Redis) {
	t.Helper()
	c := admin(t, r.Addr())
	calls := func() (n int) {
		stats, err := c.Info(t.Context(), "commandstats").Result()
		if err != nil {
			t.Fatal(err)
		}
		if _, after, ok := strings.Cut(stats, "cmdstat_xrange:calls="); ok {
			_, _ = fmt.Sscan(strings.Replace(after, ",", " ", 1), &n)
		}
		return n
	}
	was := calls()
	eventually(t, "the reader idle", func() bool { return calls() >= was+2 })
}

func TestAReaderSurvivesANewStream(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args [][]any
	}{
		{"FLUSHALL", [][]any{{"FLUSHALL"}}},
		{"an entry deleted", [][]any{{"XADD", key, "99999999999999-1", "frame", "5"}, {"XDEL", key, "99999999999999-1"}, {"DEL", key}}},
		{"IDs behind those before", [][]any{{"DEL", key}, {"XADD", key, "5-1", "frame", "5"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := broker.StartRedis(t)
			p := start(t, r.URL(), redis.Options{}).receiving()
			p.sendAll(0, 5)
			p.hears(0, 5)
			for _, args := range c.args {
				do(t, admin(t, r.Addr()), args...)
			}
			p.sendAll(5, 5)
			p.hears(5, 5)
			p.lostNothing()
			if p.forgot > 0 {
				t.Error("a connection that did not break forgot something")
			}
		})
	}
}

// A server that goes on from older data, as a replica does that was behind, has
// part of the frames only.
func TestNothingIsLostWhenRedisGoesBack(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	proxy := broker.NewProxy(t, r.Addr())
	p := start(t, "redis://"+proxy.Addr(), redis.Options{}).receiving()
	p.sendAll(0, 10)
	c := admin(t, r.Addr())
	older, err := c.Dump(t.Context(), key).Result()
	if err != nil {
		t.Fatal(err)
	}
	p.sendAll(10, 10)
	p.hears(0, 20)
	proxy.Cut()
	if err := c.RestoreReplace(t.Context(), key, 0, older).Err(); err != nil {
		t.Fatal(err)
	}
	proxy.Heal()
	p.sendAll(20, 10)
	p.hears(20, 10)
	p.lostNothing()
	if p.forgot != 1 {
		t.Errorf("the broker forgot %d times, want once", p.forgot)
	}
}
