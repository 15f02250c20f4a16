package broker

import (
	"os"
	"sync"
	"testing"
)

// A Shared is a RabbitMQ node that the tests of a package share, because one
// takes seconds to start. A test that kills it does not run in parallel with
// others. The package's TestMain closes it.
type Shared struct {
	// mu guards the fields below.
	mu   sync.Mutex
	node *RabbitMQ
	dir  string
}

// RabbitMQ returns the node, and starts it if it does not run.
func (s *Shared) RabbitMQ(t testing.TB) *RabbitMQ {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.node == nil {
		dir, err := os.MkdirTemp("", "rabbitmq")
		if err != nil {
			t.Fatal(err)
		}
		s.dir, s.node = dir, newRabbitMQ(t, dir)
	}
	if s.node.cmd == nil {
		s.node.Start(t)
	}
	return s.node
}

// Close ends the node if there is one.
func (s *Shared) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.node == nil {
		return nil
	}
	s.node.Kill()
	return os.RemoveAll(s.dir)
}
