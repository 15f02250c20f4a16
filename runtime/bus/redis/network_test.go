package redis_test

import (
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

func TestNothingIsLostWhenTheNetworkIsCut(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	proxy := broker.NewProxy(t, r.Addr())
	a := start(t, "redis://"+proxy.Addr(), redis.Options{})
	b := start(t, "redis://"+proxy.Addr(), redis.Options{}).receiving()
	const n = 1000
	a.running.Go(func() { a.sendAll(0, n) })
	for i := range 5 {
		b.hears(i*n/10, n/10)
		proxy.Cut()
		pause()
		proxy.Heal()
		wait(t, b.ready, "a new connection")
	}
	b.hears(n/2, n/2)
	b.lostNothing()
	if a.forgot > 0 {
		t.Errorf("the broker forgot %d times", a.forgot)
	}
}

func TestAFrozenNetworkIsNoticed(t *testing.T) {
	t.Parallel()
	const notice, back = 10 * time.Second, 5 * time.Second // as promised
	r := broker.StartRedis(t)
	proxy := broker.NewProxy(t, r.Addr())
	a := start(t, "redis://"+proxy.Addr(), redis.Options{})
	b := start(t, "redis://"+proxy.Addr(), redis.Options{}).receiving()
	a.send("0")
	b.hears(0, 1)
	proxy.Freeze()
	began := time.Now()
	if err := a.broker.Send(t.Context(), []byte("1")); err == nil {
		t.Fatal("Send succeeds on a frozen network")
	}
	sending := time.Since(began)
	wait(t, b.errs, "the reader's error")
	receiving := time.Since(began)
	a.running.Go(func() { a.sendAll(1, 10) })
	wait(t, b.errs, "the second error of the reader")
	proxy.Heal()
	began = time.Now()
	b.hears(1, 10)
	healed := time.Since(began)
	t.Logf("noticed after %v sending, %v receiving; caught up after %v", sending, receiving, healed)
	if sending > notice || receiving > notice || healed > back {
		t.Errorf("want less than %v, %v, %v", notice, notice, back)
	}
	b.lostNothing()
}

// A large frame over a slow network takes longer than the silence after which
// a server counts as gone.
func TestALargeFramePassesASlowNetwork(t *testing.T) {
	t.Parallel()
	r := broker.StartRedis(t)
	slow := slowly(t, r.Addr(), 4<<20, 4*time.Second)
	a := start(t, "redis://"+slow, redis.Options{})
	b := start(t, "redis://"+slow, redis.Options{}).receiving()
	frame := string(make([]byte, 4<<20))
	began := time.Now()
	a.send(frame)
	sending := time.Since(began)
	b.hearsExactly(frame)
	t.Logf("sent after %v, received after %v", sending, time.Since(began))
}
