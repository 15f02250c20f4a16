package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

const (
	demoName   = "chat"
	demoModule = "example.com/chat"

	// demoStart bounds how long the app may take until it is ready, demoStop
	// until it has stopped after the signal.
	demoStart = 30 * time.Second
	demoStop  = 10 * time.Second
)

func (c *cli) demoCommand() *cobra.Command {
	var port int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Build and run a chat, to see what it is like",
		Long: `demo makes the chat example in a temporary folder, builds it, runs it and prints
its address. Ctrl-C stops it and removes the folder.`,
		Example: `  featherscaffold demo
  featherscaffold demo --port 0       # any free port`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// Other commands may be killed at any time; this one cleans up.
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			return c.demo(ctx, port)
		},
	}
	cmd.Flags().IntVar(&port, "port", 3030, "`PORT` to listen on; 0 for a free one")
	return cmd
}

func (c *cli) demo(ctx context.Context, port int) (err error) {
	if port, err = freePort(port); err != nil {
		return err
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("the go command is not in PATH; install Go from https://go.dev/dl")
	}
	dir, err := os.MkdirTemp("", "featherscaffold-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary, err := c.buildDemo(ctx, goTool, dir)
	if err == nil {
		err = c.runDemo(ctx, binary, dir, port)
	}
	if err != nil && ctx.Err() != nil {
		return nil
	}
	return err
}

// freePort checks that a port can be listened on; 0 asks for any.
func freePort(port int) (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return 0, fmt.Errorf("port %d can not be used: %w; choose another with --port", port, errors.Unwrap(err))
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// buildDemo writes and builds the example and returns the program's path.
func (c *cli) buildDemo(ctx context.Context, goTool, dir string) (string, error) {
	fmt.Fprintf(c.stderr, "Building the %s example …\n", demoName)
	s, err := c.exampleSpec(demoName, demoName, demoModule)
	if err != nil {
		return "", err
	}
	project := filepath.Join(dir, demoName)
	if _, err := c.scaffold(project, s, newFlags{}); err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "bin", demoName+exeSuffix)
	cmd := exec.CommandContext(ctx, goTool, "build", "-o", binary, "./cmd/"+demoName)
	cmd.Dir = project
	// The user's own settings are for the user's own modules.
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOTMPDIR="+dir)
	cmd.Cancel = func() error { return stopGroup(cmd.Process) }
	cmd.WaitDelay = demoStop
	ownGroup(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
}

// runDemo runs the program until it ends or ctx does.
func (c *cli) runDemo(ctx context.Context, binary, dir string, port int) error {
	cmd := exec.CommandContext(ctx, binary)
	cmd.Dir = dir
	cmd.Env = append([]string{"LOG_LEVEL=warn", "APP_ENV=production"}, os.Environ()...)
	cmd.Env = append(cmd.Env, "HOST=127.0.0.1", "PORT="+strconv.Itoa(port), "DATABASE="+filepath.Join(dir, "chat.db"),
		"RUNTIME_DIRECTORY="+filepath.Join(dir, "s"), // a socket's path must be short
		"STOP_TIMEOUT=5s")
	cmd.Stdout, cmd.Stderr = c.stderr, c.stderr
	cmd.Cancel = func() error { return stopProcess(cmd.Process) }
	cmd.WaitDelay = demoStop
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the app: %w", err)
	}
	var exit error // set before ended is closed
	ended := make(chan struct{})
	go func() {
		exit = cmd.Wait()
		close(ended)
	}()

	url := "http://127.0.0.1:" + strconv.Itoa(port)
	if err := untilReady(ctx, url+"/readyz", ended); err != nil {
		_ = stopProcess(cmd.Process)
		<-ended
		return err
	}
	fmt.Fprintf(c.stdout, "Chat is running at %s  (Ctrl-C stops it)\n", url)
	<-ended
	if ctx.Err() == nil {
		return fmt.Errorf("the app ended by itself: %v", cmd.ProcessState)
	}
	if exit != nil && !errors.Is(exit, context.Canceled) {
		return fmt.Errorf("stop the app: %w", exit)
	}
	fmt.Fprintln(c.stderr, "Stopped.")
	return nil
}

// untilReady waits until url answers 200. It gives up when the app has ended,
// when ctx ends and after demoStart.
func untilReady(ctx context.Context, url string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, demoStart)
	defer cancel()
	client := http.Client{Timeout: time.Second}
	defer client.CloseIdleConnections()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		if isReady(ctx, &client, url) {
			return nil
		}
		select {
		case <-ended:
			return errors.New("the app ended before it was ready")
		case <-ctx.Done():
			return fmt.Errorf("the app is not ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

func isReady(ctx context.Context, client *http.Client, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
