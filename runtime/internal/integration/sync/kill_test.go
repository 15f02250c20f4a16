//go:build linux || darwin

package sync_test

import (
	"os"
	"testing"
	"time"
)

// down is how many messages are sent, in two seconds, while a broker is dead.
const down = 200

// kills returns how often a test kills its broker.
func kills() int {
	if os.Getenv("FEATHERSCAFFOLD_LONG") == "1" {
		return 20
	}
	return 3
}

func TestNothingIsLostWhenTheBrokerIsKilled(t *testing.T) {
	t.Parallel()
	for _, s := range mortals {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := s.start(t)
			f := launch(t, start(t, "a", b.URL()), start(t, "b", b.URL()))
			l := f.load()
			for range kills() {
				l.more(down / 2)
				b.Kill()
				from := time.Now()
				l.more(down)
				b.Start(t)
				l.outages = append(l.outages, outage{from, time.Now()})
				f.caughtUp()
			}
			l.end()
			l.check()
			l.report(t)
		})
	}
}
