//go:build linux || darwin

package cluster_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
)

// The reloads of the test, and the sockets meanwhile. With
// FEATHERSCAFFOLD_LONG=1 they are 50 under 2,000.
var long = os.Getenv("FEATHERSCAFFOLD_LONG") == "1"

func reloads() (n, sockets int) {
	if long {
		return 50, 2000
	}
	return 10, 200
}

// testTime is how long a test may take.
func testTime() time.Duration {
	if long {
		return 15 * time.Minute
	}
	return patience
}

func TestReloadsUnderSocketsLoseNothingAndLeakNothing(t *testing.T) {
	t.Parallel()
	n, sockets := reloads()
	r := start(t, 2)
	f := r.launch(sockets)
	before := r.settled(f)
	supervisor := r.supervisorDescriptors()
	l := r.load(4)
	began, longest := time.Now(), time.Duration(0)
	for i := range n {
		start := time.Now()
		// It returns when the old workers are gone, one after the other.
		if err := cluster.Reload(r.ctx, r.dir); err != nil {
			t.Fatalf("reload %d: %v", i, err)
		}
		longest = max(longest, time.Since(start))
	}
	took := time.Since(began)
	l.end()
	f.allConnected()
	r.create("after")
	f.allHear("after")
	after := r.settled(f)
	f.mu.Lock()
	defer f.mu.Unlock()
	t.Logf("%d reloads in %v, the longest %v; %d sockets connected %d times, %d handshakes failed (%v)",
		n, took, longest, sockets, f.connects, f.failed, f.lastError)
	t.Logf("%d requests answered; descriptors and goroutines of the workers %v before, %v after", l.answered.Load(), before, after)
	if l.failed.Load() > 0 {
		t.Errorf("%d requests failed: %v", l.failed.Load(), errors.Join(l.errs...))
	}
	if f.refused > 0 {
		t.Errorf("%d connections were refused", f.refused)
	}
	if f.connects < sockets*(n+1) {
		t.Errorf("%d connects of %d sockets in %d reloads: some kept an old worker", f.connects, sockets, n)
	}
	if longest > 60*time.Second {
		t.Errorf("a reload of two workers took %v", longest)
	}
	const slack = 20
	if after.descriptors > before.descriptors+slack || after.goroutines > before.goroutines+slack {
		t.Errorf("descriptors and goroutines grew from %v to %v", before, after)
	}
	if got := r.supervisorDescriptors(); got > supervisor+2 {
		t.Errorf("the supervisor's descriptors grew from %d to %d", supervisor, got)
	}
}

type usage struct{ descriptors, goroutines int }

// settled returns what the workers have when nothing is left but the clients'
// connections.
func (r *running) settled(f *fleet) (u usage) {
	r.t.Helper()
	f.allConnected()
	r.workers(func(ws []cluster.WorkerStatus) bool {
		open := uint64(0)
		for _, w := range ws {
			open += w.Connections
		}
		return allServe(ws, 2) && open == uint64(len(f.clients))
	})
	u.descriptors, u.goroutines = r.figures()
	return u
}

// A load is clients that ask without a pause: some over connections that they
// keep, some over new ones, half of them by POST, which nobody repeats.
type load struct {
	answered, failed atomic.Int64
	stop             context.CancelFunc
	running          sync.WaitGroup

	mu   sync.Mutex
	errs []error // the first ones
}

func (r *running) load(clients int) *load {
	ctx, cancel := context.WithCancel(r.ctx)
	l := &load{stop: cancel}
	for i := range clients {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: i%4 == 0}}
		l.running.Go(func() {
			defer client.CloseIdleConnections()
			for ctx.Err() == nil {
				l.ask(r, client, i%2 == 0)
			}
		})
	}
	r.t.Cleanup(l.end)
	return l
}

func (l *load) ask(r *running, client *http.Client, post bool) {
	method, path, body, want := http.MethodGet, "/limited", "", "[]"
	if post {
		method, path, body, want = http.MethodPost, "/echo", "hello", "hello"
	}
	status, text, err := r.ask(client, method, path, body)
	if err == nil && status == http.StatusOK && text == want {
		l.answered.Add(1)
		return
	}
	if l.failed.Add(1) > 3 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = append(l.errs, errors.Join(err, errors.New(strconv.Itoa(status)+" "+text)))
}

func (l *load) end() {
	l.stop()
	l.running.Wait()
}
