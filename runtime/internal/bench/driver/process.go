package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const (
	serverCPU    = "0"
	generatorCPU = "1"
	// sharedCPUs are for what runs in several processes: instances, workers,
	// brokers, and the generator beside them.
	sharedCPUs = serverCPU + "," + generatorCPU

	// Servers listen below the ports that the kernel gives to clients, of which
	// the workloads take thousands.
	firstPort, ports = 23001, 90

	startTimeout = 60 * time.Second
	stopTimeout  = 5 * time.Second
)

// cpus returns the CPUs of a set's servers and of its generator.
func cpus(set string) (server, generator string) {
	if shares(set) {
		return sharedCPUs, sharedCPUs
	}
	return serverCPU, generatorCPU
}

// shares reports whether a set's servers and generator have the same CPUs.
func shares(set string) bool { return set == "cluster" || set == "sync" }

// canPin reports whether processes can be kept on a CPU each.
func canPin(ctx context.Context) bool {
	for _, cpu := range []string{serverCPU, generatorCPU} {
		if exec.CommandContext(ctx, "taskset", "-c", cpu, "true").Run() != nil {
			return false
		}
	}
	return true
}

// program returns a command that runs on some CPUs, if that can be. It is
// signalled to stop when ctx ends.
func (b *bench) program(ctx context.Context, cpus string, args, env []string) *exec.Cmd {
	if b.pinned {
		args = append([]string{"taskset", "-c", cpus}, args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTimeout
	return cmd
}

// A process is a program that runs in a folder of its own.
type process struct {
	pid  int
	stop func() // ends it and waits for that
}

// launch starts a program and waits until it is ready, or has ended. command is
// given an empty folder, which is removed in the end.
func (b *bench) launch(ctx context.Context, cpus string, command func(dir string) (args, env []string), ready func(context.Context) error) (*process, error) {
	dir, err := os.MkdirTemp(b.dir, "run-")
	if err != nil {
		return nil, err
	}
	logs, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	args, env := command(dir)
	ctx, cancel := context.WithCancel(ctx)
	cmd := b.program(ctx, cpus, args, env)
	cmd.Stdout, cmd.Stderr = logs, logs
	if err := cmd.Start(); err != nil {
		cancel()
		logs.Close()
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cmd.Wait() // how it ended does not matter
		cancel()   // what is not ready yet will never be
	}()
	p := &process{cmd.Process.Pid, func() {
		cancel()
		<-ended
		logs.Close()
		os.RemoveAll(dir)
	}}
	if err := ready(ctx); err != nil {
		text, _ := os.ReadFile(logs.Name()) // for the error's text only
		p.stop()
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	return p, nil
}

// freePort returns the next port that nobody listens on.
func (b *bench) freePort() int {
	for {
		b.ports++
		port := firstPort + b.ports%ports
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			l.Close()
			return port
		}
	}
}

// until tries something until it succeeds.
func until(ctx context.Context, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
