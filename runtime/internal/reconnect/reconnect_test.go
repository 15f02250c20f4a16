package reconnect_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/reconnect"
)

func TestPausesGrowUpToTheLongestAndBeginAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b reconnect.Backoff
		pause := func() time.Duration {
			start := time.Now()
			if !b.Pause(t.Context()) {
				t.Error("Pause reports the end of its context")
			}
			return time.Since(start)
		}
		last := pause()
		for range 3 {
			next := pause()
			if next < last*3/2 {
				t.Errorf("a pause of %v after one of %v", next, last)
			}
			last = next
		}
		for range 5 {
			if d := pause(); d < reconnect.MaxPause || d > reconnect.MaxPause*5/4 {
				t.Errorf("a pause of %v, want about %v", d, reconnect.MaxPause)
			}
		}
		b.Reset()
		if d := pause(); d > 25*time.Millisecond {
			t.Errorf("after Reset a pause of %v", d)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if b.Pause(ctx) {
			t.Error("Pause does not report the end of its context")
		}
	})
}

func TestTheLogIsToldOfALossAndOfItsEndOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		broken := errors.New("broken")
		l := reconnect.NewLink(slog.New(slog.NewTextHandler(&log, nil)), reconnect.Words{Lost: "LOST", Back: "BACK", Missing: "MISSING"})
		expect := func(step string, connected bool, lost, back, missing int) {
			t.Helper()
			if l.Connected() != connected {
				t.Errorf("%s: connected %v, want %v", step, !connected, connected)
			}
			text := log.String()
			if strings.Count(text, "LOST") != lost || strings.Count(text, "BACK") != back || strings.Count(text, "MISSING") != missing {
				t.Errorf("%s: the log says %s", step, text)
			}
		}
		l.Received(broken)
		expect("not there", false, 0, 0, 0)
		l.Missing()
		expect("missing", false, 0, 0, 1)
		time.Sleep(time.Second)
		l.Received(nil)
		l.Sent(nil)
		expect("there", true, 0, 1, 1)
		l.Missing()
		expect("there since a moment ago", true, 0, 1, 1)
		time.Sleep(time.Minute)
		l.Sent(broken)
		l.Received(broken)
		l.Sent(broken)
		expect("lost", false, 1, 1, 1)
		time.Sleep(time.Second)
		l.Sent(nil)
		expect("one direction", false, 1, 1, 1)
		l.Received(nil)
		expect("back", true, 1, 2, 1)
		l.Sent(broken)
		l.Sent(nil)
		expect("a loss soon after", true, 1, 2, 1)
		if !errors.Is(l.LastError(), broken) {
			t.Errorf("LastError = %v, want %v", l.LastError(), broken)
		}
	})
}
