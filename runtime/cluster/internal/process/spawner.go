//go:build linux || darwin

package process

import (
	"crypto/rand"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/handoff"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/relay"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/supervisor"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

// marker is the environment variable that tells a process it is a worker.
const marker = "FEATHERSCAFFOLD_WORKER"

// Descriptors of a worker, behind the standard ones.
const (
	listenerFD = 3 + iota
	controlFD
	busFD
)

// A Spawner starts workers.
type Spawner struct {
	path     string
	args     []string
	env      []string
	listener *net.TCPListener
	relay    *relay.Relay
	workers  int
	dir      string
	instance string
	waiter   *waiter
	running  sync.WaitGroup
}

// NewSpawner returns a Spawner of workers that serve ln, have their sockets in
// dir, and talk over a relay. It remembers the program's path, arguments and
// environment, and makes up what all of its workers call the instance.
func NewSpawner(ln *net.TCPListener, dir string, workers int, r *relay.Relay) (*Spawner, error) {
	path, err := program()
	if err != nil {
		return nil, err
	}
	env := []string{marker + "=1"}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, marker+"=") {
			env = append(env, v)
		}
	}
	return &Spawner{
		path: path, args: os.Args, env: env, listener: ln, relay: r, workers: workers, dir: dir, instance: rand.Text(), waiter: newWaiter(),
	}, nil
}

// program returns where the program lies. That it was started by, if it leads
// to it, is the better one: it may lead to a newer program at a reload, where
// deployments switch a link.
func program() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	called, err := exec.LookPath(os.Args[0])
	if err != nil {
		return path, nil
	}
	if called, err = filepath.Abs(called); err != nil {
		return path, nil
	}
	a, errA := os.Stat(path)
	b, errB := os.Stat(called)
	if errA != nil || errB != nil || !os.SameFile(a, b) {
		return path, nil
	}
	return called, nil
}

// Close waits for the goroutines of processes that have ended.
func (s *Spawner) Close() {
	s.running.Wait()
	s.waiter.close()
}

// hello is what a worker is told about itself.
type hello struct {
	Slot       int
	Generation int
	Workers    int
	Dir        string
	Instance   string
}

// Start starts a worker. Its goroutines end with it.
func (s *Spawner) Start(id supervisor.ID, report func(supervisor.Report)) (supervisor.Process, error) {
	control, theirControl, err := socketpair()
	if err != nil {
		return nil, err
	}
	defer theirControl.close()
	bus, theirBus, err := socketpair()
	if err != nil {
		_ = control.Close()
		return nil, err
	}
	defer theirBus.close()
	child, err := s.fork(theirControl, theirBus)
	if err != nil {
		_ = control.Close()
		_ = bus.Close()
		return nil, err
	}
	p := &process{child: child, control: control, report: report, socket: handoff.Path(s.dir, id.String())}
	// No map, no pointer: it can not fail.
	text, _ := json.Marshal(hello{id.Slot, id.Generation, s.workers, s.dir, s.instance})
	p.send(wire.Append(nil, wire.Hello, text...))
	p.member = s.relay.Join(id.String(), bus, p.broken)
	s.running.Go(p.run)
	return p, nil
}

// fork hands the listener over by its raw descriptor: File would make it a
// blocking one, for all processes that have it.
func (s *Spawner) fork(control, bus descriptor) (c *child, err error) {
	raw, err := s.listener.SyscallConn()
	if err != nil {
		return nil, err
	}
	cerr := raw.Control(func(ln uintptr) {
		c, err = s.waiter.fork(s.path, s.args, &syscall.ProcAttr{
			Env:   s.env,
			Files: []uintptr{0, 1, 2, ln, uintptr(control), uintptr(bus)},
		})
	})
	if cerr != nil {
		return nil, cerr
	}
	return c, err
}

// A descriptor is one that only a child will use.
type descriptor int

func (d descriptor) close() { _ = syscall.Close(int(d)) }

// socketpair returns our end, and that for a child.
func socketpair() (*net.UnixConn, descriptor, error) {
	syscall.ForkLock.RLock() // no fork before both are marked
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, 0, os.NewSyscallError("socketpair", err)
	}
	c, err := unixConn(fds[0])
	if err != nil {
		descriptor(fds[1]).close()
		return nil, 0, err
	}
	return c, descriptor(fds[1]), nil
}

// unixConn makes a connection of a descriptor, which it takes over.
func unixConn(fd int) (*net.UnixConn, error) {
	f := os.NewFile(uintptr(fd), "socket")
	defer f.Close() // FileConn makes a descriptor of its own
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		_ = c.Close()
		return nil, errInherit
	}
	return u, nil
}
