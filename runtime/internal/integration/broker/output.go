package broker

import (
	"bytes"
	"sync"
)

// An output keeps what a server logs until it is ready.
type output struct {
	mark  []byte
	ready chan struct{} // closed when the mark has come

	// mu guards the fields below.
	mu   sync.Mutex
	text []byte
	seen bool
}

func newOutput(mark string) *output {
	return &output{mark: []byte(mark), ready: make(chan struct{})}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen {
		return len(p), nil
	}
	o.text = append(o.text, p...)
	if bytes.Contains(o.text, o.mark) {
		o.seen = true
		close(o.ready)
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}
