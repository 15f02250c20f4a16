package supervisor_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
)

func TestOneWorkerGoesFirst(t *testing.T) {
	inWorld(t, 3, func(t *testing.T, w *world) {
		w.last(1).ready()
		w.last(3)
		w.serving()
		if got := w.states(); !slices.Equal(got, []supervisor.State{"serving", "serving", "serving"}) {
			t.Errorf("states %v", got)
		}
	})
}

func TestDeadWorkerIsReplacedAtOnceAndThenLaterAndLater(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		p := w.last(1)
		for i, wait := range []time.Duration{0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000} {
			p.ready()
			synctest.Wait()
			p.end("signal: killed")
			if wait *= time.Millisecond; wait > 0 {
				w.after(wait - 1)
				w.last(i + 1)
			}
			w.after(1)
			p = w.last(i + 2)
		}
		p.ready()
		w.after(10 * time.Second)
		p.end("signal: killed")
		w.after(1)
		if p := w.last(12); p.id != (supervisor.ID{Slot: 1, Generation: 12}) {
			t.Errorf("after one that lasted, %v was not started at once", p.id)
		}
	})
}

func TestCrashLoopEndsTheApp(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		for i := range 5 {
			p := w.last(i + 1)
			p.report(supervisor.Report{Kind: supervisor.Failed, Text: "open database: no such folder"})
			p.end("exit status 1")
			w.after(time.Second)
		}
		err := w.ended()
		var worker *supervisor.WorkerError
		if !errors.As(err, &worker) || err.Error() != "gave up: 5 starts in a row failed: worker 1: open database: no such folder" {
			t.Errorf("Run = %v", err)
		}
	})
}

func TestStartThatFailsIsACrashToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, refuse: errStart}
		s := supervisor.New(supervisor.Config{Workers: 2, Logger: discard, Start: w.start})
		if err := s.Run(t.Context()); err == nil || !strings.HasSuffix(err.Error(), "worker 1: no such file") {
			t.Errorf("Run = %v", err)
		}
		if err := s.Reload(t.Context()); err != supervisor.ErrStopped {
			t.Errorf("Reload after the end = %v, want ErrStopped", err)
		}
		if _, err := s.Status(t.Context()); err != supervisor.ErrStopped {
			t.Errorf("Status after the end = %v, want ErrStopped", err)
		}
	})
}

func TestAppGoesOnWhileOneWorkerServes(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		w.serving()
		p := w.started[1]
		for i := range 10 {
			p.end("exit status 1")
			w.after(10 * time.Second)
			p = w.last(i + 3)
		}
		if got := w.states(); !slices.Equal(got, []supervisor.State{"serving", "starting"}) {
			t.Errorf("states %v", got)
		}
	})
}

func TestWorkerThatIsNotReadyInTimeIsKilled(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		p := w.last(1)
		w.after(readyTimeout - 1)
		if p.kills != 0 {
			t.Error("killed too early")
		}
		w.after(2)
		w.last(2)
		if st, err := w.Status(t.Context()); err != nil || st.Workers[0].LastError != "not ready after 30s" || st.Workers[0].Restarts != 1 {
			t.Errorf("status %+v, %v", st, err)
		}
	})
}

func TestHungWorkerIsKilledAndAnotherOneIsNot(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		w.serving()
		hung, good := w.started[0], w.started[1]
		w.after(5 * time.Second)
		hung.mute = true
		w.after(pingTimeout)
		if hung.kills != 0 {
			t.Error("killed too early")
		}
		w.after(2 * pingInterval)
		if hung.kills != 1 || good.kills != 0 || good.pings < 5 {
			t.Errorf("hung one killed %d times, good one %d times after %d pings", hung.kills, good.kills, good.pings)
		}
		w.last(3)
		st, _ := w.Status(t.Context())
		if got := st.Workers[1]; got.Connections != 3 || got.Memory != 5 || got.PID != good.PID() {
			t.Errorf("status of the good one: %+v", got)
		}
	})
}

func TestStopDrainsAll(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		ps := w.serving()
		w.Stop()
		synctest.Wait()
		for _, p := range ps {
			if !slices.Equal(p.drained, []bool{false}) {
				t.Errorf("drained %v, want once and not replaced", p.drained)
			}
			p.end("")
		}
		if err := w.ended(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		w.last(2)
	})
}

func TestEndOfContextStops(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		p := w.last(1) // not ready
		w.cancel()
		synctest.Wait()
		p.end("")
		if err := w.ended(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
}

func TestSecondStopKills(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		ps := w.serving()
		w.Stop()
		w.Stop()
		synctest.Wait()
		if ps[0].kills != 1 || ps[1].kills != 1 {
			t.Errorf("kills %d and %d", ps[0].kills, ps[1].kills)
		}
		if err := w.ended(); err == nil || !strings.Contains(err.Error(), "second signal") {
			t.Errorf("Run = %v", err)
		}
	})
}

func TestWorkerThatDoesNotStopIsKilled(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		w.serving()
		w.Stop()
		w.after(stopTimeout)
		if err := w.ended(); err == nil || err.Error() != "worker 1: did not finish within 15s" {
			t.Errorf("Run = %v", err)
		}
	})
}

func TestStopWhileAWorkerWaitsForItsRestart(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		for range 2 {
			w.last(len(w.started)).end("exit status 1")
			synctest.Wait()
		}
		w.after(1)
		if got := w.states(); got[0] != supervisor.Waiting {
			t.Fatalf("state %v, want waiting", got)
		}
		w.Stop()
		if err := w.ended(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		w.after(time.Minute)
		w.last(2)
	})
}

func TestAskingDoesNotOutliveItsContext(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		w.serving()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			synctest.Wait()
			cancel()
		}()
		if err := w.Reload(ctx); err != context.Canceled {
			t.Errorf("Reload = %v, want context.Canceled", err)
		}
	})
}
