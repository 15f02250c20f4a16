package featherssync_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// A client is connected to an instance over a websocket, and keeps what it
// hears.
type client struct {
	t       *testing.T
	name    string
	ws      *wsconn.Client
	running sync.WaitGroup
	writing sync.Mutex // held while ws writes

	// mu guards the fields below.
	mu      sync.Mutex
	changed chan struct{} // closed when one of them has
	events  []string      // as they came: ["messages created",{…}]
	answers map[int]string
	calls   int
	err     error // of the connection
}

// connect returns a client, which leaves with the test.
func connect(t *testing.T, i instance) *client {
	t.Helper()
	ws, err := wsconn.Dial(t.Context(), "ws"+strings.TrimPrefix(i.url, "http")+"/socket.io/?EIO=4&transport=websocket", nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, name: i.name, ws: ws, changed: make(chan struct{}), answers: map[int]string{}}
	t.Cleanup(func() {
		_ = ws.Close()
		c.running.Wait()
	})
	ws.SetDeadline(time.Now().Add(patience))
	open, _, err := ws.Read()
	if err == nil {
		err = ws.Write([]byte("40"), false)
	}
	var connected []byte
	if err == nil {
		connected, _, err = ws.Read()
	}
	if err != nil || !strings.HasPrefix(string(connected), "40{") {
		t.Fatalf("connect to %s: %s, %s, %v", i.name, open, connected, err)
	}
	ws.SetDeadline(time.Time{})
	c.running.Go(c.listen)
	return c
}

// listen takes what comes until the connection ends.
func (c *client) listen() {
	for {
		packet, _, err := c.ws.Read()
		if err == nil && string(packet) == "2" {
			err = c.write("3")
		}
		if err != nil {
			c.change(func() { c.err = err })
			return
		}
		text := string(packet)
		if event, ok := strings.CutPrefix(text, "42"); ok {
			c.change(func() { c.events = append(c.events, event) })
		} else if answer, ok := strings.CutPrefix(text, "43"); ok {
			id, body := 0, strings.TrimLeft(answer, "0123456789")
			_, _ = fmt.Sscan(strings.TrimSuffix(answer, body), &id) // digits
			c.change(func() { c.answers[id] = body })
		}
	}
}

func (c *client) write(packet string) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.ws.Write([]byte(packet), false)
}

// change changes what mu guards and tells those who wait for it.
func (c *client) change(how func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	how()
	close(c.changed)
	c.changed = make(chan struct{})
}

// await waits until something is so, which is asked under mu.
func (c *client) await(what string, is func() bool) {
	c.t.Helper()
	timeout := time.After(patience)
	for {
		c.mu.Lock()
		ok, changed := is(), c.changed
		state := fmt.Sprintf("%d events, %v", len(c.events), c.err)
		c.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			c.t.Errorf("the client of %s waited in vain for %s: %s", c.name, what, state)
			return
		}
	}
}

// call calls a method and returns its result.
func (c *client) call(args string) string {
	c.t.Helper()
	var id int
	c.change(func() {
		id = c.calls
		c.calls++
	})
	if err := c.write(fmt.Sprintf("42%d[%s]", id, args)); err != nil {
		c.t.Errorf("the client of %s calls [%s]: %v", c.name, args, err)
		return ""
	}
	c.await("the answer to ["+args+"]", func() bool { return c.answers[id] != "" })
	c.mu.Lock()
	defer c.mu.Unlock()
	result, ok := strings.CutPrefix(c.answers[id], "[null,")
	if !ok {
		c.t.Errorf("[%s] is answered %s", args, c.answers[id])
	}
	return strings.TrimSuffix(result, "]")
}

// hears waits until the client has heard as many events.
func (c *client) hears(n int) []string {
	c.t.Helper()
	c.await(fmt.Sprintf("%d events", n), func() bool { return len(c.events) >= n })
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.events...)
}

// An event is what a client hears.
type event struct {
	name string
	data map[string]any
}

func parseEvent(t *testing.T, packet string) (e event) {
	t.Helper()
	if err := json.Unmarshal([]byte(packet), &[]any{&e.name, &e.data}); err != nil {
		t.Fatalf("%v in %s", err, packet)
	}
	return e
}
