package bustest

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A load has processes publish without a break.
type load struct {
	stop    chan struct{}
	running sync.WaitGroup
	counts  []int // of messages
}

// pace is between two messages of a process. It gives the broker something to
// do when it fails, and not more than fits in memory.
const pace = time.Millisecond

func startLoad(processes ...*process) *load {
	l := &load{stop: make(chan struct{}), counts: make([]int, len(processes))}
	for i, p := range processes {
		l.running.Go(func() {
			tick := time.NewTicker(pace)
			defer tick.Stop()
			for {
				p.publish(l.counts[i], 1, 100)
				l.counts[i]++
				select {
				case <-tick.C:
				case <-l.stop:
					return
				}
			}
		})
	}
	return l
}

// end returns how many messages each has published. Those that have fewer than
// others publish the rest.
func (l *load) end(processes ...*process) (n int) {
	close(l.stop)
	l.running.Wait()
	for _, count := range l.counts {
		n = max(n, count)
	}
	for i, p := range processes {
		p.publish(l.counts[i], n-l.counts[i], 100)
	}
	return n
}

func testRestart(t *testing.T, f Features, network Join) {
	a, b, c := join(t, "a", network), join(t, "b", network), join(t, "c", network)
	l := startLoad(a, b)
	for range 2 {
		c.hearsMore(100)
		f.Restart(t)
		began := time.Now()
		c.hearsMore(1)
		t.Logf("the first message came %s after the restart", time.Since(began).Round(time.Millisecond))
		c.hearsMore(100)
	}
	n := l.end(a, b)
	hears := (*process).hearsAll
	if f.Lossy {
		hears = (*process).hears
	}
	hears(c, n, a, b)
	hears(a, n, b)
	hears(b, n, a)
}

func testCut(t *testing.T, f Features, network Join) {
	a, b, c := join(t, "a", network), join(t, "b", network), join(t, "c", network)
	l := startLoad(b)
	c.hearsMore(100)
	heal := sync.OnceFunc(f.Cut(t))
	defer heal()
	a.publish(0, 1000, 100)
	heal()
	began := time.Now()
	c.until("messages from before the broker was back", func() bool { return c.heardText("a/999") })
	t.Logf("what waited came %s after the broker was back", time.Since(began).Round(time.Millisecond))
	n := l.end(b)
	a.hearsAll(n, b)
	b.hearsAll(1000, a)
	n = max(n, 1000)
	a.publish(1000, n-1000, 0)
	b.publish(l.counts[0], n-l.counts[0], 0)
	c.hearsAll(n, a, b)
}

func testStartWithout(t *testing.T, f Features, network Join) {
	a := join(t, "a", network)
	heal := sync.OnceFunc(f.Cut(t))
	defer heal()
	late := join(t, "late", network)
	late.publish(0, 10, 0)
	heal()
	a.hearsAll(10, late)
	late.until("a gap", func() bool { return len(late.gaps) == 1 && late.gaps[0] == 0 })
	a.publish(0, 10, 0)
	late.hears(10, a)
}

// hearsMore waits for n more messages.
func (p *process) hearsMore(n int) {
	p.t.Helper()
	p.mu.Lock()
	n += len(p.heard)
	p.mu.Unlock()
	p.until("more messages", func() bool { return len(p.heard) >= n })
}

// heardText is called with mu held.
func (p *process) heardText(text string) bool {
	return slices.ContainsFunc(p.heard, func(m message) bool { return strings.TrimRight(m.text, " ") == text })
}
