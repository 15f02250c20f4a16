package measure

import (
	"errors"
	"time"
)

// A Window measures CPU time between two moments.
type Window struct {
	pid     int
	start   time.Time
	server  time.Duration
	self    time.Duration
	machine time.Duration
}

// Span is what a Window saw.
type Span struct {
	Wall      time.Duration
	Server    time.Duration // CPU of the server's process tree
	Generator time.Duration // CPU of this process
	Foreign   time.Duration // CPU of everybody else
	RSS       int64         // of the server's tree at the end, in bytes
}

// Open begins to measure the tree of a server's process, and this process.
func Open(pid int) (Window, error) {
	server, err := Tree(pid)
	self, err2 := Self()
	machine, err3 := Machine()
	return Window{pid, time.Now(), server.CPU, self, machine}, errors.Join(err, err2, err3)
}

// Close returns what was used since Open.
func (w Window) Close() (Span, error) {
	wall := time.Since(w.start)
	machine, err := Machine()
	self, err2 := Self()
	server, err3 := Tree(w.pid)
	s := Span{Wall: wall, Server: server.CPU - w.server, Generator: self - w.self, RSS: server.RSS}
	s.Foreign = max(0, machine-w.machine-s.Server-s.Generator)
	return s, errors.Join(err, err2, err3)
}
