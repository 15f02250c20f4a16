package supervisor

import (
	"slices"
	"time"
)

// A State tells what a worker is at.
type State string

// States of a worker.
const (
	Starting State = "starting"
	Serving  State = "serving"
	Draining State = "draining"
)

// A worker is one process, from its start to its end.
type worker struct {
	id      ID
	slot    *slot
	proc    Process
	state   State
	served  bool // it was ready once
	killed  bool
	started time.Time
	ready   time.Time
	heard   time.Time
	last    Report // the last Alive
	failure string // why it ended or was killed
	timer   *time.Timer
}

// add makes the worker of a slot's next generation.
func (sl *slot) add() *worker {
	sl.stopTimer()
	sl.generation++
	w := &worker{id: ID{sl.number, sl.generation}, slot: sl, state: Starting, started: time.Now()}
	sl.workers = append(sl.workers, w)
	return w
}

// spawn starts a slot's next worker.
func (s *Supervisor) spawn(sl *slot) { s.start(sl.add()) }

func (s *Supervisor) start(w *worker) {
	proc, err := s.Start(w.id, func(r Report) { s.post(func() { s.report(w, r) }) })
	if err != nil {
		w.failure = err.Error()
		s.ended(w, "")
		return
	}
	w.proc = proc
	w.timer = s.after(s.ReadyTimeout, func() {
		if w.state == Starting {
			w.kill(s, "not ready after "+s.ReadyTimeout.String())
		}
	})
	s.Logger.Debug("worker started", "worker", w.id.Slot, "generation", w.id.Generation, "pid", proc.PID())
}

func (s *Supervisor) report(w *worker, r Report) {
	w.heard = time.Now()
	switch r.Kind {
	case Ready:
		s.becomeReady(w)
	case Alive:
		w.last = r
	case Failed:
		w.failure = r.Text
	case Ended:
		s.ended(w, r.Text)
	}
}

func (s *Supervisor) becomeReady(w *worker) {
	if w.state != Starting || w.killed {
		return
	}
	w.timer.Stop()
	w.state, w.served, w.ready = Serving, true, w.heard
	w.slot.failedStarts = 0
	s.Logger.Info("worker serves", "worker", w.id.Slot, "generation", w.id.Generation, "pid", w.proc.PID())
	s.watch(w)
	if !s.began {
		s.began = true
		for _, sl := range s.slots {
			if len(sl.workers) == 0 {
				s.spawn(sl)
			}
		}
	}
	s.replaced(w)
}

// watch pings a worker until it leaves, and kills it when it does not answer.
func (s *Supervisor) watch(w *worker) {
	w.proc.Ping()
	w.timer = s.after(s.PingInterval, func() {
		switch silent := time.Since(w.heard); {
		case w.state != Serving:
		case silent > s.PingTimeout:
			w.kill(s, "no sign of life for "+silent.Round(time.Millisecond).String())
		default:
			s.watch(w)
		}
	})
}

// drain asks a worker to finish, once.
func (w *worker) drain(s *Supervisor, replaced bool) {
	if w.state == Draining {
		return
	}
	w.state = Draining
	w.stopTimer()
	w.proc.Drain(replaced)
	w.timer = s.after(s.StopTimeout, func() {
		w.kill(s, "did not finish within "+s.StopTimeout.String())
	})
}

func (w *worker) kill(s *Supervisor, why string) {
	w.killed = true
	if w.failure == "" {
		w.failure = why
	}
	w.stopTimer()
	s.Logger.Warn("killing a worker", "worker", w.id.Slot, "generation", w.id.Generation, "reason", why)
	w.proc.Kill()
}

func (w *worker) stopTimer() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

// ended forgets a worker whose process is gone and decides what comes next.
func (s *Supervisor) ended(w *worker, text string) {
	w.stopTimer()
	w.slot.workers = slices.DeleteFunc(w.slot.workers, func(o *worker) bool { return o == w })
	if w.failure == "" {
		w.failure = text
	}
	if w.failure == "" && w.state != Draining {
		w.failure = "ended by itself"
	}
	log := s.Logger.With("worker", w.id.Slot, "generation", w.id.Generation)
	if w.failure == "" {
		log.Info("worker finished")
	} else {
		log.Error("worker failed", "reason", w.failure)
		w.slot.lastError = w.failure
	}
	switch {
	case s.stopping:
		if w.failure != "" && len(s.errs) == 0 {
			s.errs = append(s.errs, &WorkerError{w.id.Slot, w.failure})
		}
	case s.reloadEnded(w), w.state == Draining:
	default:
		s.restart(w)
	}
}
