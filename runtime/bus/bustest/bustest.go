// Package bustest is the suite that every bus passes: Run for drivers of
// brokers, RunBus for a bus of any kind.
package bustest

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// Features tell what the suite can do to a broker, and what it then expects. It
// runs one test at a time, so that what is done to the broker is done to no
// other test.
type Features struct {
	MaxMessage int // of the bus; 0 for bus.DefaultMaxMessage
	// Restart ends the broker without a warning and starts it again at the same
	// address, and returns when it is there; nil for a broker that can not be.
	Restart func(t *testing.T)
	// Lossy is for a broker that may lose in a Restart what it has kept for more
	// than the last seconds: gaps are told then.
	Lossy bool
	// Cut ends all connections to the broker and allows no new ones, or has them
	// stall, until heal is called; nil for a broker that can not be.
	Cut func(t *testing.T) (heal func())
	// Garbage sends a frame to the app with a prefix as a stranger would, past
	// Send; nil for a broker where nobody can.
	Garbage func(t *testing.T, prefix string, frame []byte)
}

// An Opener returns one more process's connection to the broker that is tested,
// for the app with a prefix. It need not be connected yet. The suite closes it.
type Opener func(tb testing.TB, prefix string) bus.Broker

// Run runs the suite against a driver.
func Run(t *testing.T, f Features, open Opener) {
	RunBus(t, f, func(tb testing.TB) Join {
		o := bus.Options{Prefix: newPrefix()}
		return func(tb testing.TB) (runtime.Bus, func()) { return start(tb, open, o) }
	})
	tell(t, []story{
		{"frames signed with another key are not heard", func(t *testing.T) { testKeys(t, open) }},
		{"apps with other prefixes are not heard", func(t *testing.T) { testPrefixes(t, open) }},
		{"what strangers send is counted and passed over", func(t *testing.T) { testGarbage(t, f, open) }},
		{"workers of one host hear each other once", func(t *testing.T) { testSiblings(t, f, open) }},
		{"every process answers a check", func(t *testing.T) { testCheck(t, open) }},
		{"all is counted", func(t *testing.T) { testStats(t, open) }},
	})
}

// A Join returns one more process's bus, to which it has not subscribed, and
// what ends that process well. The suite calls leave once.
type Join func(tb testing.TB) (b runtime.Bus, leave func())

// RunBus runs the part of the suite that needs no broker. network returns what
// joins processes that hear each other and no others.
func RunBus(t *testing.T, f Features, network func(tb testing.TB) Join) {
	f.MaxMessage = cmp.Or(f.MaxMessage, bus.DefaultMaxMessage)
	on := func(test func(t *testing.T, join Join)) func(*testing.T) {
		return func(t *testing.T) { test(t, network(t)) }
	}
	tell(t, []story{
		{"every other process hears each message once in order", on(testTwo)},
		{"five processes at once", on(testFive)},
		{"the largest messages go through", on(func(t *testing.T, join Join) { testLarge(t, f, join) })},
		{"a burst goes through", on(testBurst)},
		{"a slow process holds nobody up and misses nothing", on(testSlow)},
		{"stored is called once for each message", on(testStored)},
		{"a process that joins hears what comes after", on(testLateJoiner)},
		{"what a process published before it left is heard", on(testLeaving)},
	})
	if f.Restart != nil {
		t.Run("a restart of the broker", on(func(t *testing.T, join Join) { testRestart(t, f, join) }))
	}
	if f.Cut != nil {
		t.Run("a broker that is away", on(func(t *testing.T, join Join) { testCut(t, f, join) }))
		t.Run("a process starts without the broker", on(func(t *testing.T, join Join) { testStartWithout(t, f, join) }))
	}
}

type story struct {
	name string
	test func(t *testing.T)
}

func tell(t *testing.T, stories []story) {
	for _, s := range stories {
		t.Run(s.name, s.test)
	}
}

func newPrefix() string { return "bustest-" + rand.Text() }

// leaveWait bounds the end of a process.
const leaveWait = 10 * time.Second

// start returns a bus over a broker, and what ends it.
func start(tb testing.TB, open Opener, o bus.Options) (b *bus.Bus, leave func()) {
	tb.Helper()
	o.Logger = slog.New(slog.NewTextHandler(tb.Output(), nil))
	b = bus.New(open(tb, o.Prefix), o)
	return b, func() {
		ctx, cancel := context.WithTimeout(context.Background(), leaveWait)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			tb.Errorf("Close = %v", err)
		}
	}
}
