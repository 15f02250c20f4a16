//go:build linux || darwin

package cluster_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
)

// TestEveryClientHearsEveryEventOnceAndInOrder has all clients of all workers
// create messages, each one after the other, at the same time.
func TestEveryClientHearsEveryEventOnceAndInOrder(t *testing.T) {
	t.Parallel()
	const workers, clients, each = 3, 18, 40
	r := start(t, workers)
	f := r.launch(clients, "1.1", "2.1", "3.1")
	served := map[string]int{}
	for _, c := range f.clients {
		served[c.worker]++
	}
	if len(served) != workers {
		t.Fatalf("clients by worker: %v, want some at each", served)
	}
	var publishing sync.WaitGroup
	for i, c := range f.clients {
		publishing.Go(func() { c.publish(strconv.Itoa(i), each) })
	}
	publishing.Wait()
	f.await("all events", func() bool {
		for _, c := range f.clients {
			if len(c.heard) < clients*each {
				return false
			}
		}
		return true
	})
	r.create("last") // whatever comes twice has come before
	f.allHear("last")
	for i, c := range f.clients {
		if len(c.heard) != clients*each+1 {
			t.Errorf("client %d of worker %s heard %d events, want %d", i, c.worker, len(c.heard), clients*each+1)
		}
		checkOrder(t, i, c.heard[:len(c.heard)-1])
	}
	t.Logf("clients by worker: %v, events to each: %d", served, clients*each)
	r.workers(func(ws []cluster.WorkerStatus) bool { return allServe(ws, workers) && ws[0].Generation == 1 })
}

// publish creates messages, each when the one before is answered.
func (c *client) publish(name string, n int) {
	for k := range n {
		packet := fmt.Sprintf(`42%d["create","messages",{"text":"%s/%d"}]`, k, name, k)
		if err := c.send(packet); err != nil {
			c.fleet.r.t.Errorf("client %s: %v", name, err)
			return
		}
		for acked := 0; acked <= k; {
			c.fleet.mu.Lock()
			changed := c.fleet.changed
			acked = c.acked
			c.fleet.mu.Unlock()
			if acked > k {
				break
			}
			select {
			case <-changed:
			case <-c.fleet.ctx.Done():
				return
			}
		}
	}
}

// checkOrder checks that the messages of each client came in their order, none
// left out.
func checkOrder(t *testing.T, client int, heard []string) {
	t.Helper()
	next := map[string]int{}
	for _, text := range heard {
		name, number, _ := strings.Cut(text, "/")
		if number != strconv.Itoa(next[name]) {
			t.Errorf("client %d heard %s, want number %d of client %s", client, text, next[name], name)
			return
		}
		next[name]++
	}
}
