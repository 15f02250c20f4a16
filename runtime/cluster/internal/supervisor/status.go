package supervisor

import (
	"context"
	"time"
)

// A Status tells what the workers of a cluster are at.
type Status struct {
	PID       int      `json:"pid"` // of the supervisor
	Reloading bool     `json:"reloading"`
	Workers   []Worker `json:"workers"` // by slot and generation
}

// A Worker is one worker process, or a slot without one.
type Worker struct {
	Slot        int       `json:"slot"`       // from 1
	Generation  int       `json:"generation"` // from 1
	PID         int       `json:"pid"`        // 0 when it waits for its restart
	State       State     `json:"state"`
	Started     time.Time `json:"started"`             // zero when it waits for its restart
	Restarts    int       `json:"restarts"`            // of the slot, reloads not counted
	Connections uint64    `json:"connections"`         // open ones of clients
	Memory      uint64    `json:"memory"`              // resident bytes
	Missed      uint64    `json:"missed"`              // messages of the bus that it was too slow for
	LastError   string    `json:"lastError,omitempty"` // of the slot
}

// Waiting is the state of a slot whose worker will be restarted.
const Waiting State = "waiting"

// Status returns what the workers are at. Connections and memory are as of the
// last ping.
func (s *Supervisor) Status(ctx context.Context) (Status, error) {
	answer := make(chan Status, 1)
	s.post(func() { answer <- s.status() })
	select {
	case st := <-answer:
		return st, nil
	case <-s.done:
		return Status{}, ErrStopped
	case <-ctx.Done():
		return Status{}, ctx.Err()
	}
}

func (s *Supervisor) status() Status {
	st := Status{Reloading: s.reload != nil}
	for _, sl := range s.slots {
		base := Worker{Slot: sl.number, Generation: sl.generation, State: Waiting, Restarts: sl.restarts, LastError: sl.lastError}
		if len(sl.workers) == 0 {
			st.Workers = append(st.Workers, base)
		}
		for _, w := range sl.workers {
			seen := base
			seen.Generation, seen.State, seen.Started = w.id.Generation, w.state, w.started
			seen.PID, seen.Missed = w.proc.PID(), w.proc.Missed()
			seen.Connections, seen.Memory = w.last.Connections, w.last.Memory
			st.Workers = append(st.Workers, seen)
		}
	}
	return st
}
