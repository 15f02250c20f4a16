package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

const (
	// watchStop bounds how long an app may take to stop, a little more than
	// its own STOP_TIMEOUT by default.
	watchStop = 12 * time.Second
	// watchReload bounds how long an app with workers may take to replace them.
	watchReload = time.Minute
)

// A child is the app as a process.
type child struct {
	cmd   *exec.Cmd
	stop  context.CancelFunc
	ended chan struct{} // closed when the process has ended
}

func (a *child) state() *os.ProcessState { return a.cmd.ProcessState }

// start runs the program until ctx ends; it is then told to stop, and killed
// when it does not.
func (w *watching) start(ctx context.Context, env []string) error {
	ctx, cancel := context.WithCancel(ctx)
	cmd := w.command(ctx, env, w.args...)
	cmd.Stdout = w.stdout
	cmd.Stderr = w.stderr
	if err := cmd.Start(); err != nil {
		cancel()
		return fmt.Errorf("start the app: %w", err)
	}
	app := &child{cmd: cmd, stop: cancel, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // the state tells more
		close(app.ended)
	}()
	w.app, w.env = app, env
	return nil
}

func (w *watching) command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.program(), args...)
	cmd.Dir = w.dir
	cmd.Env = env
	cmd.Cancel = func() error { return stopProcess(cmd.Process) }
	cmd.WaitDelay = watchStop
	ownGroup(cmd)
	return cmd
}

// stop stops the app, if one runs, and waits for its end.
func (w *watching) stop() {
	if w.app == nil {
		return
	}
	w.app.stop()
	<-w.app.ended
	w.app = nil
}

// ended is closed when the app ends; it is nil while none runs.
func (w *watching) ended() <-chan struct{} {
	if w.app == nil {
		return nil
	}
	return w.app.ended
}

func (w *watching) program() string { return filepath.Join(w.bin, "app"+exeSuffix) }

func (w *watching) next() string { return filepath.Join(w.bin, "next"+exeSuffix) }

func (w *watching) before() string { return filepath.Join(w.bin, "before"+exeSuffix) }

// environment returns what the app sees: .env over the environment.
func (w *watching) environment() ([]string, error) {
	settings, err := readSettings(w.dir)
	if err != nil {
		return nil, err
	}
	env := os.Environ()
	for _, s := range settings {
		env = append(env, s.Name+"="+s.Value)
	}
	return env, nil
}

// replace makes the program that was built the one that runs.
func (w *watching) replace(ctx context.Context, env []string) error {
	if w.app != nil && w.reloads(ctx, env) {
		return w.reload(ctx, env)
	}
	again := w.app != nil
	w.stop()
	if err := os.Rename(w.next(), w.program()); err != nil {
		return err
	}
	if err := w.start(ctx, env); err != nil {
		return err
	}
	if again {
		w.say("restarted")
	} else {
		w.say("started")
	}
	return nil
}

// reloads reports whether the app that runs has workers to replace. Their
// settings are the supervisor's, which only a start changes.
func (w *watching) reloads(ctx context.Context, env []string) bool {
	if !slices.Equal(env, w.env) {
		return false
	}
	path, text, err := readSpec(w.dir)
	if err != nil {
		return false
	}
	p, err := w.quietly().check(path, text)
	return err == nil && p.Cluster != nil && w.ask(ctx, env, "status") == nil
}

// reload has the supervisor start its workers from the new program. When they
// do not start, it goes on with the old ones, and so with the old program.
func (w *watching) reload(ctx context.Context, env []string) error {
	if err := os.Rename(w.program(), w.before()); err != nil {
		return err
	}
	if err := os.Rename(w.next(), w.program()); err != nil {
		return errors.Join(err, os.Rename(w.before(), w.program()))
	}
	if err := w.ask(ctx, env, "reload"); err != nil {
		return errors.Join(err, os.Rename(w.before(), w.program()))
	}
	w.say("reloaded")
	return nil
}

// ask runs the program to ask the app that runs.
func (w *watching) ask(ctx context.Context, env []string, what string) error {
	ctx, cancel := context.WithTimeout(ctx, watchReload)
	defer cancel()
	var said bytes.Buffer
	cmd := w.command(ctx, env, what)
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", what, err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
}

// sameProgram reports whether the program that was built is the one that was
// built before: a change of a test or of a page's text makes no new one.
func (w *watching) sameProgram() (bool, error) {
	old, err := fileHash(w.program())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	built, err := fileHash(w.next())
	return old == built, err
}

func fileHash(name string) (sum [sha256.Size]byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}
