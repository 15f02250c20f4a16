package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A watched is a featherscaffold watch as a process.
type watched struct {
	t     *testing.T
	cmd   *exec.Cmd
	dir   string
	temp  string
	lines chan string // what it and the app print; closed at the end
	all   []string
}

// watchProject makes a project from a spec, with this module as runtime, and
// watches it.
func watchProject(t *testing.T, spec, version string) *watched {
	t.Helper()
	source, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{t: t, dir: filepath.Join(t.TempDir(), "notes"), temp: t.TempDir(), lines: make(chan string, 1000)}
	specFile := filepath.Join(t.TempDir(), "notes.yaml")
	if err := os.WriteFile(specFile, []byte(spec), 0o666); err != nil {
		t.Fatal(err)
	}
	succeed(t, "new", w.dir, "--spec", specFile, "--runtime", source)
	w.say(version, "")
	w.write(".env", "PORT=0\nLOG_LEVEL=warn\nRUNTIME_DIRECTORY="+filepath.Join(w.temp, "s")+"\n")

	// The context of a test ends before its cleanup, which stops watch.
	w.cmd = command(context.WithoutCancel(t.Context()), t, "watch", w.dir)
	w.cmd.Env = append(os.Environ(), "TMPDIR="+w.temp)
	r, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w.cmd.Stdout, w.cmd.Stderr = out, out
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = out.Close()
	go func() {
		defer close(w.lines)
		for s := bufio.NewScanner(r); s.Scan(); {
			w.lines <- s.Text()
		}
		_ = r.Close()
	}()
	t.Cleanup(w.stop)
	return w
}

// say writes the user's code such that the app tells its version when it
// starts, and then does something.
func (w *watched) say(version, then string) {
	w.t.Helper()
	name := filepath.Join(w.dir, "services", "version.go")
	text := fmt.Sprintf("package services\n\nimport \"os\"\n\nfunc init() {\n\tos.Stderr.WriteString(\"this is %s\\n\")\n\t%s\n}\n", version, then)
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watched) write(path, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, path), []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
}

// until waits until each of the texts has been printed, in their order.
func (w *watched) until(texts ...string) {
	w.t.Helper()
	deadline := time.After(90 * time.Second)
	for len(texts) > 0 {
		select {
		case line, ok := <-w.lines:
			if !ok {
				w.t.Fatalf("watch ended before it printed %q; it printed\n%s", texts[0], strings.Join(w.all, "\n"))
			}
			w.all = append(w.all, line)
			if strings.Contains(line, texts[0]) {
				texts = texts[1:]
			}
		case <-deadline:
			w.t.Fatalf("watch did not print %q; it printed\n%s", texts[0], strings.Join(w.all, "\n"))
		}
	}
}

// stop interrupts watch, which must end well and leave nothing.
func (w *watched) stop() {
	if err := w.cmd.Process.Signal(syscall.SIGINT); err != nil {
		w.t.Errorf("interrupt watch: %v", err)
	}
	for line := range w.lines {
		w.all = append(w.all, line)
	}
	if err := w.cmd.Wait(); err != nil {
		w.t.Errorf("watch: %v, want exit status 0; it printed\n%s", err, strings.Join(w.all, "\n"))
	}
	left, _ := filepath.Glob(filepath.Join(w.temp, "featherscaffold-*"))
	if len(left) > 0 {
		w.t.Errorf("watch left %v", left)
	}
}

const watchedSpec = `version: 1
app: { name: notes, module: example.com/notes }
transports: [rest]
store: memory
services:
  notes:
    fields: { text: string! }
`

func TestWatchFollowsSpecAndCode(t *testing.T) {
	t.Parallel()
	w := watchProject(t, watchedSpec, "version 1")
	w.until("this is version 1")

	w.write("feathers.yaml", watchedSpec+"  bad: {{\n")
	w.until("error in the spec", "the app from before serves on")
	w.write("feathers.yaml", watchedSpec+"  tags: { fields: { name: string! } }\n")
	w.until("created   internal/gen/tags/tags.go", "watch: built in", "this is version 1")

	w.say("version 2", "syntax error")
	w.until("go build: exit status 1", "the app from before serves on")
	w.say("version 3", "")
	w.until("watch: built in", "this is version 3")

	// What makes no new program is no reason to restart; new settings are.
	w.write("README.md", "mine")
	w.write(".env", "PORT=0\nLOG_LEVEL=error\n")
	w.until("this is version 3")

	w.say("version 4", "os.Exit(7)")
	w.until("this is version 4", "the app has ended by itself (exit status 7)")
	w.say("version 5", "")
	w.until("this is version 5")
}

func TestWatchReloadsWorkers(t *testing.T) {
	t.Parallel()
	spec := strings.Replace(watchedSpec, "store: memory\n", "store: sqlite\ncluster: { mode: workers, workers: 1 }\nsync: local\n", 1)
	w := watchProject(t, spec, "version 1")
	w.write(".env", "PORT=0\nRUNTIME_DIRECTORY="+filepath.Join(w.temp, "s")+"\nLOG_LEVEL=info\n")
	w.until("worker serves")
	w.say("version 2", "")
	w.until("this is version 2", "watch: reloaded")
}

func TestWatchNamesAMissingSpec(t *testing.T) {
	t.Parallel()
	out, err := command(t.Context(), t, "watch").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "there is no feathers.yaml") {
		t.Errorf("watch without a spec: %v and\n%s", err, out)
	}
}

func TestUnwatched(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"feathers.yaml": false, "services/users/users.go": false, ".env": false, "web/public/index.html": false, "services/data/data.go": false,
		".featherscaffold": false, ".featherscaffold/templates": false, ".featherscaffold/templates/README.md.tmpl": false,
		".featherscaffold/lock": true, ".featherscaffold/txn": true, ".git": true, ".git/HEAD": true, "web/node_modules": true,
		"data/chat.db": true, "chat.db-wal": true, "bin/chat": true, "services/.users.go.swp": true, "services/users.go~": true, ".env.swp": true,
	} {
		if got := unwatched(path); got != want {
			t.Errorf("unwatched(%s) = %v, want %v", path, got, want)
		}
	}
}
