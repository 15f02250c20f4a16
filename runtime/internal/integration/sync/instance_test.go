//go:build linux || darwin

package sync_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/cluster"
)

// patience bounds what a test waits for: the machine may be busy.
const patience = 2 * time.Minute

// An instance is a supervisor with its workers. It ends with the test.
type instance struct {
	t    *testing.T
	name string
	dir  string // of the sockets
	url  string
	cmd  *exec.Cmd

	reading sync.WaitGroup
	log     strings.Builder // read once reading is done
}

// start starts an instance that has its broker at a URL, with more of
// the environment, and waits until all of its workers serve.
func start(t *testing.T, name, url string, env ...string) *instance {
	t.Helper()
	dir, err := os.MkdirTemp("", "sync") // short enough for sockets
	if err != nil {
		t.Fatal(err)
	}
	i := &instance{t: t, name: name, dir: filepath.Join(dir, "run")}
	i.cmd = exec.Command(os.Args[0])
	i.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	i.cmd.Env = append(os.Environ(), "APP_DIR="+dir, "APP_SYNC="+url, "APP_PREFIX="+prefix(t),
		"GORACE=atexit_sleep_ms=0") // a second, by default
	i.cmd.Env = append(i.cmd.Env, env...)
	t.Cleanup(func() {
		if i.cmd.Process != nil {
			_ = syscall.Kill(-i.cmd.Process.Pid, syscall.SIGKILL)
			i.reading.Wait()
			_ = i.cmd.Wait()
		}
		_ = os.RemoveAll(dir)
		if t.Failed() {
			t.Logf("log of instance %s:\n%s", name, &i.log)
		}
	})
	i.run()
	return i
}

// prefix returns the test's own on a broker, which several may use.
func prefix(t *testing.T) string {
	sum := sha256.Sum256([]byte(t.Name()))
	return "synctest-" + hex.EncodeToString(sum[:8])
}

// run starts the supervisor and waits until the workers serve.
func (i *instance) run() {
	i.t.Helper()
	out, err := i.cmd.StderrPipe()
	if err != nil {
		i.t.Fatal(err)
	}
	if err := i.cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	urls := make(chan string, 1)
	i.reading.Go(func() { i.readLog(out, urls) })
	ctx, cancel := context.WithTimeout(i.t.Context(), patience)
	defer cancel()
	select {
	case i.url = <-urls:
	case <-ctx.Done():
	}
	if i.url == "" {
		i.t.Fatalf("instance %s does not listen", i.name)
	}
	for { // the supervisor does not tell
		st, err := cluster.Status(ctx, i.dir)
		if err == nil && len(st.Workers) == workers && !slices.ContainsFunc(st.Workers, func(w cluster.WorkerStatus) bool { return w.State != "serving" }) {
			return
		}
		if ctx.Err() != nil {
			i.t.Fatalf("the workers of instance %s are %+v, %v", i.name, st.Workers, err)
		}
	}
}

// readLog keeps the log. It sends the first URL in it, and closes urls at the
// end.
func (i *instance) readLog(out io.Reader, urls chan<- string) {
	defer close(urls)
	told := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line struct{ URL string }
		_ = json.Unmarshal(lines.Bytes(), &line) // a panic is none
		if !told && line.URL != "" {
			urls <- line.URL
			told = true
		}
		i.log.WriteString(lines.Text() + "\n")
	}
}

// workerIDs are those of all workers.
func workerIDs() (ids []string) {
	for slot := range workers {
		ids = append(ids, fmt.Sprintf("%d.1", slot+1))
	}
	return ids
}

// connected waits until all workers have the broker, or have lost it, and
// returns how long that took.
func (i *instance) connected(want bool) time.Duration {
	i.t.Helper()
	began := time.Now()
	again := time.NewTicker(20 * time.Millisecond) // the workers do not tell
	defer again.Stop()
	for _, id := range workerIDs() {
		for i.stats(id).Connected != want {
			if time.Since(began) > patience {
				i.t.Fatalf("worker %s of instance %s: waited in vain for Connected = %v", id, i.name, want)
			}
			<-again.C
		}
	}
	return time.Since(began)
}

// stats returns what the bus of a worker counts.
func (i *instance) stats(worker string) (s bus.Stats) {
	i.t.Helper()
	req, err := http.NewRequestWithContext(i.t.Context(), http.MethodGet, i.url+"/stats?of="+worker, nil)
	if err != nil {
		i.t.Fatal(err)
	}
	req.Close = true // the next one is for another worker
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		i.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&s); err != nil {
		i.t.Fatal(err)
	}
	return s
}
