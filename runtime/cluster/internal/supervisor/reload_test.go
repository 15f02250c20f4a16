package supervisor_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
)

// pending expects a reload that is under way.
func pending(t *testing.T, done <-chan error) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-done:
		t.Fatalf("Reload = %v, too early", err)
	default:
	}
}

func TestReloadReplacesOneAfterTheOther(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		ps := slices.Clone(w.serving())
		done := w.reload()
		for i, old := range ps {
			next := w.last(3 + i)
			if next.id != (supervisor.ID{Slot: i + 1, Generation: 2}) {
				t.Fatalf("started %v", next.id)
			}
			if len(old.drained) > 0 {
				t.Error("the old one drains before the new one is ready")
			}
			next.ready()
			synctest.Wait()
			if !slices.Equal(old.drained, []bool{true}) {
				t.Errorf("the old one was drained %v, want once and replaced", old.drained)
			}
			pending(t, done)
			old.end("")
		}
		if err := <-done; err != nil {
			t.Errorf("Reload = %v", err)
		}
		w.last(4)
		if got := w.states(); !slices.Equal(got, []supervisor.State{"serving", "serving"}) {
			t.Errorf("states %v", got)
		}
	})
}

func TestNewWorkerThatFailsLeavesTheOldOnes(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		ps := slices.Clone(w.serving())
		for name, fail := range map[string]func(*process){
			"it ends":      func(p *process) { p.end("exit status 1") },
			"it hangs":     func(*process) { w.after(readyTimeout) },
			"it is killed": func(p *process) { w.after(readyTimeout); p.ready() },
		} {
			done, n := w.reload(), len(w.started)
			fail(w.last(n))
			var failed *supervisor.WorkerError
			if err := <-done; !errors.As(err, &failed) || failed.Slot != 1 {
				t.Errorf("%s: Reload = %v, want an error of worker 1", name, err)
			}
			w.last(n)
		}
		for _, p := range ps {
			if len(p.drained)+p.kills > 0 {
				t.Error("an old worker was ended")
			}
		}
		if got := w.states(); !slices.Equal(got, []supervisor.State{"serving", "serving"}) {
			t.Errorf("states %v", got)
		}
	})
}

func TestReloadsThatOverlapShareTheNextOne(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		w.serving()
		first, second, third := w.reload(), w.reload(), w.reload()
		w.last(2).ready()
		synctest.Wait()
		w.started[0].end("")
		if err := <-first; err != nil {
			t.Error(err)
		}
		pending(t, second)
		pending(t, third)
		w.last(3).ready()
		synctest.Wait()
		w.started[1].end("")
		if err := errors.Join(<-second, <-third); err != nil {
			t.Error(err)
		}
		w.last(3)
	})
}

func TestOldWorkerThatDiesDuringTheReloadIsNotRestarted(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		w.serving()
		done := w.reload()
		w.started[0].end("signal: killed")
		w.after(time.Second)
		w.last(2).ready()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestSlotThatLosesBothIsRestarted(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		w.serving()
		done := w.reload()
		w.started[0].end("signal: killed")
		synctest.Wait()
		w.started[1].end("exit status 1")
		if err := <-done; err == nil {
			t.Error("Reload = nil")
		}
		w.after(1)
		w.last(3).ready()
		synctest.Wait()
		if got := w.states(); !slices.Equal(got, []supervisor.State{"serving"}) {
			t.Errorf("states %v", got)
		}
	})
}

func TestNewWorkerThatDiesWhileTheOldOneDrainsIsRestarted(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		w.serving()
		done := w.reload()
		w.started[1].ready()
		synctest.Wait()
		w.started[1].end("signal: killed")
		w.after(1)
		w.last(3).ready()
		pending(t, done)
		w.started[0].end("")
		if err := <-done; err != nil {
			t.Error(err)
		}
		w.last(3)
	})
}

func TestReloadFillsASlotThatWaits(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		w.serving()
		w.started[0].end("x")
		w.after(1)
		w.last(3).end("x") // the next start is 100 ms away
		done := w.reload()
		w.last(4).ready()
		w.last(5).ready()
		synctest.Wait()
		w.started[1].end("")
		if err := <-done; err != nil {
			t.Error(err)
		}
		w.after(time.Second)
		w.last(5)
	})
}

func TestStopEndsAReload(t *testing.T) {
	inWorld(t, 1, func(t *testing.T, w *world) {
		w.serving()
		first, second := w.reload(), w.reload()
		w.Stop()
		if err := <-first; err != supervisor.ErrStopped {
			t.Errorf("Reload = %v, want ErrStopped", err)
		}
		if err := <-second; err != supervisor.ErrStopped {
			t.Errorf("the waiting Reload = %v, want ErrStopped", err)
		}
		if w.started[1].drained == nil {
			t.Error("the new one was not told to drain")
		}
	})
}

func TestReloadDuringTheStartReplacesToo(t *testing.T) {
	inWorld(t, 2, func(t *testing.T, w *world) {
		done := w.reload()
		w.last(2).ready() // 1.2; 1.1 is not ready, and leaves
		synctest.Wait()
		w.started[0].end("")
		synctest.Wait()
		for i := 2; i < len(w.started); i++ {
			w.started[i].ready()
			synctest.Wait()
			for _, p := range w.started {
				if len(p.drained) > 0 && p.id.Slot == 2 {
					p.end("")
				}
			}
			synctest.Wait()
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if got := w.states(); !slices.Equal(got, []supervisor.State{"serving", "serving"}) {
			t.Errorf("states %v", got)
		}
	})
}
