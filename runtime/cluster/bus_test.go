//go:build linux || darwin

package cluster_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
)

// heard waits until a worker has n messages, and returns them as
// "origin/seq/text" in order.
func (r *running) heard(worker string, n int) []string {
	r.t.Helper()
	return strings.Split(strings.TrimSpace(r.ask(worker, "/heard", "n", strconv.Itoa(n))), "\n")
}

func TestEveryOtherWorkerHearsEachMessageOnceInOrder(t *testing.T) {
	t.Parallel()
	r := start(t, 3)
	const n = 500
	all := []string{"1.1", "2.1", "3.1"}
	var publishing sync.WaitGroup
	for _, id := range all {
		publishing.Go(func() { r.ask(id, "/publish", "n", strconv.Itoa(n), "size", "100") })
	}
	publishing.Wait()
	for _, id := range all {
		lines := r.heard(id, 2*n)
		if len(lines) != 2*n {
			t.Errorf("%s heard %d messages, want %d", id, len(lines), 2*n)
		}
		next := map[string]int{}
		for _, line := range lines {
			origin, _, _ := strings.Cut(line, "/")
			i := next[origin]
			if want := fmt.Sprintf("%s/%d/%d", origin, i+1, i); line != want || origin == id {
				t.Fatalf("%s heard %q, want %q", id, line, want)
			}
			next[origin]++
		}
	}
}

func TestLargestMessagesGoThrough(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	r.ask("1.1", "/publish", "n", "3", "size", strconv.Itoa(cluster.MaxMessage))
	if got := r.heard("2.1", 3); len(got) != 3 || got[2] != "1.1/3/2" {
		t.Errorf("heard %q", got)
	}
	status, text, err := r.get("/publish?to=1.1&n=1&size=" + strconv.Itoa(cluster.MaxMessage+1))
	if status != 500 || !strings.HasPrefix(text, cluster.ErrTooLarge.Error()) {
		t.Errorf("a larger one: %d %q, %v", status, text, err)
	}
}

func TestSlowWorkerMissesWithoutHoldingBackTheRest(t *testing.T) {
	t.Parallel()
	r := start(t, 3)
	r.ask("3.1", "/block")
	const n = 60 // of 1 MiB: more than sockets and queues hold
	r.ask("1.1", "/publish", "n", strconv.Itoa(n), "size", strconv.Itoa(1<<20))
	if got := r.heard("2.1", n); len(got) != n {
		t.Errorf("the fast one heard %d messages", len(got))
	}
	r.ask("3.1", "/unblock")
	lines := r.heard("3.1", n)
	gap := lines[len(lines)-1]
	missed, err := strconv.Atoi(strings.TrimPrefix(gap, "gap/"))
	if err != nil || missed == 0 || len(lines)-1+missed != n {
		t.Errorf("the slow one heard %d messages and then %q", len(lines)-1, gap)
	}
	r.ask("2.1", "/publish", "n", "1")
	if got := r.heard("3.1", n+1); got[len(got)-1] != "2.1/1/0" {
		t.Errorf("behind the gap it heard %q", got[len(got)-1])
	}
	r.workers(func(ws []cluster.WorkerStatus) bool {
		return ws[2].Missed == uint64(missed) && ws[1].Missed == 0
	})
}

func TestMessagesOfAWorkerThatDiesAreHeard(t *testing.T) {
	t.Parallel()
	r := start(t, 3)
	r.ask("1.1", "/publish", "n", "1")
	r.heard("2.1", 1)
	r.heard("3.1", 1)
	_, _, _ = r.get("/exit?to=1.1")
	r.workers(func(ws []cluster.WorkerStatus) bool { return ws[0].Generation == 2 && allServe(ws, 3) })
	r.ask("1.2", "/publish", "n", "1")
	for _, id := range []string{"2.1", "3.1"} {
		if got := strings.Join(r.heard(id, 2), " "); got != "1.1/1/0 1.2/1/0" {
			t.Errorf("%s heard %s", id, got)
		}
	}
	r.ask("2.1", "/publish", "n", "1")
	if got := r.heard("1.2", 1)[0]; got != "2.1/1/0" {
		t.Errorf("the new one heard %s", got)
	}
}

func TestMessagesOfAWorkerThatLeavesAreHeard(t *testing.T) {
	t.Parallel()
	r := start(t, 2)
	r.ask("1.1", "/publish", "n", "200", "size", "100000")
	if err := r.reload(); err != nil {
		t.Fatal(err)
	}
	// 2.1 has gone too; its successor hears from its start on.
	r.ask("1.2", "/publish", "n", "1")
	if got := r.heard("2.2", 1)[0]; got != "1.2/1/0" {
		t.Errorf("heard %s", got)
	}
}

func TestAppWithoutWorkersServesAlone(t *testing.T) {
	t.Parallel()
	r := prepare(t, 0)
	r.run()
	if got := r.ask("", "/id"); !strings.HasPrefix(got, " 127.0.0.1:") {
		t.Errorf("it is worker %q, want none", got)
	}
	if got := r.ask("", "/instance"); got != "" {
		t.Errorf("its instance is %q, want none", got)
	}
	r.ask("", "/publish", "n", "2") // to nobody
	if status, _, err := r.get("/id?to=1.1"); status != http.StatusNotFound {
		t.Errorf("forward to a worker: %d, %v", status, err)
	}
	if _, err := r.status(); err != cluster.ErrNotRunning {
		t.Errorf("Status = %v, want ErrNotRunning", err)
	}
	if code := r.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
