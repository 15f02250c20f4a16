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

func TestWindowSeesTheWorkOfItsProcesses(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	w, err := measure.Open([]int{os.Getpid()}, os.Getpid())
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
	if s.Server < 20*time.Millisecond || s.Broker != s.Server || s.Generator < 40*time.Millisecond || s.Wall <= 0 || s.RSS == 0 {
		t.Errorf("Close() = %+v after 50 ms of work, want it seen", s)
	}
}

func TestBusiestIsTheLargestShareOfTheChildren(t *testing.T) {
	t.Parallel()
	type cpu = map[int]time.Duration
	for _, c := range []struct {
		name          string
		before, after cpu
		want          float64
	}{
		{"without children there is none", nil, nil, 0},
		{"one child has nobody to share with", cpu{1: 10}, cpu{1: 20}, 0},
		{"what was used before does not count", cpu{1: 1000, 2: 0}, cpu{1: 1025, 2: 75}, .75},
		{"a new child counts in full", cpu{1: 10}, cpu{1: 20, 2: 30}, .75},
		{"children that did nothing share nothing", cpu{1: 10, 2: 10}, cpu{1: 10, 2: 10}, 0},
	} {
		if got := measure.Busiest(c.before, c.after); got != c.want {
			t.Errorf("%s: busiest(%v, %v) = %v, want %v", c.name, c.before, c.after, got, c.want)
		}
	}
}
