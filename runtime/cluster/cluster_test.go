//go:build linux || darwin

package cluster_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
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

// hang stops this process as a bug would that nothing gets through.
func hang() { _ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) }

// patience bounds every wait of these tests.
const patience = 60 * time.Second

// running is an app that a test started.
type running struct {
	t    *testing.T
	dir  string // of the app's files; its sockets are in run
	url  string
	cmd  *exec.Cmd
	ctx  context.Context
	http *http.Client // with a connection for each request

	reading sync.WaitGroup

	mu   sync.Mutex
	logs []map[string]any
	more chan struct{} // closed when there is another line, or the last one
	end  bool
}

// start starts the app and waits until all workers serve.
func start(t *testing.T, workers int) *running {
	t.Helper()
	r := prepare(t, workers)
	r.run()
	r.workers(func(ws []cluster.WorkerStatus) bool { return allServe(ws, workers) })
	return r
}

func allServe(ws []cluster.WorkerStatus, n int) bool {
	return len(ws) == n && !slices.ContainsFunc(ws, func(w cluster.WorkerStatus) bool { return w.State != "serving" })
}

// prepare makes an app that is not started yet.
func prepare(t *testing.T, workers int) *running {
	t.Helper()
	dir, err := os.MkdirTemp("", "cluster") // short enough for sockets
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	r := &running{t: t, dir: dir, ctx: ctx, more: make(chan struct{}),
		http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	r.cmd = exec.Command(os.Args[0])
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.cmd.Env = append(os.Environ(), "APP_DIR="+dir, "APP_WORKERS="+strconv.Itoa(workers),
		"GORACE=atexit_sleep_ms=0") // a second, by default
	t.Cleanup(func() {
		r.kill()
		cancel()
		_ = os.RemoveAll(dir)
		if t.Failed() {
			for _, line := range r.logs {
				t.Log(line)
			}
		}
	})
	return r
}

// run starts the supervisor and waits until it listens, or has ended.
func (r *running) run() {
	r.t.Helper()
	out, err := r.cmd.StderrPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.reading.Go(func() { r.readLogs(out) })
	if line := r.line(func(line map[string]any) bool { return line["url"] != nil }); line != nil {
		r.url = line["url"].(string)
	}
}

func (r *running) readLogs(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var line map[string]any
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			line = map[string]any{"msg": lines.Text()}
		}
		r.mu.Lock()
		r.logs = append(r.logs, line)
		r.tell()
		r.mu.Unlock()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end = true
	r.tell()
}

func (r *running) tell() {
	close(r.more)
	r.more = make(chan struct{})
}

// line waits for a line of the log; it returns nil if all processes ended
// without it.
func (r *running) line(fits func(map[string]any) bool) map[string]any {
	r.t.Helper()
	for {
		r.mu.Lock()
		logs, end, more := r.logs, r.end, r.more
		r.mu.Unlock()
		if i := slices.IndexFunc(logs, fits); i >= 0 {
			return logs[i]
		}
		if end {
			return nil
		}
		select {
		case <-more:
		case <-r.ctx.Done():
			r.t.Fatal("the log does not say what was waited for")
		}
	}
}

// kill ends what is left of the app.
func (r *running) kill() {
	if r.cmd.Process == nil {
		return
	}
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	r.reading.Wait()
	_ = r.cmd.Wait()
}

// stop stops the app by a signal and returns its exit code.
func (r *running) stop() int {
	r.t.Helper()
	r.signal(syscall.SIGTERM)
	return r.wait()
}

func (r *running) wait() int {
	r.t.Helper()
	r.line(func(map[string]any) bool { return false }) // all processes have ended
	_ = r.cmd.Wait()
	return r.cmd.ProcessState.ExitCode()
}

func (r *running) signal(sig syscall.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(sig); err != nil {
		r.t.Fatal(err)
	}
}

func (r *running) sockets() string { return filepath.Join(r.dir, "run") }

func (r *running) status() (cluster.AppStatus, error) {
	return cluster.Status(r.ctx, r.sockets())
}

