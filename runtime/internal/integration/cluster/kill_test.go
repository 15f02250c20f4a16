//go:build linux || darwin

package cluster_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
)

func TestKilledWorkerIsBackAndSoAreItsClients(t *testing.T) {
	t.Parallel()
	const sockets = 1000
	r := start(t, 2)
	f := r.launch(sockets, "1.1")
	r.create("before")
	f.allHear("before")
	victim := r.workers(func(ws []cluster.WorkerStatus) bool { return ws[0].Connections == sockets })[0]
	began := time.Now()
	if err := syscall.Kill(victim.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	r.workers(func(ws []cluster.WorkerStatus) bool {
		return allServe(ws, 2) && ws[0].Generation == victim.Generation+1
	})
	respawned := time.Since(began)
	f.await("the clients to be back", func() bool { return f.connects == 2*sockets && f.connected == sockets })
	back := time.Since(began)
	r.create("after")
	f.allHear("after")
	f.mu.Lock()
	defer f.mu.Unlock()
	t.Logf("the worker serves again after %v, all of its %d clients are back after %v; %d handshakes failed", respawned, sockets, back, f.failed)
	if f.refused > 0 {
		t.Errorf("%d connections were refused", f.refused)
	}
	// It takes far less; the machine may be busy.
	if respawned > 10*time.Second {
		t.Errorf("the worker was back after %v", respawned)
	}
	for _, c := range f.clients {
		if n := len(c.heard); n != 2 {
			t.Errorf("a client heard %d events, want 2: %q", n, c.heard)
			break
		}
	}
}
