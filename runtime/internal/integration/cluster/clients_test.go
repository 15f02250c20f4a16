//go:build linux || darwin

package cluster_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

// A result is what a script of official clients tells.
type result struct {
	Connected int            // clients that a call was answered to
	Failures  []string       // of connecting
	Took      float64        // milliseconds until all were
	Upgraded  int            // to websockets
	Workers   map[string]int // clients by worker
	Heard     int            // clients that heard an event
}

// script runs a script of this folder with Node, with the packages of the
// other tests with official clients. It calls ready when the script says that
// it is.
func (r *running) script(ready func(), name string, args ...string) (got result) {
	r.t.Helper()
	node := need.Command(r.t, "node")
	dir := r.t.TempDir()
	if err := os.Symlink(filepath.Join(need.NPM(r.t, "../clients"), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		r.t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		r.t.Fatal(err)
	}
	var complaints bytes.Buffer
	cmd := exec.CommandContext(r.ctx, node, append([]string{name, r.url}, args...)...)
	cmd.Dir, cmd.Stderr = dir, &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	var last string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if last = lines.Text(); last == "ready" {
			ready()
		}
	}
	if err := cmd.Wait(); err != nil {
		r.t.Fatalf("node %s: %v\n%s\n%s", name, err, last, &complaints)
	}
	if err := json.Unmarshal([]byte(last), &got); err != nil {
		r.t.Fatalf("node %s: %v\n%s", name, err, last)
	}
	return got
}

// TestPlainClientsConnectToAnyWorker has official clients connect as they do
// unless told otherwise: they poll first, each request over a new connection,
// and go over to a websocket.
func TestPlainClientsConnectToAnyWorker(t *testing.T) {
	for _, workers := range []int{2, 4, 8} {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			const clients = 200
			got := start(t, workers).script(nil, "clients.mjs", "4", strconv.Itoa(clients))
			took := time.Duration(got.Took * float64(time.Millisecond))
			t.Logf("%d clients connected and calling after %v, %d on websockets: %v", got.Connected, took, got.Upgraded, got.Workers)
			checkClients(t, got, clients)
			// Two seconds are the goal on a machine that is not busy.
			if took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestOldClientsConnectToAnyWorker(t *testing.T) {
	const clients = 40
	got := start(t, 4).script(nil, "clients.mjs", "3", strconv.Itoa(clients))
	t.Logf("%d clients connected after %.0f ms: %v", got.Connected, got.Took, got.Workers)
	checkClients(t, got, clients)
}

// TestPlainClientsComeBackAfterAReload has official clients, half of which
// poll only, lose their workers one after the other.
func TestPlainClientsComeBackAfterAReload(t *testing.T) {
	const clients = 100
	r := start(t, 2)
	reload := func() {
		if err := cluster.Reload(r.ctx, r.dir); err != nil {
			t.Error(err)
		}
	}
	got := r.script(reload, "reload.mjs", strconv.Itoa(clients))
	// A client that is slow may meet the second worker just before it leaves.
	t.Logf("%d clients were back %.0f ms after the first was told to leave: %v, failures on the way: %q",
		got.Connected, got.Took, got.Workers, got.Failures)
	if got.Connected != clients || got.Heard != clients {
		t.Errorf("of %d clients %d were back, %d heard the event", clients, got.Connected, got.Heard)
	}
	for worker := range got.Workers {
		if worker == "1.1" || worker == "2.1" {
			t.Errorf("clients are at worker %s, which has left", worker)
		}
	}
}

func checkClients(t *testing.T, got result, clients int) {
	t.Helper()
	if got.Connected != clients || got.Upgraded != clients || got.Heard != clients || len(got.Failures) > 0 {
		t.Errorf("of %d clients %d connected, %d upgraded, %d heard the event; failures: %q",
			clients, got.Connected, got.Upgraded, got.Heard, got.Failures)
	}
	if len(got.Workers) < 2 {
		t.Errorf("all clients have one worker: %v", got.Workers)
	}
}
