package generated_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// An app is a running command.
type app struct {
	t    *testing.T
	url  string
	http *http.Client
	cmd  *exec.Cmd
	done chan struct{} // closed when the process is gone and its output read

	// mu guards lines until done is closed.
	mu    sync.Mutex
	lines []string // of standard error
}

// launch starts a command with nothing but the given settings in its
// environment, in an empty folder. It is killed, if need be, when the test
// ends, and its workers with it.
func launch(t *testing.T, path string, env ...string) (a *app, serving <-chan string) {
	t.Helper()
	a = &app{t: t, http: &http.Client{Transport: &http.Transport{}, Timeout: patience}, done: make(chan struct{})}
	a.cmd = exec.Command(path)
	a.cmd.Dir = t.TempDir()
	a.cmd.Env = append([]string{"APP_ENV=production", "RUNTIME_DIRECTORY=" + sockets(t)}, env...) // development warns of itself
	a.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, err := a.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	urls := make(chan string, 1)
	go a.watch(stderr, urls)
	t.Cleanup(func() {
		a.http.CloseIdleConnections()
		a.kill()
		<-a.done
	})
	return a, urls
}

// sockets makes a folder whose path leaves room for the names of sockets.
func sockets(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(workspace(), "")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// kill kills all processes of the app at once.
func (a *app) kill() {
	_ = syscall.Kill(-a.cmd.Process.Pid, syscall.SIGKILL) // an error means that they are gone
}

// start starts a command on a free port and waits until it serves.
func start(t *testing.T, path string, env ...string) *app {
	t.Helper()
	a, serving := launch(t, path, append([]string{"PORT=0"}, env...)...)
	select {
	case a.url = <-serving:
	case <-a.done:
		t.Fatalf("%s ended with exit status %d before it served:\n%s", path, a.cmd.ProcessState.ExitCode(), a.log())
	case <-time.After(patience):
		t.Fatalf("%s does not serve:\n%s", path, a.log())
	}
	return a
}

// watch keeps what the processes write until they end, and reports the URL that
// the first line "serving" names.
func (a *app) watch(stderr io.Reader, serving chan<- string) {
	defer close(a.done)
	scan := bufio.NewScanner(stderr)
	for scan.Scan() {
		a.mu.Lock()
		a.lines = append(a.lines, scan.Text())
		a.mu.Unlock()
		var line struct{ Msg, URL string }
		if json.Unmarshal(scan.Bytes(), &line) == nil && line.Msg == "serving" {
			select {
			case serving <- line.URL:
			default: // of another worker
			}
		}
	}
	_ = a.cmd.Wait() // the tests look at the exit status
}

func (a *app) log() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Join(a.lines, "\n")
}

// wait waits for the process to end and returns its exit status, -1 for a
// signal.
func (a *app) wait() int {
	a.t.Helper()
	select {
	case <-a.done:
	case <-time.After(patience):
		a.t.Fatalf("the process does not end:\n%s", a.log())
	}
	return a.cmd.ProcessState.ExitCode()
}

// stop sends a signal and returns the exit status.
func (a *app) stop(s os.Signal) int {
	a.t.Helper()
	if err := a.cmd.Process.Signal(s); err != nil {
		a.t.Fatal(err)
	}
	return a.wait()
}

// finish stops the app as an operator does, and checks that it goes cleanly.
func (a *app) finish() {
	a.t.Helper()
	if status := a.stop(syscall.SIGTERM); status != 0 {
		a.t.Errorf("exit status after SIGTERM = %d, want 0:\n%s", status, a.log())
	}
}

// A response is an answer, read to its end.
type response struct {
	status int
	header http.Header
	body   string
}

// send sends a request with a JSON body, if any, and pairs of header names
// and values. It may be called by several goroutines.
func (a *app) send(ctx context.Context, method, path, body string, header ...string) (response, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.url+path, strings.NewReader(body))
	if err != nil {
		return response{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return response{}, err
	}
	answer, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(answer)}, errors.Join(err, resp.Body.Close())
}

// request is send for answers that must come.
func (a *app) request(method, path, body string, header ...string) response {
	a.t.Helper()
	r, err := a.send(a.t.Context(), method, path, body, header...)
	if err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// create creates a record and returns its id.
func (a *app) create(path, body string) int {
	a.t.Helper()
	r := a.request(http.MethodPost, path, body)
	created := decode[struct{ ID int }](a.t, r.body)
	if r.status != http.StatusCreated || created.ID == 0 {
		a.t.Fatalf("POST %s %s = %d %s, want 201 and an id", path, body, r.status, r.body)
	}
	return created.ID
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
