package featherssync_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// kills returns how often a test kills its broker.
func kills() int {
	if os.Getenv("FEATHERSCAFFOLD_LONG") == "1" {
		return 20
	}
	return 1
}

// Times of TestTheFleetOutlivesItsBroker.
const (
	pace = 40 * time.Millisecond // between two messages of one client
	down = 50                    // messages of one client while the broker is dead, and between
)

// TestTheFleetOutlivesItsBroker kills the broker under load: the processes of
// the app lose no event of each other, and all instances hear all again
// afterwards. What feathers-sync loses is logged.
func TestTheFleetOutlivesItsBroker(t *testing.T) {
	t.Parallel()
	for _, s := range mortals {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := s.start(t)
			f := &fleet{t: t}
			for _, i := range []instance{startApp(t, "app 1", b).instance, startApp(t, "app 2", b).instance, startNode(t, "node 1", b), startNode(t, "node 2", b)} {
				f.clients = append(f.clients, connect(t, i))
			}
			for range kills() {
				f.create(down)
				b.Kill()
				f.create(down)
				b.Start(t)
				f.reconnect()
			}
			f.report()
		})
	}
}

// A fleet is clients that create messages at the same time.
type fleet struct {
	t       *testing.T
	clients []*client
	sent    int // messages of each client
}

// create has each client create some messages, at a pace.
func (f *fleet) create(n int) {
	var calling sync.WaitGroup
	for _, c := range f.clients {
		calling.Go(func() {
			tick := time.NewTicker(pace)
			defer tick.Stop()
			for k := range n {
				<-tick.C
				c.call(fmt.Sprintf(`"create","messages",{"text":"%s/%d"}`, c.name, f.sent+k))
			}
		})
	}
	calling.Wait()
	f.sent += n
}

// reconnect has the clients create messages until each hears new ones of all.
func (f *fleet) reconnect() {
	f.t.Helper()
	began, from := time.Now(), f.sent
	for !f.hearAll(from) {
		if f.t.Failed() || time.Since(began) > patience {
			f.t.Fatalf("not all clients hear all others %v after the broker was back", patience)
		}
		f.create(1)
	}
	f.t.Logf("all hear all %v after the broker was back", time.Since(began))
}

// hearAll reports whether each client has heard of each a message that is as
// late as that.
func (f *fleet) hearAll(from int) bool {
	for _, c := range f.clients {
		heard := c.numbers()
		for _, other := range f.clients {
			if n := heard[other.name]; len(n) == 0 || slices.Max(n) < from {
				return false
			}
		}
	}
	return true
}

// numbers returns the numbers of the messages that the client heard of, by the
// name of who created them.
func (c *client) numbers() map[string][]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := map[string][]int{}
	for _, packet := range c.events {
		_, text, _ := strings.Cut(packet, `"text":"`)
		text, _, _ = strings.Cut(text, `"`)
		name, number, ok := strings.Cut(text, "/")
		if n, err := strconv.Atoi(number); ok && err == nil { // else it is a resync
			heard[name] = append(heard[name], n)
		}
	}
	return heard
}

// mistakes are what went wrong on the way from some clients to others.
type mistakes struct{ of, lost, again int }

// report logs what was lost, and checks that the app lost nothing of itself.
func (f *fleet) report() {
	f.t.Helper()
	apps := f.clients[:2]
	for _, c := range apps {
		c.await("the last messages of the app", func() bool {
			return !slices.ContainsFunc(apps, func(from *client) bool {
				return !slices.ContainsFunc(c.events, func(e string) bool { return strings.Contains(e, fmt.Sprintf(`"%s/%d"`, from.name, f.sent-1)) })
			})
		})
	}
	found := map[string]mistakes{}
	for _, to := range f.clients {
		heard := to.numbers()
		for _, from := range f.clients {
			way := kind(from) + " to " + kind(to)
			if from == to {
				way = kind(from) + " to itself"
			}
			m := found[way]
			m.add(heard[from.name], f.sent)
			found[way] = m
		}
	}
	for _, way := range slices.Sorted(maps.Keys(found)) {
		m := found[way]
		f.t.Logf("%s: of %d events %d were lost, %d came twice or late", way, m.of, m.lost, m.again)
		if strings.HasPrefix(way, "app to app") || way == "app to itself" {
			if m.lost > 0 || m.again > 0 {
				f.t.Errorf("%s: want no event lost, and none twice", way)
			}
		}
	}
}

// kind is what a client is connected to.
func kind(c *client) string {
	k, _, _ := strings.Cut(c.name, " ")
	return k
}

// add adds how one client heard of the messages of another.
func (m *mistakes) add(heard []int, sent int) {
	m.of += sent
	next := 0
	for _, n := range heard {
		if n < next {
			m.again++
			continue
		}
		m.lost += n - next
		next = n + 1
	}
	m.lost += sent - next
}
