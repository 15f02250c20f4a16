//go:build linux || darwin

package sync_test

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// A client creates messages, and hears of those of all clients.
type client struct {
	fleet    *fleet
	instance *instance
	worker   string
	ws       *wsconn.Client
	writing  sync.Mutex // held while ws writes

	// The fleet's mu guards the fields below.
	sent     []time.Time // when each of its messages was, by number
	answered []time.Time
	heard    []arrival
	next     map[string]int // by client, the number after the highest heard
	resyncs  []uint64       // messages missed
	err      error          // of the connection
}

// An arrival is a message that a client heard of.
type arrival struct {
	from   string // the client that created it
	number int
	at     time.Time
}

func (c *client) name() string { return c.instance.name + c.worker }

// connect connects the client to its worker.
func (c *client) connect() {
	t := c.fleet.t
	t.Helper()
	ws, err := wsconn.Dial(t.Context(), "ws"+strings.TrimPrefix(c.instance.url, "http")+"/socket.io/?EIO=4&transport=websocket&at="+c.worker, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.ws = ws
	ws.SetDeadline(time.Now().Add(patience))
	open, _, err := ws.Read()
	if err == nil {
		err = ws.Write([]byte("40"), false)
	}
	if err == nil {
		_, _, err = ws.Read()
	}
	ws.SetDeadline(time.Time{})
	if err != nil || !strings.Contains(string(open), `"sid":"`+c.worker) {
		t.Fatalf("connect to worker %s: %s, %v", c.worker, open, err)
	}
}

// listen takes what comes until the connection ends.
func (c *client) listen() {
	for {
		packet, _, err := c.ws.Read()
		now := time.Now()
		if err == nil && string(packet) == "2" {
			err = c.write("3")
		}
		if err != nil {
			c.fleet.change(func() { c.err = err })
			return
		}
		c.take(packet, now)
	}
}

// take keeps what a packet tells.
func (c *client) take(packet []byte, now time.Time) {
	switch {
	case bytes.HasPrefix(packet, []byte(`42["messages created"`)):
		_, text, _ := strings.Cut(string(packet), `"text":"`)
		text, _, _ = strings.Cut(text, `"`)
		from, number, _ := strings.Cut(text, "/")
		number, _, _ = strings.Cut(number, " ")
		n, err := strconv.Atoi(number)
		c.fleet.change(func() {
			c.heard = append(c.heard, arrival{from, n, now})
			c.next[from] = max(c.next[from], n+1)
			if err != nil {
				c.err = err
			}
		})
	case bytes.HasPrefix(packet, []byte(`42["messages resync"`)):
		_, missed, _ := strings.Cut(string(packet), `"missed":`)
		n, err := strconv.ParseUint(strings.TrimRight(missed, "}]"), 10, 64)
		c.fleet.change(func() {
			c.resyncs = append(c.resyncs, n)
			if err != nil {
				c.err = err
			}
		})
	case bytes.HasPrefix(packet, []byte("43")):
		c.fleet.change(func() { c.answered = append(c.answered, now) })
	}
}

func (c *client) write(packet string) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.ws.Write([]byte(packet), false)
}

// create creates the client's next message, which has some more text, and waits
// until it is answered.
func (c *client) create(ctx context.Context, more string) {
	f := c.fleet
	var n int
	f.change(func() {
		n = len(c.sent)
		c.sent = append(c.sent, time.Now())
	})
	if err := c.write(fmt.Sprintf(`42%d["create","messages",{"text":"%s/%d %s"}]`, n, c.name(), n, more)); err != nil {
		f.t.Errorf("client %s: %v", c.name(), err)
		return
	}
	for {
		f.mu.Lock()
		ok, changed := len(c.answered) > n, f.changed
		f.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			f.t.Errorf("client %s: no answer: %v", c.name(), ctx.Err())
			return
		}
	}
}
