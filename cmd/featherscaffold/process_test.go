package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The tests below need the command as a process of its own; TestMain put it
// in PATH for the scripts, under the name that a shell would use.

func command(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, "featherscaffold", args...)
	cmd.Dir = t.TempDir()
	return cmd
}

func TestDemoServesAndStopsCleanly(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	cmd := command(t.Context(), t, "demo", "--port", "0")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "TMP="+temp)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("demo ended with %v before it printed its address:\n%s", err, &stderr)
	}
	_, url, _ := strings.Cut(line, "Chat is running at ")
	url, rest, _ := strings.Cut(url, " ")
	if want := " (Ctrl-C stops it)\n"; rest != want {
		t.Errorf("demo printed %q, want it to end in %q", line, want)
	}
	for _, path := range []string{"/readyz", "/", "/rooms"} {
		if got := status(t, url+path); got != http.StatusOK {
			t.Errorf("GET %s%s: status %d, want 200", url, path, got)
		}
	}
	// Twice, as a terminal does for a command below another one.
	for range 2 {
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = io.Copy(io.Discard, stdout)
	if err := cmd.Wait(); err != nil {
		t.Errorf("demo: %v, want exit status 0; it said\n%s", err, &stderr)
	}
	if left, _ := os.ReadDir(temp); len(left) != 0 && !onlyGoBuild(left) {
		t.Errorf("demo left %v", left)
	}
	if conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
		_ = conn.Close()
		t.Error("the app still listens")
	}
}

// onlyGoBuild tells whether all that is left are folders of a go command,
// which may be removing them still.
func onlyGoBuild(left []os.DirEntry) bool {
	for _, e := range left {
		if !strings.HasPrefix(e.Name(), "go-build") {
			return false
		}
	}
	return true
}

func status(t *testing.T, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "*/*")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestDemoNamesAPortInUse(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := l.Addr().(*net.TCPAddr).Port
	out, err := command(t.Context(), t, "demo", "--port", strconv.Itoa(port)).CombinedOutput()
	text := string(out)
	if err == nil || err.Error() != "exit status 1" || strings.Count(text, "\n") != 1 ||
		!strings.Contains(text, "choose another with --port") || !strings.Contains(text, strconv.Itoa(port)) {
		t.Errorf("demo on a port in use: %v and\n%s\nwant exit status 1 and one line that names the port", err, text)
	}
}

func TestDemoNamesAMissingGoCommand(t *testing.T) {
	t.Parallel()
	cmd := command(t.Context(), t, "demo", "--port", "0")
	cmd.Env = []string{"PATH="}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "the go command is not in PATH; install Go") {
		t.Errorf("demo without Go: %v and\n%s", err, out)
	}
}

func TestDoctorNamesAMissingGoCommand(t *testing.T) {
	t.Parallel()
	cmd := command(t.Context(), t, "doctor")
	cmd.Env = []string{"PATH="}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "fail  go        the go command is not in PATH\n                install Go from https://go.dev/dl\n") {
		t.Errorf("doctor without Go: %v and\n%s", err, out)
	}
}

// TestKilledProcess kills real runs at times spread over what a run takes;
// package project kills at every single write.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	start := time.Now()
	whole := filepath.Join(t.TempDir(), "chat")
	succeed(t, "new", whole)
	took, want := time.Since(start), contents(t, whole)
	const kills = 12
	for n := range kills {
		dir := filepath.Join(t.TempDir(), "chat")
		ctx, cancel := context.WithTimeout(t.Context(), took*time.Duration(n+1)/kills)
		_ = command(ctx, t, "new", dir).Run()
		cancel()
		// The next run finishes or undoes what the killed one has left.
		out, err := command(t.Context(), t, "new", dir).CombinedOutput()
		if err != nil && !strings.Contains(string(out), "holds a project already") {
			t.Fatalf("new after a kill: %v\n%s", err, out)
		}
		if got := contents(t, dir); !maps.Equal(got, want) {
			t.Errorf("killed after %d/%d of a run and repeated, the project has %d files, want the %d of a whole run", n+1, kills, len(got), len(want))
		}
		if got := succeed(t, "generate", dir); !strings.Contains(got, "nothing to do") {
			t.Errorf("generate after a kill printed\n%s", got)
		}
	}
}

// succeed runs the command, which must succeed, and returns what it
// prints.
func succeed(t *testing.T, args ...string) string {
	t.Helper()
	out, err := command(t.Context(), t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("featherscaffold %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// contents returns what every file below dir holds.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
