package bustest

import (
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime"
)

// A local is a runtime.Bus between the processes of a test.
type local struct {
	mu      sync.Mutex
	workers []*worker
}

type worker struct {
	on      *local
	name    string
	seq     uint64
	deliver func(origin string, seq uint64, msg []byte)
}

func (l *local) join(name string) runtime.Bus { return &worker{on: l, name: name} }

func (w *worker) Publish(msg []byte, stored func()) error {
	w.on.mu.Lock()
	defer w.on.mu.Unlock()
	w.seq++
	for _, to := range w.on.workers {
		if to != w {
			to.deliver(w.name, w.seq, msg)
		}
	}
	if stored != nil {
		stored()
	}
	return nil
}

func (w *worker) Subscribe(deliver func(origin string, seq uint64, msg []byte), _ func(missed uint64)) error {
	w.on.mu.Lock()
	defer w.on.mu.Unlock()
	w.deliver = deliver
	w.on.workers = append(w.on.workers, w)
	return nil
}
