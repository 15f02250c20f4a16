//go:build linux || darwin

package cluster_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
)

// A load is clients that ask without a pause: some over connections that they
// keep, some over new ones, half of them by POST, which nobody repeats.
type load struct {
	answered atomic.Int64
	refused  atomic.Int64
	failed   atomic.Int64 // otherwise
	stop     context.CancelFunc
	running  sync.WaitGroup

	mu   sync.Mutex
	errs []error
}

func (r *running) load(clients int) *load {
	ctx, cancel := context.WithCancel(r.ctx)
	l := &load{stop: cancel}
	for i := range clients {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: i%4 == 0}}
		l.running.Go(func() {
			defer client.CloseIdleConnections()
			for ctx.Err() == nil {
				l.ask(client, r.url, i%2 == 0)
			}
		})
	}
	return l
}

func (l *load) ask(client *http.Client, url string, post bool) {
	method, want, body := http.MethodGet, "ok", io.Reader(nil)
	if post {
		method, want, body = http.MethodPost, "hello", strings.NewReader("hello")
		url += "/echo"
	}
	// Not the load's context: it would cut the last request.
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		panic(err)
	}
	req.GetBody = nil // so that the client does not ask again
	status, text, err := do(client, req)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		l.refused.Add(1)
	case err != nil || status != http.StatusOK || text != want:
		l.failed.Add(1)
	default:
		l.answered.Add(1)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = append(l.errs, err)
}

// end stops the load when it has gone on for so many requests more.
func (l *load) end(more int64) {
	for until := l.answered.Load() + more; l.answered.Load() < until; {
		runtime.Gosched()
	}
	l.stop()
	l.running.Wait()
}

