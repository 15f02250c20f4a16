package supervisor

import (
	"fmt"
	"time"
)

// A slot is a worker's place, in which one serves and others may start or
// drain.
type slot struct {
	number       int
	generation   int       // of the newest
	workers      []*worker // the newest last
	restarts     int
	deaths       int // in a row, without one that lasted
	failedStarts int // in a row
	lastError    string
	timer        *time.Timer // of the restart to come
}

func (sl *slot) stopTimer() {
	if sl.timer != nil {
		sl.timer.Stop()
	}
	sl.timer = nil
}

// Of restarts: the first is at once, the wait then doubles, and begins anew
// behind a worker that served for long enough.
const (
	firstWait = 100 * time.Millisecond
	maxWait   = 10 * time.Second
	stable    = 10 * time.Second
)

// maxFailedStarts is how many times in a row a slot's worker may end before it
// is ready, with no other worker serving, until the app gives up.
const maxFailedStarts = 5

// A WorkerError tells which worker failed.
type WorkerError struct {
	Slot   int
	Reason string
}

func (e *WorkerError) Error() string { return fmt.Sprintf("worker %d: %s", e.Slot, e.Reason) }

// restart starts a worker in place of one that ended by itself.
func (s *Supervisor) restart(dead *worker) {
	sl := dead.slot
	if dead.served && time.Since(dead.ready) >= stable {
		sl.deaths = 0
	}
	if !dead.served {
		sl.failedStarts++
	}
	if sl.failedStarts >= maxFailedStarts && s.serving() == 0 {
		s.giveUp(sl)
		return
	}
	wait := backoff(sl.deaths)
	sl.deaths++
	sl.restarts++
	if wait > 0 {
		s.Logger.Info("worker restarts later", "worker", sl.number, "wait", wait)
	}
	// Also without a wait: a start that fails at once would call this again.
	var t *time.Timer
	t = s.after(wait, func() {
		if sl.timer == t {
			s.spawn(sl)
		}
	})
	sl.timer = t
}

func backoff(deaths int) time.Duration {
	if deaths == 0 {
		return 0
	}
	return min(firstWait<<min(deaths-1, 10), maxWait)
}

// giveUp ends an app whose workers can not start.
func (s *Supervisor) giveUp(sl *slot) {
	s.errs = append(s.errs, fmt.Errorf("gave up: %d starts in a row failed: %w",
		sl.failedStarts, &WorkerError{sl.number, sl.lastError}))
	s.stop()
}