func (r *running) reload() error { return cluster.Reload(r.ctx, r.sockets()) }

// workers waits until the workers are as they should be, and returns them. The
// supervisor does not tell, so it asks again and again.
func (r *running) workers(fits func([]cluster.WorkerStatus) bool) []cluster.WorkerStatus {
	r.t.Helper()
	for {
		st, err := r.status()
		if err == nil && fits(st.Workers) {
			return st.Workers
		}
		if r.ctx.Err() != nil {
			r.t.Fatalf("the workers are %+v, %v", st.Workers, err)
		}
	}
}

// get asks over a connection of its own.
func (r *running) get(path string) (int, string, error) {
	req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, r.url+path, nil)
	if err != nil {
		return 0, "", err
	}
	return do(r.http, req)
}

func do(client *http.Client, req *http.Request) (int, string, error) {
	answer, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(b), err
}

// ask expects an answer, of a certain worker if one is given.
func (r *running) ask(worker, path string, query ...string) string {
	r.t.Helper()
	values := url.Values{}
	for i := 0; i < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	if worker != "" {
		values.Set("to", worker)
	}
	status, text, err := r.get(path + "?" + values.Encode())
	if err != nil || status != http.StatusOK {
		r.t.Fatalf("%s of worker %q: %d %q, %v", path, worker, status, text, err)
	}
	return text
}

// ids returns the workers' IDs.
func ids(ws []cluster.WorkerStatus) (ids []string) {
	for _, w := range ws {
		ids = append(ids, fmt.Sprintf("%d.%d", w.Slot, w.Generation))
	}
	return ids
}

func (r *running) all() []cluster.WorkerStatus {
	return r.workers(func([]cluster.WorkerStatus) bool { return true })
}

