package ratelimit_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		src  string
		want ratelimit.Rate
	}{
		{"20/s", ratelimit.Rate{N: 20, Per: time.Second}},
		{"100/m", ratelimit.Rate{N: 100, Per: time.Minute}},
		{"10/h", ratelimit.Rate{N: 10, Per: time.Hour}},
		{"1000000/s", ratelimit.Rate{N: 1_000_000, Per: time.Second}},
		{"off", ratelimit.Rate{}},
	} {
		got, err := ratelimit.Parse(tt.src)
		if err != nil || got != tt.want || got.String() != tt.src {
			t.Errorf("Parse(%q) = %v (%s), %v", tt.src, got, got, err)
		}
	}
	for _, src := range []string{
		"", "20", "/s", "20/", "0/s", "-1/s", "1.5/s", "20/d", "20/s/s", " 20/s", "20 /s", "OFF", "1000001/s",
		"99999999999999999999/s", "20/S", "NaN/s", "0x10/s",
	} {
		if got, err := ratelimit.Parse(src); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", src, got)
		}
	}
}

// allowed counts how many of n tries are allowed.
func allowed(n int, allow func() bool) (count int) {
	for range n {
		if allow() {
			count++
		}
	}
	return count
}

func TestKeysHaveTheirOwnLimit(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Rate{N: 5, Per: time.Hour})
	for _, key := range []string{"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1", "alice"} {
		if got := allowed(10, func() bool { return l.Allow(key) }); got != 5 {
			t.Errorf("%q was allowed %d times, want 5", key, got)
		}
	}
	if got := l.RetryAfter(); got != 720 {
		t.Errorf("RetryAfter() = %d, want 720", got)
	}
}

func TestAddressesOfOneCallerAreOneKey(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{
		{"2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::", "2001:DB8:1:2::1%eth0"},
		{"192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201"},
	} {
		l := ratelimit.New(ratelimit.Rate{N: 1, Per: time.Hour})
		for i, key := range keys {
			if got := l.Allow(key); got != (i == 0) {
				t.Errorf("Allow(%q) = %v", key, got)
			}
		}
	}
	l := ratelimit.New(ratelimit.Rate{N: 1, Per: time.Hour})
	if !l.Allow("::ffff:192.0.2.1") || !l.Allow("::ffff:192.0.2.2") {
		t.Error("IPv4 addresses written as IPv6 share a limit")
	}
}

func TestLimitComesBackWithTime(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Rate{N: 1000, Per: time.Second})
	if got := l.RetryAfter(); got != 1 {
		t.Errorf("RetryAfter() = %d, want 1", got)
	}
	allowed(2000, func() bool { return l.Allow("a") })
	for deadline := time.Now().Add(10 * time.Second); !l.Allow("a"); {
		if time.Now().After(deadline) {
			t.Fatal("a second after the limit was reached nothing is allowed")
		}
		time.Sleep(time.Millisecond)
	}
}

func TestNoLimitAllowsEverything(t *testing.T) {
	t.Parallel()
	off := ratelimit.New(ratelimit.Rate{})
	if off != nil || !off.Allow("a") || off.RetryAfter() != 0 {
		t.Error("a limiter without a rate limits")
	}
	if b := (ratelimit.Rate{}).Bucket(); b != nil || !b.Allow() {
		t.Error("a bucket without a rate limits")
	}
}

func TestUnknownCallersAreNotOne(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Rate{N: 1, Per: time.Hour})
	if got := allowed(3, func() bool { return l.Allow("") }); got != 3 {
		t.Error("callers without an address share a limit")
	}
}

func TestBucket(t *testing.T) {
	t.Parallel()
	b := ratelimit.Rate{N: 3, Per: time.Hour}.Bucket()
	if got := allowed(10, b.Allow); got != 3 {
		t.Errorf("allowed %d times, want 3", got)
	}
}

func TestManyKeysAreBoundedAndDoNotFreeThoseAtTheLimit(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Rate{N: 50, Per: time.Hour})
	for i := range 50 {
		if !l.Allow("flooder") {
			t.Fatalf("call %d is refused", i)
		}
	}
	for i := range 100_000 {
		if !l.Allow(fmt.Sprint("key", i)) {
			t.Fatalf("new key %d is refused", i)
		}
	}
	if got := l.Keys(); got > 64*1024 {
		t.Errorf("%d keys are kept", got)
	}
	if l.Allow("flooder") {
		t.Error("a caller at the limit was forgotten for many new ones")
	}
}

func TestIdleKeysMakeRoom(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Rate{N: 1_000_000, Per: time.Second}) // full again at once
	for i := range 100_000 {
		l.Allow(fmt.Sprint(i))
	}
	if got := l.Keys(); got > 64*1024 {
		t.Errorf("%d keys are kept", got)
	}
}

func TestConcurrentCallersShareALimit(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Rate{N: 1000, Per: time.Hour})
	var count atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { count.Add(int64(allowed(1000, func() bool { return l.Allow("192.0.2.1") }))) })
	}
	wg.Wait()
	if count.Load() != 1000 {
		t.Errorf("%d were allowed, want 1000", count.Load())
	}
}

func BenchmarkAllow(b *testing.B) {
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprintf("10.0.%d.%d", i/250, i%250)
	}
	l := ratelimit.New(ratelimit.Rate{N: 1_000_000, Per: time.Second})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Allow(keys[i%len(keys)])
	}
}

// BenchmarkAllowNew is an attack from ever new addresses.
func BenchmarkAllowNew(b *testing.B) {
	l := ratelimit.New(ratelimit.Rate{N: 20, Per: time.Hour})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Allow(fmt.Sprintf("2001:db8:%x:%x::1", i>>16&0xffff, i&0xffff))
	}
}
