package bustest

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// joinBus is join for a bus over a broker.
func joinBus(t *testing.T, name string, open Opener, o bus.Options) (*process, *bus.Bus) {
	t.Helper()
	o.Name = name
	b, leave := start(t, open, o)
	return subscribe(t, name, b, leave), b
}

func testKeys(t *testing.T, open Opener) {
	prefix := newPrefix()
	ours := bus.Options{Prefix: prefix, Key: []byte("our key")}
	a, _ := joinBus(t, "a", open, ours)
	b, counts := joinBus(t, "b", open, ours)
	for name, key := range map[string][]byte{"another": []byte("another key"), "none": nil} {
		stranger, _ := joinBus(t, name, open, bus.Options{Prefix: prefix, Key: key})
		stranger.publish(0, 5, 0)
		stranger.leave() // all of it has been sent
	}
	a.publish(0, 5, 0)
	b.hearsAll(5, a)
	if s := counts.Stats(); s.Dropped < 4 || s.Received != 5 {
		t.Errorf("Stats = %+v, want at least 4 frames dropped and 5 messages received", s)
	}
}

func testPrefixes(t *testing.T, open Opener) {
	a, _ := joinBus(t, "a", open, bus.Options{Prefix: newPrefix()})
	prefix := newPrefix()
	b, _ := joinBus(t, "b", open, bus.Options{Prefix: prefix})
	c, counts := joinBus(t, "c", open, bus.Options{Prefix: prefix})
	a.publish(0, 5, 0)
	a.leave()
	b.publish(0, 5, 0)
	c.hearsAll(5, b)
	if s := counts.Stats(); s.Dropped > 0 {
		t.Errorf("Stats = %+v, want no frames dropped", s)
	}
}

func testGarbage(t *testing.T, f Features, open Opener) {
	if f.Garbage == nil {
		t.Skip("nobody but drivers can send to this broker")
	}
	o := bus.Options{Prefix: newPrefix()}
	a, _ := joinBus(t, "a", open, o)
	b, counts := joinBus(t, "b", open, o)
	a.publish(0, 1, 0)
	b.hearsAll(1, a)
	garbage := [][]byte{
		{}, {0}, {1}, []byte("{\"event\":\"created\"}"), bytes.Repeat([]byte{0xff}, 100), bytes.Repeat([]byte{1, 0}, 1<<19),
	}
	for _, frame := range garbage {
		f.Garbage(t, o.Prefix, frame)
	}
	// Messages and what comes by another connection may overtake each other.
	want, n := uint64(len(garbage)), 1
	for end := time.Now().Add(patience); counts.Stats().Dropped < want && time.Now().Before(end); n++ {
		a.publish(n, 1, 0)
		b.hearsAll(n+1, a)
	}
	a.publish(n, 1, 0)
	b.hearsAll(n+1, a)
	if s := counts.Stats(); s.Dropped != want {
		t.Errorf("Stats = %+v, want %d frames dropped", s, want)
	}
}

func testSiblings(t *testing.T, f Features, open Opener) {
	prefix := newPrefix()
	host := func(name string) bus.Options {
		return bus.Options{Prefix: prefix, Instance: name}
	}
	west, east := &local{}, &local{}
	worker := func(name string, on *local, o bus.Options) *process {
		o.Local = on.join(name)
		p, _ := joinBus(t, name, open, o)
		return p
	}
	a, b := worker("a", west, host("west")), worker("b", west, host("west"))
	c, d := worker("c", east, host("east")), worker("d", east, host("east"))
	all := []*process{a, b, c, d}
	for _, p := range all {
		p.publish(0, 100, 0)
	}
	a.hearsAll(100, b, c, d)
	b.hearsAll(100, a, c, d)
	c.hearsAll(100, a, b, d)
	d.hearsAll(100, a, b, c)
	if f.Cut == nil {
		return
	}
	heal := sync.OnceFunc(f.Cut(t))
	defer heal()
	for _, p := range all {
		p.publish(100, 100, 0)
	}
	b.until("its sibling, without the broker", func() bool { return b.heardText("a/199") })
	heal()
	a.hearsAll(200, b, c, d)
	d.hearsAll(200, a, b, c)
}

func testCheck(t *testing.T, open Opener) {
	o := bus.Options{Prefix: newPrefix(), Key: []byte("key")}
	a, asks := joinBus(t, "a", open, o)
	b, _ := joinBus(t, "b", open, o)
	c, _ := joinBus(t, "c\x1b[2J", open, o)
	a.publish(0, 3, 0)
	b.hearsAll(3, a)
	c.hearsAll(3, a)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	found, err := asks.Check(ctx)
	if err != nil || len(found) != 3 {
		t.Fatalf("Check = %+v, %v, want 3 processes", found, err)
	}
	for i, want := range []bus.Process{
		{Name: "a", Self: true, Stats: bus.Stats{Connected: true, Published: 3}},
		{Name: "b", Stats: bus.Stats{Connected: true, Received: 3}},
		{Name: "c\ufffd[2J", Stats: bus.Stats{Connected: true, Received: 3}},
	} {
		got := found[i]
		if got.RoundTrip <= 0 {
			t.Errorf("round trip of %s = %s", got.Name, got.RoundTrip)
		}
		t.Logf("round trip of %q: %s", got.Name, got.RoundTrip)
		got.RoundTrip = 0
		got.Stats.Waiting, got.Stats.WaitingBytes = 0, 0 // the last may be on its way back
		if got != want {
			t.Errorf("Check: process %d is %+v, want %+v", i, got, want)
		}
	}
}

func testStats(t *testing.T, open Opener) {
	o := bus.Options{Prefix: newPrefix()}
	a, sends := joinBus(t, "a", open, o)
	b, receives := joinBus(t, "b", open, o)
	stored := make(chan struct{})
	if err := receives.Publish([]byte("b/0"), func() { close(stored) }); err != nil {
		t.Fatal(err)
	}
	<-stored // it is connected both ways
	a.publish(0, 100, 10)
	b.hearsAll(100, a)
	a.leave()
	if got, want := sends.Stats(), (bus.Stats{Published: 100}); got.Published != want.Published || got.Waiting != 0 || got.WaitingBytes != 0 {
		t.Errorf("Stats of who sent = %+v, want 100 published and none waiting", got)
	}
	if got := receives.Stats(); !got.Connected || got.Received != 100 || got.Gaps+got.Missed+got.Dropped+got.Overflowed != 0 {
		t.Errorf("Stats of who received = %+v, want 100 received and nothing lost", got)
	}
}
