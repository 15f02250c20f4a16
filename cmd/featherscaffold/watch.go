package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherscaffold/featherscaffold/generator/watch"
)

func (c *cli) watchCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "watch [DIR] [-- APP-ARGS...]",
		Short: "Run the app, and bring it up to each change of spec and code",
		Long: `watch generates, builds and runs the project in DIR with the settings of .env,
and does so again when a file changes: after a change of the spec it generates,
after a change of anything that the program is made of it builds, and what is
new then takes over. An app with workers is reloaded without a gap, another one
stops and starts. While the spec or the code has errors the old app serves on.

Hidden files and the folders data, bin and node_modules are not watched. Ctrl-C
stops the app and watch.`,
		Example: `  featherscaffold watch
  featherscaffold watch ./chat`,
		Args:              watchArgs,
		ValidArgsFunction: completeDirs,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, appArgs := splitArgs(cmd, args)
			// Other commands may be killed at any time; this one has an app to stop.
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			return c.watch(ctx, dir, appArgs)
		},
	}
}

func watchArgs(cmd *cobra.Command, args []string) error {
	if n := cmd.ArgsLenAtDash(); n >= 0 {
		args = args[:n]
	}
	return optionalDir(cmd, args)
}

// splitArgs parts the arguments at the double dash.
func splitArgs(cmd *cobra.Command, args []string) (dir string, rest []string) {
	if n := cmd.ArgsLenAtDash(); n >= 0 {
		args, rest = args[:n], args[n:]
	}
	return dirOf(args), rest
}

// A watching runs a project's app and keeps it up to date.
type watching struct {
	*cli
	dir  string
	args []string // of the app
	goes string   // path of the go command
	bin  string   // folder of the programs

	generated bool     // the files are of the spec as it is
	env       []string // of the app that runs
	app       *child   // nil while none runs
}

func (c *cli) watch(ctx context.Context, dir string, args []string) (err error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("the go command is not in PATH; install Go from https://go.dev/dl")
	}
	if _, _, err := readSpec(dir); err != nil {
		return err
	}
	bin, err := os.MkdirTemp("", "featherscaffold-watch-")
	if err != nil {
		return err
	}
	if bin, err = filepath.Abs(bin); err != nil { // the app and the go command run elsewhere
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(bin)) }()
	files, err := watch.New(dir, unwatched)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	w := &watching{cli: c, dir: dir, args: args, goes: goTool, bin: bin}
	defer w.stop()
	w.say("watching %s; Ctrl-C stops", dir)
	w.turn(ctx, nil)
	for {
		select {
		case <-ctx.Done():
			return nil
		case changed := <-files.Changes():
			w.turn(ctx, changed)
		case <-w.ended():
			if ctx.Err() == nil {
				w.say("the app has ended by itself (%v); it starts again after the next change", w.app.state())
			}
			w.stop()
		}
	}
}

func (w *watching) say(format string, args ...any) {
	fmt.Fprintf(w.stderr, "%s %s\n", w.paint(w.stderr, styleCommand, "watch:"), fmt.Sprintf(format, args...))
}

// turn brings the app up to what changed; nil stands for the first turn. What
// fails is printed, and the app that runs goes on.
func (w *watching) turn(ctx context.Context, changed []string) {
	w.generated = w.generated && !slices.ContainsFunc(changed, isInput)
	if !w.generated {
		if err := w.generate(ctx, w.dir, generateFlags{}); err != nil && !needsPerson(err) {
			w.failed(err)
			return
		}
		w.generated = true
	}
	env, err := w.environment()
	if err != nil {
		w.failed(err)
		return
	}
	took, err := w.build(ctx)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		w.failed(err)
		return
	}
	same, err := w.sameProgram()
	if err != nil {
		w.failed(err)
		return
	}
	if w.app != nil && same && slices.Equal(env, w.env) {
		return
	}
	w.say("built in %v", took.Round(10*time.Millisecond))
	if err := w.replace(ctx, env); err != nil && ctx.Err() == nil {
		w.failed(err)
	}
}

// failed prints an error that a later change may mend.
func (w *watching) failed(err error) {
	if exit := (exitError{}); !errors.As(err, &exit) {
		fmt.Fprintf(w.stderr, "%s %v\n", w.paint(w.stderr, styleError, "watch:"), err)
	}
	if w.app != nil {
		w.say("the app from before serves on")
		return
	}
	w.say("waiting for a change")
}

// needsPerson reports whether a run has done its work but for a conflict or an
// orphan, which the build will tell if it matters.
func needsPerson(err error) bool {
	exit := exitError{}
	return errors.As(err, &exit) && exit.code == exitPerson
}

// isInput reports whether generated files depend on a path.
func isInput(p string) bool {
	const templates = ".featherscaffold/templates"
	return p == watch.Everything || p == specName || p == templates || strings.HasPrefix(p, templates+"/")
}

// build makes the program anew, beside the one that runs.
func (w *watching) build(ctx context.Context) (time.Duration, error) {
	name, err := w.appName()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	// A stamp of version control would make a new program of each commit.
	cmd := exec.CommandContext(ctx, w.goes, "build", "-buildvcs=false", "-o", w.next(), "./cmd/"+name)
	cmd.Dir = w.dir
	cmd.Cancel = func() error { return stopGroup(cmd.Process) }
	cmd.WaitDelay = watchStop
	ownGroup(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, bytes.TrimSpace(out))
	}
	return time.Since(start), nil
}

// appName returns the app's name by the spec.
func (w *watching) appName() (string, error) {
	path, text, err := readSpec(w.dir)
	if err != nil {
		return "", err
	}
	p, err := w.quietly().check(path, text)
	if err != nil {
		return "", err
	}
	return p.Name, nil
}

// unwatched reports whether changes at a path are of no concern: what the app
// and editors write, and folders that are large.
func unwatched(p string) bool {
	first, _, nested := strings.Cut(p, "/")
	switch {
	case first == ".featherscaffold":
		return nested && !isInput(p)
	case p == settingsName:
		return false
	case first == "data" || first == "bin":
		return true
	}
	for part := range strings.SplitSeq(p, "/") {
		if strings.HasPrefix(part, ".") || part == "node_modules" {
			return true
		}
	}
	return isLitter(path.Base(p))
}

// isLitter knows files of editors and of databases by their names.
func isLitter(base string) bool {
	if base == "4913" || strings.HasSuffix(base, "~") || strings.HasPrefix(base, "#") { // of Vim and Emacs
		return true
	}
	for _, suffix := range []string{".swp", ".swx", ".tmp", ".log", ".db", ".db-wal", ".db-shm", ".db-journal"} {
		if strings.HasSuffix(base, suffix) {
			return true
		}
	}
	return false
}