func TestClusterServesAndStops(t *testing.T) {
	t.Parallel()
	r := start(t, 3)
	if got := r.ask("", "/"); got != "ok" {
		t.Errorf("answer %q", got)
	}
	if got := ids(r.all()); !slices.Equal(got, []string{"1.1", "2.1", "3.1"}) {
		t.Errorf("workers %v", got)
	}
	if code := r.stop(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if _, err := r.status(); err != cluster.ErrNotRunning {
		t.Errorf("Status after the stop: %v, want ErrNotRunning", err)
	}
	if left, _ := filepath.Glob(filepath.Join(r.sockets(), "*.sock")); len(left) > 0 {
		t.Errorf("sockets are left: %v", left)
	}
	for slot := range 3 {
		if r.line(func(l map[string]any) bool { return l["msg"] == "serving" && l["worker"] == float64(slot+1) }) == nil {
			t.Errorf("the log does not have lines of worker %d", slot+1)
		}
	}
}

func TestStatusTellsConnectionsAndMemory(t *testing.T) {
	t.Parallel()
	r := start(t, 1)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	req, _ := http.NewRequestWithContext(r.ctx, http.MethodGet, r.url, nil)
	if _, _, err := do(client, req); err != nil {
		t.Fatal(err)
	}
	w := r.workers(func(ws []cluster.WorkerStatus) bool { return ws[0].Connections == 1 && ws[0].Memory > 0 })[0]
	if w.PID == 0 || w.Started.IsZero() || w.Restarts != 0 {
		t.Errorf("worker %+v", w)
	}
	client.CloseIdleConnections()
	r.workers(func(ws []cluster.WorkerStatus) bool { return ws[0].Connections == 0 })
}

func TestSecondSupervisorIsRefused(t *testing.T) {
	t.Parallel()
	r := start(t, 1)
	again := prepare(t, 1)
	again.cmd.Env = append(again.cmd.Env, "APP_DIR="+r.dir)
	again.run()
	if code := again.wait(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if again.line(func(l map[string]any) bool {
		return strings.HasPrefix(l["msg"].(string), "app: the app is already running")
	}) == nil {
		t.Errorf("it does not say why")
	}
	if got := r.ask("", "/"); got != "ok" {
		t.Errorf("the first one answers %q", got)
	}
}

func TestVariableAloneMakesNoWorker(t *testing.T) {
	t.Parallel()
	r := prepare(t, 1)
	r.cmd.Env = append(r.cmd.Env, "FEATHERSCAFFOLD_WORKER=1")
	r.run()
	if code := r.wait(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if r.line(func(l map[string]any) bool {
		return l["msg"] == "app: FEATHERSCAFFOLD_WORKER is set, but no supervisor started this process"
	}) == nil {
		t.Error("it does not say why")
	}
}

func TestStopOverTheAdminSocket(t *testing.T) {
	t.Parallel()
	r := start(t, 1)
	if err := cluster.Stop(r.ctx, r.sockets()); err != nil {
		t.Fatal(err)
	}
	if code := r.wait(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func TestStopWhileWorkersStart(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{0, 2} {
		r := prepare(t, workers)
		r.write("hang")
		r.run()
		r.line(func(l map[string]any) bool { return l["msg"] == "hanging" })
		if code := r.stop(); code != 0 {
			t.Errorf("exit code with %d workers: %d, want 0", workers, code)
		}
	}
}

func TestCrashLoopEndsWithTheReason(t *testing.T) {
	t.Parallel()
	r := prepare(t, 2)
	r.write("broken")
	r.run()
	if code := r.wait(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if r.line(func(l map[string]any) bool {
		return l["msg"] == "app: gave up: 5 starts in a row failed: worker 1: the app is broken"
	}) == nil {
		t.Error("it does not say why")
	}
}

func (r *running) write(name string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), nil, 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func TestWorkersEndWithTheirSupervisor(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	r.signal(syscall.SIGKILL)
	// The log ends when the last process that writes to it has ended.
	r.wait()
	if _, _, err := r.get("/"); err == nil {
		t.Error("somebody still serves")
	}
	if r.line(func(l map[string]any) bool { return l["msg"] == "the supervisor is gone: leaving" }) == nil {
		t.Error("the workers do not say why they end")
	}
}

func TestSecondSignalKills(t *testing.T) {
	t.Parallel()
	r := start(t, 1)
	r.ask("", "/linger")
	r.signal(syscall.SIGINT)
	r.line(func(l map[string]any) bool { return l["msg"] == "stopping" })
	r.signal(syscall.SIGINT)
	if code := r.wait(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

func TestWorkerThatHangsIsReplaced(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	go func() { _, _, _ = r.get("/hang?to=1.1") }()
	r.workers(func(ws []cluster.WorkerStatus) bool {
		return slices.Equal(ids(ws), []string{"1.2", "2.1"}) && allServe(ws, 2)
	})
	if got := r.all()[0]; got.Restarts != 1 || !strings.HasPrefix(got.LastError, "no sign of life for") {
		t.Errorf("worker %+v", got)
	}
}

func TestWorkerEndsAtSIGTERMAndIsReplaced(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	if err := syscall.Kill(r.all()[0].PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	r.workers(func(ws []cluster.WorkerStatus) bool {
		return slices.Equal(ids(ws), []string{"1.2", "2.1"}) && allServe(ws, 2)
	})
	if got := r.all()[0].LastError; got != "ended by itself" {
		t.Errorf("last error %q", got)
	}
}

func TestInstanceIsThatOfTheSupervisor(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	instance := r.ask("1.1", "/instance")
	if len(instance) < 16 {
		t.Errorf("instance %q", instance)
	}
	if got := r.ask("2.1", "/instance"); got != instance {
		t.Errorf("the second worker's instance is %q, the first one's %q", got, instance)
	}
	if err := r.reload(); err != nil {
		t.Fatal(err)
	}
	if got := r.ask("1.2", "/instance"); got != instance {
		t.Errorf("after a reload the instance is %q, before %q", got, instance)
	}
	if other := start(t, 1).ask("1.1", "/instance"); other == instance {
		t.Error("two supervisors have the same instance")
	}
}
