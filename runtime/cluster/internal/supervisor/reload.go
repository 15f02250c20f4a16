package supervisor

import "context"

// A reload replaces the workers one after the other.
type reload struct {
	slot    int     // index of the one that is being replaced
	next    *worker // starts, or has taken the place
	old     *worker // serves or drains; nil when there is none any more
	waiting []chan error
	again   []chan error // of those who asked when it was under way
}

// Reload replaces all workers, one after the other: the new one is ready
// before the old one drains. When a new one fails, Reload returns a
// WorkerError and the old one serves on, as do those that were not replaced
// yet. While a reload is under way, all who ask share the next one.
func (s *Supervisor) Reload(ctx context.Context) error {
	answer := make(chan error, 1)
	s.post(func() { s.askReload(answer) })
	select {
	case err := <-answer:
		return err
	case <-s.done:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Supervisor) askReload(answers ...chan error) {
	switch {
	case s.stopping:
		tell(answers, ErrStopped)
	case s.reload != nil:
		s.reload.again = append(s.reload.again, answers...)
	default:
		s.Logger.Info("reloading the workers")
		s.reload = &reload{waiting: answers}
		s.replace()
	}
}

func tell(answers []chan error, err error) {
	for _, answer := range answers {
		answer <- err
	}
}

// replace starts a new worker in the reload's slot.
func (s *Supervisor) replace() {
	sl := s.slots[s.reload.slot]
	s.reload.old = sl.newest()
	s.reload.next = sl.add()
	s.start(s.reload.next)
}

// newest returns the worker that serves or is about to, nil for none.
func (sl *slot) newest() *worker {
	for i := len(sl.workers) - 1; i >= 0; i-- {
		if w := sl.workers[i]; w.state != Draining {
			return w
		}
	}
	return nil
}

// replaced is called when a worker has become ready. If a reload waits for it,
// the old one drains now.
func (s *Supervisor) replaced(w *worker) {
	switch r := s.reload; {
	case r == nil || r.next != w:
	case r.old == nil:
		s.reloadNext()
	default:
		r.old.drain(s, true)
	}
}

// reloadEnded tells the reload that a worker ended, and reports whether it
// sees to the rest: then there is nothing to restart.
func (s *Supervisor) reloadEnded(w *worker) bool {
	r := s.reload
	switch {
	case r == nil:
		return false
	case w == r.old:
		r.old = nil
		if w.state == Draining {
			s.reloadNext()
		} // else the new one, which is on its way, takes its place at once
		return true
	case w == r.next && !w.served:
		s.Logger.Error("reload failed, the old workers serve on", "worker", w.id.Slot, "reason", w.failure)
		s.endReload(&WorkerError{w.id.Slot, w.failure})
		return r.old != nil
	}
	return false
}

func (s *Supervisor) reloadNext() {
	if s.reload.slot++; s.reload.slot < len(s.slots) {
		s.replace()
		return
	}
	s.Logger.Info("reloaded the workers")
	s.endReload(nil)
}

// endReload answers those who wait and starts the reload that was asked for
// meanwhile.
func (s *Supervisor) endReload(err error) {
	r := s.reload
	if r == nil {
		return
	}
	s.reload = nil
	tell(r.waiting, err)
	if len(r.again) > 0 {
		// Not from here: one whose start fails at once would call this again.
		s.after(0, func() { s.askReload(r.again...) })
	}
}
