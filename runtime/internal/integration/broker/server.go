package broker

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// startTime bounds how long a server may take to start. RabbitMQ takes three
// seconds on a machine that does nothing else.
const startTime = 4 * time.Minute

// A server is a process that says in its log when it is ready. It keeps its
// port and its folder from one start to the next. It is used by one goroutine.
type server struct {
	command string
	args    []string
	env     []string // more of its environment, as key=value
	ready   string   // what it logs once it serves
	addr    string   // host and port that it listens on

	cmd   *exec.Cmd     // nil while it does not run
	ended chan struct{} // closed when cmd has ended
}

// Addr returns the host and port that the server listens on.
func (s *server) Addr() string { return s.addr }

// Start starts the server again after Kill, with what it kept on the disk, and
// returns once it serves.
func (s *server) Start(t testing.TB) {
	t.Helper()
	out := newOutput(s.ready)
	cmd := exec.Command(s.command, s.args...)
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second // for its helpers, which have the output too
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	s.cmd, s.ended = cmd, ended
	select {
	case <-out.ready:
	case <-ended:
		s.cmd = nil
		t.Fatalf("%s ended before it served:\n%s", cmd, out)
	case <-time.After(startTime):
		s.Kill()
		t.Fatalf("%s does not serve after %v:\n%s", cmd, startTime, out)
	}
}

// Kill ends the server without any notice, and waits for its end. It does
// nothing when the server does not run.
func (s *server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill() // an error means that it has ended
	<-s.ended
	s.cmd = nil
}
