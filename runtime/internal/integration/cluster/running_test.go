//go:build linux || darwin

package cluster_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
)

// patience bounds what a test waits for: the machine may be busy.
const patience = 2 * time.Minute

// running is an app that a test started.
type running struct {
	t    *testing.T
	dir  string // of the sockets
	url  string
	cmd  *exec.Cmd
	ctx  context.Context
	http *http.Client // with a connection for each request

	reading sync.WaitGroup
	log     strings.Builder // read once reading is done
}

// start starts the app and waits until all workers serve.
func start(t *testing.T, workers int) *running {
	t.Helper()
	dir, err := os.MkdirTemp("", "cluster") // short enough for sockets
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), testTime())
	r := &running{t: t, dir: filepath.Join(dir, "run"), ctx: ctx, http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	r.cmd = exec.Command(os.Args[0])
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.cmd.Env = append(os.Environ(), "APP_DIR="+dir, "APP_WORKERS="+strconv.Itoa(workers),
		"GORACE=atexit_sleep_ms=0") // a second, by default
	t.Cleanup(func() {
		if r.cmd.Process != nil {
			_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
			r.reading.Wait()
			_ = r.cmd.Wait()
		}
		cancel()
		_ = os.RemoveAll(dir)
		if t.Failed() {
			t.Log(r.log.String())
		}
	})
	r.run()
	r.workers(func(ws []cluster.WorkerStatus) bool { return allServe(ws, workers) })
	return r
}

// run starts the supervisor and waits until it listens.
func (r *running) run() {
	r.t.Helper()
	out, err := r.cmd.StderrPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	urls := make(chan string, 1)
	r.reading.Go(func() { r.readLog(out, urls) })
	select {
	case r.url = <-urls:
	case <-r.ctx.Done():
	}
	if r.url == "" {
		r.t.Fatal("the app does not listen")
	}
}

// readLog keeps the log. It sends the first URL in it, and closes urls at the
// end.
func (r *running) readLog(out io.Reader, urls chan<- string) {
	defer close(urls)
	told := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line struct{ URL string }
		_ = json.Unmarshal(lines.Bytes(), &line) // a panic is none
		if !told && line.URL != "" {
			urls <- line.URL
			told = true
		}
		r.log.WriteString(lines.Text() + "\n")
	}
}

// workers waits until the workers are as they should be, and returns them. The
// supervisor does not tell, so it asks again and again.
func (r *running) workers(fits func([]cluster.WorkerStatus) bool) []cluster.WorkerStatus {
	r.t.Helper()
	for {
		st, err := cluster.Status(r.ctx, r.dir)
		if err == nil && fits(st.Workers) {
			return st.Workers
		}
		if r.ctx.Err() != nil {
			r.t.Fatalf("the workers are %+v, %v", st.Workers, err)
		}
	}
}

func (r *running) all() []cluster.WorkerStatus {
	return r.workers(func([]cluster.WorkerStatus) bool { return true })
}

func allServe(ws []cluster.WorkerStatus, n int) bool {
	return len(ws) == n && !slices.ContainsFunc(ws, func(w cluster.WorkerStatus) bool { return w.State != "serving" })
}

func id(w cluster.WorkerStatus) string { return fmt.Sprintf("%d.%d", w.Slot, w.Generation) }

// create has any worker create a message, of which all clients hear.
func (r *running) create(text string) {
	r.t.Helper()
	status, answer, err := r.ask(r.http, http.MethodPost, "/messages", `{"text":"`+text+`"}`)
	if err != nil || status != http.StatusCreated {
		r.t.Fatalf("create answered %d %s, %v", status, answer, err)
	}
}

// figures returns how many descriptors and goroutines all workers have.
func (r *running) figures() (descriptors, goroutines int) {
	r.t.Helper()
	for _, w := range r.all() {
		status, answer, err := r.ask(r.http, http.MethodGet, "/figures?to="+id(w), "")
		var d, g int
		if _, scanErr := fmt.Sscan(answer, &d, &g); err != nil || status != http.StatusOK || scanErr != nil {
			r.t.Fatalf("figures of worker %s: %d %s, %v", id(w), status, answer, err)
		}
		descriptors, goroutines = descriptors+d, goroutines+g
	}
	return descriptors, goroutines
}

// supervisorDescriptors returns how many the supervisor has, 0 where that can
// not be seen.
func (r *running) supervisorDescriptors() int {
	open, _ := os.ReadDir("/proc/" + strconv.Itoa(r.cmd.Process.Pid) + "/fd")
	return len(open)
}

func (r *running) ask(client *http.Client, method, path, body string) (int, string, error) {
	req, err := http.NewRequestWithContext(r.ctx, method, r.url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.GetBody = nil // so that the client does not ask again
	answer, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(b), err
}
