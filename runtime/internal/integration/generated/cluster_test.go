package generated_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// ask runs the app's command with the settings of the app that serves.
func (a *app) ask(command string) (out string, status int) {
	a.t.Helper()
	cmd := exec.CommandContext(a.t.Context(), a.cmd.Path, strings.Fields(command)...)
	cmd.Dir, cmd.Env = a.cmd.Dir, a.cmd.Env
	var both bytes.Buffer
	cmd.Stdout, cmd.Stderr = &both, &both
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		a.t.Fatal(err)
	}
	return both.String(), cmd.ProcessState.ExitCode()
}

// A worker is a line of what the command status prints.
type worker struct{ slot, generation, pid int }

var workerLine = regexp.MustCompile(`(?m)^(\d+) +(\d+) +(\d+) +serving +\S+ +\d+ +\d+\.\d MB +\d+`)

// workers waits until as many workers serve and returns them, by slot.
func (a *app) workers(n int) []worker {
	a.t.Helper()
	var out string
	for end := time.Now().Add(patience); time.Now().Before(end); {
		status := 0
		if out, status = a.ask("status"); status != 0 {
			continue
		}
		var list []worker
		for _, m := range workerLine.FindAllStringSubmatch(out, -1) {
			list = append(list, worker{number(m[1]), number(m[2]), number(m[3])})
		}
		if len(list) == n && strings.Count(out, "\n") == n+2 {
			return list
		}
	}
	a.t.Fatalf("no %d workers serve:\n%s\n%s", n, out, a.log())
	return nil
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // digits
	return n
}

func TestWorkersAreShownAndReplacedAndStopped(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, chat), "WORKERS=3")
	before := a.workers(3)
	if out, status := a.ask("reload"); status != 0 || out != "" {
		t.Errorf("reload: exit status %d, %s", status, out)
	}
	for i, w := range a.workers(3) {
		if w.slot != before[i].slot || w.generation != 2 || w.pid == before[i].pid {
			t.Errorf("after the reload there is %+v, before it %+v", w, before[i])
		}
	}
	if out, status := a.ask("nonsense"); status != 2 || out != "chat: usage: chat [status | reload | stop]\n" {
		t.Errorf("a command that is none: exit status %d, %s", status, out)
	}
	if out, status := a.ask("stop"); status != 0 || out != "" {
		t.Errorf("stop: exit status %d, %s", status, out)
	}
	if status := a.wait(); status != 0 {
		t.Errorf("exit status after stop = %d:\n%s", status, a.log())
	}
	if out, status := a.ask("status"); status != 1 || out != "chat: the app is not running as a cluster\n" {
		t.Errorf("status of an app that is not there: exit status %d, %s", status, out)
	}
}

// TestEventsReachTheClientsOfAllWorkers has more sockets than one worker is
// likely to have alone.
func TestEventsReachTheClientsOfAllWorkers(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, chat), "WORKERS=4")
	a.workers(4)
	sockets := make([]*socket, 24)
	for i := range sockets {
		sockets[i] = a.connect()
	}
	for i := range 8 {
		created := a.request("POST", "/rooms", fmt.Sprintf(`{"name":"room %d"}`, i))
		for _, s := range sockets {
			s.hears(`["rooms created",` + created.body + `]`)
		}
	}
	for _, s := range sockets {
		s.ws.Close()
	}
	a.finish()
}

// TestSessionsThatPollNeedNoCertainWorker makes each request over a connection
// of its own, which any worker may get.
func TestSessionsThatPollNeedNoCertainWorker(t *testing.T) {
	t.Parallel()
	a := start(t, command(t, chat), "WORKERS=4")
	a.workers(4)
	poll := func(method, sid, body string) string {
		r := a.request(method, "/socket.io/?EIO=4&transport=polling&sid="+sid, body, "Content-Type", "text/plain", "Connection", "close")
		if r.status != http.StatusOK {
			t.Fatalf("%s %s of session %s = %d %s", method, body, sid, r.status, r.body)
		}
		return r.body
	}
	open, _ := strings.CutPrefix(poll("GET", "", ""), "0")
	sid := decode[struct{ SID string }](t, open).SID
	if !regexp.MustCompile(`^[1-4]\.1\.`).MatchString(sid) {
		t.Errorf("session %s does not begin with its worker", sid)
	}
	poll("POST", sid, "40")
	if got := poll("GET", sid, ""); !strings.HasPrefix(got, `40{"sid":"`) {
		t.Fatalf("answer to 40 = %s", got)
	}
	for i := range 8 {
		poll("POST", sid, fmt.Sprintf(`42%d["find","rooms",{"$limit":0}]`, i))
		if got, want := poll("GET", sid, ""), fmt.Sprintf(`43%d[null,{"total":0,`, i); !strings.HasPrefix(got, want) {
			t.Errorf("answer = %s, want %s…", got, want)
		}
	}
	poll("POST", sid, "1")
	a.finish()
}

// TestNothingAcknowledgedIsLostWhenAWorkerIsKilled kills workers while all of
// them write to the same file.
func TestNothingAcknowledgedIsLostWhenAWorkerIsKilled(t *testing.T) {
	t.Parallel()
	const clients, perRound, rounds = 4, 30, 3
	a := start(t, command(t, chat), "WORKERS=3", "CALL_RATE=off", "DATABASE="+filepath.Join(t.TempDir(), "chat.db"))
	body := fmt.Sprintf(`"room":%d,"author":%d`, a.create("/rooms", `{"name":"lobby"}`), a.create("/users", `{"name":"Ada"}`))
	var mu sync.Mutex
	acknowledged := map[int]string{} // texts by id
	failed := 0
	for round := range rounds {
		victim := a.workers(3)[round].pid
		var group sync.WaitGroup
		for c := range clients {
			group.Go(func() {
				for n := range perRound {
					if c == 0 && n == perRound/2 {
						_ = syscall.Kill(victim, syscall.SIGKILL)
					}
					text := fmt.Sprintf("%d of %d in %d", n, c, round)
					r, err := a.send(t.Context(), "POST", "/messages", fmt.Sprintf(`{"text":%q,%s}`, text, body))
					var id int
					if err == nil {
						if _, err = fmt.Sscanf(r.body, `{"id":%d,`, &id); err != nil || r.status != http.StatusCreated {
							t.Errorf("create = %d %s, want 201", r.status, r.body)
						}
					}
					mu.Lock()
					if err != nil {
						failed++
					} else {
						acknowledged[id] = text
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
	}
	a.workers(3)
	if failed > rounds*clients {
		t.Errorf("%d requests failed, want at most those that a killed worker had", failed)
	}
	verify(t, a, acknowledged, failed)
	a.finish()
}
