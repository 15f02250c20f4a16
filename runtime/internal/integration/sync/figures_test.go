//go:build linux || darwin

package sync_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// check checks that every client heard every message once, and those of each
// client in order.
func (l *load) check() {
	t := l.fleet.t
	t.Helper()
	l.fleet.mu.Lock()
	defer l.fleet.mu.Unlock()
	for _, c := range l.fleet.clients {
		lost, again := c.mistakes()
		if lost > 0 || again > 0 || len(c.resyncs) > 0 {
			t.Errorf("client %s: %d messages lost, %d twice or late, resyncs %v; want none", c.name(), lost, again, c.resyncs)
		}
	}
}

// mistakes returns how many messages the client missed, and how many it heard
// after a later one of the same client, or twice. The fleet's mu is held.
func (c *client) mistakes() (lost, again int) {
	next := map[string]int{}
	for _, a := range c.heard {
		switch n := next[a.from]; {
		case a.number < n:
			again++
		default:
			lost += a.number - n
			next[a.from] = a.number + 1
		}
	}
	for _, from := range c.fleet.clients {
		lost += len(from.sent) - next[from.name()]
	}
	return lost, again
}

// Figures are how long something took, each time.
type figures []time.Duration

func (f figures) String() string {
	if len(f) == 0 {
		return "none"
	}
	slices.Sort(f)
	at := func(percent int) time.Duration { return f[(len(f)-1)*percent/100].Round(10 * time.Microsecond) }
	return fmt.Sprintf("p50 %v, p99 %v, max %v of %d", at(50), at(99), at(100), len(f))
}

func (f figures) max() time.Duration { return slices.Max(append(f, 0)) }

// A report is what a load measured.
type report struct {
	calls, local, remote figures // of messages sent while all was well
	callsOut, localOut   figures // of those sent in an outage
	recovered, caughtUp  figures // from the end of an outage on
}

// report logs what was measured, and checks what must be quick in any case:
// had something waited for the broker, it would have taken two seconds.
func (l *load) report(t *testing.T) {
	t.Helper()
	r := l.measure()
	t.Logf("while all was well:\ncalls %v\nevents of the same instance %v\nevents of the other instance %v", r.calls, r.local, r.remote)
	t.Logf("in %d outages:\ncalls %v\nevents of the same instance %v", len(l.outages), r.callsOut, r.localOut)
	t.Logf("after outages:\nfirst event of the other instance %v\nall events caught up %v", r.recovered, r.caughtUp)
	if len(r.callsOut) == 0 || len(r.localOut) == 0 {
		t.Error("nothing was sent in an outage: the test looks in the wrong place")
	}
	// 50 and 100 milliseconds are the goals on a machine that is not busy.
	if m := max(r.callsOut.max(), r.localOut.max()); m > time.Second {
		t.Errorf("something local took %v while the broker was away", m)
	}
	// And half a second and five.
	if m := r.recovered.max(); m > 5*time.Second {
		t.Errorf("events came again after %v only", m)
	}
	if m := r.caughtUp.max(); m > 20*time.Second {
		t.Errorf("all events were there after %v only", m)
	}
}

func (l *load) measure() (r report) {
	l.fleet.mu.Lock()
	defer l.fleet.mu.Unlock()
	for _, from := range l.fleet.clients {
		for n, at := range from.answered {
			if l.out(from.sent[n]) {
				r.callsOut = append(r.callsOut, at.Sub(from.sent[n]))
			} else {
				r.calls = append(r.calls, at.Sub(from.sent[n]))
			}
		}
		for _, to := range l.fleet.clients {
			l.measureEvents(&r, from, to)
		}
	}
	return r
}

func (l *load) measureEvents(r *report, from, to *client) {
	var remote []arrival
	for _, a := range to.heard {
		if a.from != from.name() {
			continue
		}
		took := a.at.Sub(from.sent[a.number])
		switch out := l.out(from.sent[a.number]); {
		case from.instance != to.instance:
			remote = append(remote, a)
			if !l.near(from.sent[a.number]) {
				r.remote = append(r.remote, took)
			}
		case out:
			r.localOut = append(r.localOut, took)
		default:
			r.local = append(r.local, took)
		}
	}
	for _, o := range l.outages {
		first, last, any := o.arrivals(from, remote)
		if any {
			r.recovered = append(r.recovered, max(0, first.Sub(o.to)))
			r.caughtUp = append(r.caughtUp, max(0, last.Sub(o.to)))
		}
	}
}

// out reports whether there was an outage.
func (l *load) out(at time.Time) bool {
	return slices.ContainsFunc(l.outages, func(o outage) bool { return o.has(at) })
}

// near reports whether there was an outage, or one was about to begin or had
// just ended, so that an event of the other instance was on its way for long.
func (l *load) near(at time.Time) bool {
	const around = 500 * time.Millisecond
	return slices.ContainsFunc(l.outages, func(o outage) bool {
		return outage{o.from.Add(-around), o.to.Add(around)}.has(at)
	})
}

func (o outage) has(at time.Time) bool { return at.After(o.from) && at.Before(o.to) }

// arrivals returns when the first and the last of the messages sent in the
// outage arrived.
func (o outage) arrivals(from *client, heard []arrival) (first, last time.Time, any bool) {
	for _, a := range heard {
		if !o.has(from.sent[a.number]) {
			continue
		}
		if !any {
			first, any = a.at, true
		}
		last = a.at
	}
	return first, last, any
}
