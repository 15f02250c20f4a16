package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
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

	// Servers listen below the ports that the kernel gives to clients, of which
	// the workloads take thousands.
	firstPort, ports = 23001, 90

	startTimeout = 30 * time.Second
	stopTimeout  = 5 * time.Second
)

// canPin reports whether processes can be kept on a CPU each.
func canPin(ctx context.Context) bool {
	for _, cpu := range []string{serverCPU, generatorCPU} {
		if exec.CommandContext(ctx, "taskset", "-c", cpu, "true").Run() != nil {
			return false
		}
	}
	return true
}

// program returns a command that runs on one CPU, if that can be. It is
// signalled to stop when ctx ends.
func (b *bench) program(ctx context.Context, cpu string, args, env []string) *exec.Cmd {
	if b.pinned {
		args = append([]string{"taskset", "-c", cpu}, args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTimeout
	return cmd
}

// A server is a peer that runs.
type server struct {
	url     string
	profile string // address of its profiles
	pid     int
	stop    func() // ends it and waits for that
}

// start starts a peer for a set of workloads and waits until it answers.
func (b *bench) start(ctx context.Context, p peer, set string) (*server, error) {
	dir, err := os.MkdirTemp(b.dir, "run-")
	if err != nil {
		return nil, err
	}
	logs, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	port, profile := b.freePort(), b.freePort()
	args, env := p.command(set, port, dir)
	s := &server{url: "http://127.0.0.1:" + strconv.Itoa(port), profile: "127.0.0.1:" + strconv.Itoa(profile)}
	ctx, cancel := context.WithCancel(ctx)
	cmd := b.program(ctx, serverCPU, args, append(env, "PROFILE_ADDR="+s.profile))
	cmd.Stdout, cmd.Stderr = logs, logs
	s.stop = func() {
		cancel()
		if cmd.Process != nil {
			cmd.Wait() // how it ended does not matter
		}
		logs.Close()
		os.RemoveAll(dir)
	}
	if err = cmd.Start(); err == nil {
		s.pid = cmd.Process.Pid
		err = untilAnswers(ctx, s.url)
	}
	if err != nil {
		text, _ := os.ReadFile(logs.Name()) // for the error's text only
		s.stop()
		return nil, fmt.Errorf("%s does not start: %w\n%s", p.name, err, text)
	}
	return s, nil
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

// untilAnswers waits until there is an answer of whatever status.
func untilAnswers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err == nil {
			return resp.Body.Close()
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
