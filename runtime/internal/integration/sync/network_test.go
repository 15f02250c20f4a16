//go:build linux || darwin

package sync_test

import (
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

// through returns a network to a backend, and the backend's URL on its other
// side.
func through(t *testing.T, b backend) (p *broker.Proxy, url string) {
	t.Helper()
	p = broker.NewProxy(t, b.Addr())
	return p, strings.Replace(b.URL(), b.Addr(), p.Addr(), 1)
}

func TestNothingIsLostWhenTheNetworkFails(t *testing.T) {
	t.Parallel()
	for _, s := range backends {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := s.start(t)
			network, url := through(t, b)
			a := start(t, "a", url)
			f := launch(t, a, start(t, "b", b.URL()))

			network.Freeze()
			checkDetected(t, "with nothing to send", a.connected(false))
			network.Heal()
			a.connected(true)

			l := f.load()
			for _, breakIt := range []func(){network.Cut, network.Freeze, network.Freeze} {
				l.more(down / 2)
				breakIt()
				from := time.Now()
				checkDetected(t, "with events to send", a.connected(false))
				l.more(down)
				network.Heal()
				l.outages = append(l.outages, outage{from, time.Now()})
				f.caughtUp()
			}
			l.end()
			l.check()
			l.report(t)
		})
	}
}

// checkDetected checks how long it took until a broken network was noticed.
func checkDetected(t *testing.T, when string, took time.Duration) {
	t.Helper()
	t.Logf("noticed after %v %s", took, when)
	// Ten seconds are the goal.
	if took > 15*time.Second {
		t.Errorf("that the network is gone was noticed after %v only", took)
	}
}
