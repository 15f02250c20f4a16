package measure_test

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/measure"
)

func TestTreeSeesAProcessAndItsChildren(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	alone, err := measure.Tree(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "cat")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	child, err := measure.Tree(cmd.Process.Pid)
	if err != nil || child.RSS == 0 {
		t.Errorf("Tree(child) = %+v, %v, want memory", child, err)
	}
	stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if alone.RSS == 0 {
		t.Errorf("Tree(self) = %+v, want memory", alone)
	}
	if got, err := measure.Tree(cmd.Process.Pid); err == nil {
		t.Errorf("Tree of a process that has ended = %+v, want an error", got)
	}
}

func TestWindowSeesTheWorkOfItsProcess(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	w, err := measure.Open(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	before, err := measure.Self()
	if err != nil {
		t.Fatal(err)
	}
	for now := before; now-before < 50*time.Millisecond; now, _ = measure.Self() {
	}
	s, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if s.Server < 20*time.Millisecond || s.Generator < 40*time.Millisecond || s.Wall <= 0 || s.RSS == 0 {
		t.Errorf("Close() = %+v after 50 ms of work, want it seen", s)
	}
}