func TestKilledWorkersCostNoRefusedConnection(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	l := r.load(8)
	for i := range 4 {
		victim := r.all()[i%2]
		began := time.Now()
		if err := syscall.Kill(victim.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		r.workers(func(ws []cluster.WorkerStatus) bool {
			return len(ws) == 2 && ws[i%2].Generation == victim.Generation+1 && allServe(ws, 2)
		})
		took := time.Since(began)
		t.Logf("worker %d serves again after %v", victim.Slot, took)
		// Without the race detector it is some 30 ms.
		if took > 3*time.Second {
			t.Errorf("worker %d was back after %v", victim.Slot, took)
		}
	}
	l.end(200)
	t.Logf("%d answered, %d cut off with their worker", l.answered.Load(), l.failed.Load())
	if n := l.refused.Load(); n > 0 {
		t.Errorf("%d connections were refused", n)
	}
}

func TestReloadsLoseNoRequestAndLeakNothing(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	l := r.load(8)
	const reloads = 20
	r.ask("", "/")
	before := r.descriptors()
	began := time.Now()
	for i := range reloads {
		if err := r.reload(); err != nil {
			t.Fatalf("reload %d: %v", i, err)
		}
	}
	took := time.Since(began)
	ws := r.all()
	if !allServe(ws, 2) || ws[0].Generation != reloads+1 || ws[1].Generation != reloads+1 {
		t.Errorf("workers %+v", ws)
	}
	l.end(200)
	t.Logf("%d reloads in %v, %d requests answered", reloads, took, l.answered.Load())
	if refused, failed := l.refused.Load(), l.failed.Load(); refused+failed > 0 {
		t.Errorf("%d requests failed, %d were refused: %v", failed, refused, errors.Join(l.errs[:min(3, len(l.errs))]...))
	}
	if after := r.descriptors(); after > before+2 {
		t.Errorf("the supervisor had %d descriptors before, %d after", before, after)
	}
	if got := r.ask("", "/fds"); runtime.GOOS == "linux" {
		t.Logf("a worker has %s descriptors and goroutines", got)
	}
}

// descriptors returns how many the supervisor has, 0 where that can not be
// seen.
func (r *running) descriptors() int {
	entries, _ := filepath.Glob("/proc/" + strconv.Itoa(r.cmd.Process.Pid) + "/fd/*")
	return len(entries)
}

func TestReloadToABrokenProgramLeavesTheOldOne(t *testing.T) {
	t.Parallel()
	r := prepare(t, 2)
	program := filepath.Join(r.dir, "app")
	copyFile(t, os.Args[0], program)
	r.cmd.Path = program
	r.cmd.Args = []string{program}
	r.run()
	r.workers(func(ws []cluster.WorkerStatus) bool { return allServe(ws, 2) })
	l := r.load(4)
	for _, tt := range []struct{ name, program, want string }{
		{"it ends", "#!/bin/sh\nexit 3\n", "worker 1: exit status 3"},
		{"it is none", "nonsense", "worker 1: start " + program + ": exec format error"},
	} {
		replaceFile(t, program, tt.program)
		if err := r.reload(); err == nil || err.Error() != tt.want {
			t.Errorf("%s: Reload = %v, want %s", tt.name, err, tt.want)
		}
	}
	r.write("broken")
	replaceFile(t, program, "#!/bin/sh\nexec "+os.Args[0]+"\n")
	if err := r.reload(); err == nil || err.Error() != "worker 1: the app is broken" {
		t.Errorf("Reload = %v", err)
	}
	if got := ids(r.all()); !slices.Equal(got, []string{"1.1", "2.1"}) {
		t.Errorf("workers %v, want the old ones", got)
	}
	if err := os.Remove(filepath.Join(r.dir, "broken")); err != nil {
		t.Fatal(err)
	}
	if err := r.reload(); err != nil {
		t.Errorf("Reload to a good one: %v", err)
	}
	if got := ids(r.all()); !slices.Equal(got, []string{"1.5", "2.2"}) {
		t.Errorf("workers %v, want new ones", got)
	}
	l.end(50)
	if n := l.refused.Load() + l.failed.Load(); n > 0 {
		t.Errorf("%d requests failed", n)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o700); err != nil {
		t.Fatal(err)
	}
}

// replaceFile puts a new program in place, as deployments do.
func replaceFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func TestHangupReloads(t *testing.T) {
	t.Parallel()
	r := start(t, 1)
	r.signal(syscall.SIGHUP)
	r.workers(func(ws []cluster.WorkerStatus) bool { return slices.Equal(ids(ws), []string{"1.2"}) && allServe(ws, 1) })
}

func TestClientThatPollsGetsItsLastWordsFromAWorkerThatLeaves(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	r.ask("1.1", "/linger")
	reloaded := make(chan error, 1)
	go func() { reloaded <- r.reload() }()
	r.line(func(l map[string]any) bool { return l["msg"] == "stopping" && l["worker"] == 1.0 })
	for range 20 { // over whatever worker accepts
		if got := r.ask("1.1", "/id"); !strings.HasPrefix(got, "1.1 ") {
			t.Fatalf("answered by %q", got)
		}
	}
	r.ask("1.1", "/leave")
	if err := <-reloaded; err != nil {
		t.Error(err)
	}
	if status, _, err := r.get("/id?to=1.1"); status != http.StatusNotFound || err != nil {
		t.Errorf("what asks for a worker that left is answered %d, %v; want 404", status, err)
	}
}

func TestWorkerThatLeavesForwardsToItsSuccessor(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	for _, id := range []string{"1.1", "2.1"} {
		if status, text, err := r.get("/successor?to=" + id); status != http.StatusNotFound || err != nil {
			t.Errorf("successor of worker %s that stays: %d %s, %v; want 404", id, status, text, err)
		}
	}
	r.ask("1.1", "/linger")
	reloaded := make(chan error, 1)
	go func() { reloaded <- r.reload() }()
	r.line(func(l map[string]any) bool { return l["msg"] == "stopping" && l["worker"] == 1.0 })
	for range 20 { // over whatever worker accepts
		if got := r.ask("1.1", "/successor"); got != "1.2" {
			t.Fatalf("answered by %q, want 1.2", got)
		}
	}
	r.ask("1.1", "/leave")
	if err := <-reloaded; err != nil {
		t.Error(err)
	}
}

func TestForwardGoesToTheOwnerWithTheClientsAddress(t *testing.T) {
	t.Parallel()
	r := start(t, 4)
	for _, id := range []string{"1.1", "2.1", "3.1", "4.1"} {
		for range 8 {
			c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			client := &http.Client{Transport: &http.Transport{
				DisableKeepAlives: true,
				DialContext:       func(context.Context, string, string) (net.Conn, error) { return c, nil },
			}}
			req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, r.url+"/id?to="+id, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Forwarded-For", "192.0.2.1")
			if _, got, err := do(client, req); err != nil || got != id+" "+c.LocalAddr().String() {
				t.Fatalf("answer %q, %v; want %s %s", got, err, id, c.LocalAddr())
			}
		}
	}
	r.workers(func(ws []cluster.WorkerStatus) bool {
		return !slices.ContainsFunc(ws, func(w cluster.WorkerStatus) bool { return w.Connections > 0 })
	})
}

func TestForwardToStrangersIsRefused(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	for _, owner := range []string{
		"1.9", "3.1", "0.1", "1", "1.", ".1", "01.1", "1.01", "1.1.1", "1.1/../2.1", "../run/1.1", "1.1%00", "-1.1",
		"1.99999999999999999999", "99999999999.1", "admin", "1.1 ", "１.1", strings.Repeat("1", 5000),
	} {
		status, _, err := r.get("/id?to=" + strings.ReplaceAll(owner, " ", "%20"))
		if err != nil || status != http.StatusNotFound {
			t.Errorf("owner %.40q: %d, %v; want 404", owner, status, err)
		}
	}
}

// TestFirstProcessOfAContainerReaps runs the app as process 1 of a namespace,
// which only some may make.
func TestFirstProcessOfAContainerReaps(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("unshare"); err != nil || os.Geteuid() != 0 {
		t.Skip("only root makes process namespaces, with unshare")
	}
	r := prepare(t, 1)
	env, args := r.cmd.Env, []string{"--pid", "--fork", "--mount-proc", "--kill-child", os.Args[0]}
	r.cmd = exec.Command("unshare", args...)
	r.cmd.Env, r.cmd.SysProcAttr = env, &syscall.SysProcAttr{Setpgid: true}
	r.run()
	if r.url == "" {
		t.Skip("no process namespaces here")
	}
	serving := func(generation int) {
		r.workers(func(ws []cluster.WorkerStatus) bool { return allServe(ws, 1) && ws[0].Generation == generation })
	}
	serving(1)
	r.ask("1.1", "/orphan")
	if got := r.ask("", "/zombies"); got != "0" {
		t.Errorf("%s zombies are left", got)
	}
	_, _, _ = r.get("/exit")
	serving(2)
	if got := r.all()[0].LastError; got != "exit status 7" {
		t.Errorf("last error %q", got)
	}
	if err := cluster.Stop(r.ctx, r.sockets()); err != nil {
		t.Fatal(err)
	}
	if code := r.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
