// Package supervisor decides when the workers of a cluster start, stop and are
// replaced. It knows processes as an interface, sockets not at all.
package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// An ID names one worker process.
type ID struct{ Slot, Generation int }

// String returns "slot.generation".
func (id ID) String() string { return fmt.Sprintf("%d.%d", id.Slot, id.Generation) }

// A Process is a worker that was started. Its methods do not wait, and do
// nothing when it has ended.
type Process interface {
	PID() int
	// Drain asks it to finish; replaced says that another one took its place.
	Drain(replaced bool)
	// Ping asks it to report Alive.
	Ping()
	Kill()
	// Missed returns how many messages of the bus it had no room for.
	Missed() uint64
}

// A Report is what a worker says, or what is seen of it. Ended is the last.
type Report struct {
	Kind        Kind
	Text        string // of Failed and Ended; "" for a clean end
	Connections uint64 // of Alive
	Memory      uint64 // of Alive
}

// A Kind tells what a Report is about.
type Kind int

// Kinds of reports.
const (
	Ready  Kind = iota // it serves
	Alive              // it answers a ping
	Failed             // it is about to end because of Text
	Ended              // the process is gone
)

// Config is what a Supervisor needs.
type Config struct {
	Workers int
	Logger  *slog.Logger
	// Start starts a process. It calls report later, from any goroutine.
	Start        func(id ID, report func(Report)) (Process, error)
	ReadyTimeout time.Duration // from the start of a worker until it is Ready
	PingInterval time.Duration
	PingTimeout  time.Duration // from the last report to the kill
	StopTimeout  time.Duration // from Drain to the kill
	Stopping     func()        // called once, when the stop begins; nil for nothing
}

// A Supervisor keeps workers running. One goroutine, that of Run, owns its
// state; the others post functions to it.
type Supervisor struct {
	Config
	inbox chan func()
	done  chan struct{} // closed when Run returns

	slots    []*slot
	began    bool    // all slots were started
	reload   *reload // nil when none is under way
	stopping bool
	stops    int     // calls of Stop
	errs     []error // why Run will fail
}

// New returns a Supervisor for Run.
func New(c Config) *Supervisor {
	s := &Supervisor{Config: c, inbox: make(chan func()), done: make(chan struct{})}
	for n := range c.Workers {
		s.slots = append(s.slots, &slot{number: n + 1})
	}
	return s
}

// ErrStopped is returned to those who ask something of a Supervisor whose Run
// has returned or is about to.
var ErrStopped = errors.New("the app is stopping")

// Run starts the workers and keeps them running until ctx ends or Stop is
// called; then it drains them. It returns nil when all of them ended well, and
// an error after a crash loop or when one had to be killed.
func (s *Supervisor) Run(ctx context.Context) error {
	defer close(s.done)
	// One goes first: what is wrong with the app shows once, and it may set up
	// what all of them share.
	s.spawn(s.slots[0])
	end := ctx.Done()
	for !s.finished() {
		select {
		case f := <-s.inbox:
			f()
		case <-end:
			end = nil
			s.stop()
		}
	}
	return errors.Join(s.errs...)
}

// post runs f in Run's goroutine, unless Run has returned.
func (s *Supervisor) post(f func()) {
	select {
	case s.inbox <- f:
	case <-s.done:
	}
}

// after posts f some time later.
func (s *Supervisor) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() { s.post(f) })
}

// Stop drains all workers; the second call kills them.
func (s *Supervisor) Stop() {
	s.post(func() {
		if s.stops++; s.stops == 1 {
			s.stop()
			return
		}
		for _, w := range s.all() {
			w.kill(s, "killed by the second signal")
		}
	})
}

func (s *Supervisor) stop() {
	if s.stopping {
		return
	}
	s.stopping = true
	s.Logger.Info("stopping the workers")
	if s.Stopping != nil {
		s.Stopping()
	}
	s.endReload(ErrStopped)
	for _, slot := range s.slots {
		slot.stopTimer()
	}
	for _, w := range s.all() {
		w.drain(s, false)
	}
}

func (s *Supervisor) finished() bool { return s.stopping && len(s.all()) == 0 }

// all returns all workers there are.
func (s *Supervisor) all() []*worker {
	var all []*worker
	for _, slot := range s.slots {
		all = append(all, slot.workers...)
	}
	return all
}

// serving returns how many workers are ready.
func (s *Supervisor) serving() (n int) {
	for _, w := range s.all() {
		if w.state == Serving {
			n++
		}
	}
	return n
}
