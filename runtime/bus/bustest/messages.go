package bustest

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
)

func testTwo(t *testing.T, network Join) {
	a, b := join(t, "a", network), join(t, "b", network)
	a.publish(0, 1, 0)
	b.hearsAll(1, a)
	b.publish(0, 3, 0)
	a.hearsAll(3, b)
	a.publish(1, 200, 100)
	b.hearsAll(201, a)
	a.hearsAll(3, b) // and still not its own
}

func testFive(t *testing.T, network Join) {
	const n = 500
	var all []*process
	for i := range 5 {
		all = append(all, join(t, "p"+strconv.Itoa(i), network))
	}
	var publishing sync.WaitGroup
	for _, p := range all {
		publishing.Go(func() { p.publish(0, n, 50) })
	}
	publishing.Wait()
	for i, p := range all {
		var others []*process
		for j, other := range all {
			if j != i {
				others = append(others, other)
			}
		}
		p.hearsAll(n, others...)
	}
}

func testLarge(t *testing.T, f Features, network Join) {
	a, b := join(t, "a", network), join(t, "b", network)
	a.publish(0, 3, f.MaxMessage)
	a.publish(3, 1, 0)
	b.hearsAll(4, a)
	b.mu.Lock()
	size := len(b.heard[2].text)
	b.mu.Unlock()
	if size != f.MaxMessage {
		t.Errorf("message has %d bytes, want %d", size, f.MaxMessage)
	}
	if err := a.bus.Publish(make([]byte, f.MaxMessage+1), nil); !errors.Is(err, runtime.ErrTooLarge) {
		t.Errorf("Publish = %v, want ErrTooLarge", err)
	}
	a.publish(4, 1, 0)
	b.hearsAll(5, a)
}

func testBurst(t *testing.T, network Join) {
	const n = 20_000
	a, b, c := join(t, "a", network), join(t, "b", network), join(t, "c", network)
	began := time.Now()
	a.publish(0, n, 200)
	b.hearsAll(n, a)
	c.hearsAll(n, a)
	t.Logf("%d messages of 200 bytes took %s", n, time.Since(began).Round(time.Millisecond))
}

func testSlow(t *testing.T, network Join) {
	const n = 40
	a, slow, fast := join(t, "a", network), join(t, "slow", network), join(t, "fast", network)
	release := slow.hold()
	defer release()
	a.publish(0, n, 100_000)
	fast.hearsAll(n, a)
	release()
	slow.hearsAll(n, a)
}

func testStored(t *testing.T, network Join) {
	const n = 1000
	a, b := join(t, "a", network), join(t, "b", network)
	counts := make([]atomic.Int32, n)
	var stored sync.WaitGroup
	stored.Add(n)
	for i := range n {
		err := a.bus.Publish(text("a", i, 0), func() {
			if counts[i].Add(1) == 1 {
				stored.Done()
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() {
		stored.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("some messages are never stored")
	}
	b.hearsAll(n, a)
	a.leave()
	for i := range counts {
		if c := counts[i].Load(); c != 1 {
			t.Fatalf("stored of message %d was called %d times", i, c)
		}
	}
}

func testLateJoiner(t *testing.T, network Join) {
	a, b := join(t, "a", network), join(t, "b", network)
	a.publish(0, 10, 0)
	b.hearsAll(10, a)
	c := join(t, "c", network)
	for _, p := range []*process{a, b} {
		p.publish(10, 5, 0)
	}
	c.until("10 messages", func() bool { return len(c.heard) >= 10 })
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.heard {
		if len(c.heard) != 10 || len(c.gaps) > 0 || m.text < "a/10" {
			t.Errorf("who joined later heard %v and gaps %v", c.heard, c.gaps)
			break
		}
	}
}

func testLeaving(t *testing.T, network Join) {
	const n = 2000
	a, b := join(t, "a", network), join(t, "b", network)
	a.publish(0, n, 500)
	a.leave()
	b.hearsAll(n, a)
	c := join(t, "c", network)
	c.publish(0, 1, 0)
	b.until("the one that came later", func() bool { return len(b.heard) == n+1 })
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.heard) > 0 {
		t.Errorf("who came later heard %v", c.heard)
	}
}
