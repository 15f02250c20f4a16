//go:build linux || darwin

package process

import (
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// A waiter waits for children. As the first process of a container it also
// inherits, and has to wait for, whatever lost its parent there.
type waiter struct {
	signals chan os.Signal // of ends; nil but in the first process
	reaping sync.WaitGroup

	// mu guards children, and that none is waited for before it is known.
	mu       sync.Mutex
	children map[int]chan syscall.WaitStatus
}

func newWaiter() *waiter {
	w := &waiter{}
	if os.Getpid() == 1 {
		w.children = map[int]chan syscall.WaitStatus{}
		w.signals = make(chan os.Signal, 1)
		signal.Notify(w.signals, syscall.SIGCHLD)
		w.reaping.Go(w.reap)
	}
	return w
}

func (w *waiter) close() {
	if w.signals != nil {
		signal.Stop(w.signals)
		close(w.signals)
		w.reaping.Wait()
	}
}

// reap waits for all that have ended, whenever some have.
func (w *waiter) reap() {
	for range w.signals {
		w.mu.Lock()
		for {
			var status syscall.WaitStatus
			pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
			if err == syscall.EINTR {
				continue
			}
			if err != nil || pid <= 0 {
				break
			}
			if ended := w.children[pid]; ended != nil {
				ended <- status
				delete(w.children, pid)
			}
		}
		w.mu.Unlock()
	}
}

// A child is a process that a waiter knows.
type child struct {
	*os.Process
	pid   int                     // as Process.Pid changes at its release
	ended chan syscall.WaitStatus // nil if it has to be waited for
}

// fork starts a program.
func (w *waiter) fork(path string, args []string, attr *syscall.ProcAttr) (*child, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	pid, err := syscall.ForkExec(path, args, attr)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	p, err := os.FindProcess(pid) // never fails for a child not waited for
	if err != nil {
		return nil, err
	}
	c := &child{Process: p, pid: pid}
	if w.children != nil {
		c.ended = make(chan syscall.WaitStatus, 1)
		w.children[pid] = c.ended
	}
	return c, nil
}

// wait waits for the end and tells its reason, "" for a good one.
func (c *child) wait() string {
	if c.ended != nil {
		status := <-c.ended
		_ = c.Release()
		return reason(status)
	}
	state, err := c.Wait()
	if err != nil {
		return err.Error()
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok {
		return reason(status)
	}
	return state.String()
}

func reason(s syscall.WaitStatus) string {
	switch {
	case s.Signaled():
		return "signal: " + s.Signal().String()
	case s.ExitStatus() != 0:
		return fmt.Sprintf("exit status %d", s.ExitStatus())
	}
	return ""
}
