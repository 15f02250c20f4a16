//go:build linux || darwin

package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// A fleet is clients over websockets that connect again at once, always.
type fleet struct {
	r       *running
	stop    context.CancelFunc
	ctx     context.Context
	running sync.WaitGroup

	// mu guards the fields below.
	mu        sync.Mutex
	changed   chan struct{} // closed when one of them has
	clients   []*client
	connected int
	connects  int // ever
	refused   int // connections
	failed    int // handshakes otherwise
	lastError error
}

// A client is one of a fleet. The fleet's mu guards its fields.
type client struct {
	fleet  *fleet
	ws     *wsconn.Client // nil while it is not connected
	at     string         // the worker to begin with, "" for any
	worker string
	heard  []string // texts of the messages that were created
	acked  int      // calls
}

// launch starts n clients, which begin at some workers or at any, and waits
// until they are connected.
func (r *running) launch(n int, at ...string) *fleet {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.ctx)
	f := &fleet{r: r, ctx: ctx, stop: cancel, changed: make(chan struct{})}
	for i := range n {
		c := &client{fleet: f}
		if len(at) > 0 {
			c.at = at[i%len(at)]
		}
		f.clients = append(f.clients, c)
	}
	for _, c := range f.clients {
		f.running.Go(c.live)
	}
	r.t.Cleanup(f.land)
	f.allConnected()
	return f
}

// land ends the clients.
func (f *fleet) land() {
	f.stop()
	f.mu.Lock()
	for _, c := range f.clients {
		if c.ws != nil {
			_ = c.ws.Close()
		}
	}
	f.mu.Unlock()
	f.running.Wait()
}

// change changes what mu guards and tells those who wait for it.
func (f *fleet) change(how func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	how()
	close(f.changed)
	f.changed = make(chan struct{})
}

// await waits until something is so. It is asked under mu.
func (f *fleet) await(what string, is func() bool) {
	f.r.t.Helper()
	for {
		f.mu.Lock()
		ok, changed := is(), f.changed
		state := fmt.Sprintf("%d connected, %d connects, %d refused, %d failed, last %v", f.connected, f.connects, f.refused, f.failed, f.lastError)
		f.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-f.r.ctx.Done():
			f.r.t.Fatalf("waited in vain for %s: %s", what, state)
		}
	}
}

func (f *fleet) allConnected() {
	f.r.t.Helper()
	f.await("all clients to be connected", func() bool { return f.connected == len(f.clients) })
}

// allHear waits until every client has heard of a message.
func (f *fleet) allHear(text string) {
	f.r.t.Helper()
	f.await("all clients to hear "+text, func() bool {
		for _, c := range f.clients {
			if len(c.heard) == 0 || c.heard[len(c.heard)-1] != text {
				return false
			}
		}
		return true
	})
}

// live keeps the client connected.
func (c *client) live() {
	for c.fleet.ctx.Err() == nil {
		ws, worker, err := c.dial()
		if err != nil {
			c.fleet.change(func() { c.fleet.count(err) })
			continue
		}
		c.fleet.change(func() {
			c.ws, c.worker = ws, worker
			c.fleet.connected++
			c.fleet.connects++
		})
		if c.fleet.ctx.Err() == nil {
			c.listen(ws)
		}
		c.fleet.change(func() {
			c.ws = nil
			c.fleet.connected--
		})
		_ = ws.Close()
	}
}

// count counts an error of a handshake. f.mu is held.
func (f *fleet) count(err error) {
	switch {
	case f.ctx.Err() != nil:
		return
	case errors.Is(err, syscall.ECONNREFUSED):
		f.refused++
	default:
		f.failed++
	}
	f.lastError = err
}

// dial connects, and tells the worker.
func (c *client) dial() (ws *wsconn.Client, worker string, err error) {
	ws, err = wsconn.Dial(c.fleet.ctx, "ws"+strings.TrimPrefix(c.fleet.r.url, "http")+"/socket.io/?EIO=4&transport=websocket&at="+c.at, nil)
	if err != nil {
		return nil, "", err
	}
	ws.SetDeadline(time.Now().Add(patience))
	defer ws.SetDeadline(time.Time{})
	open, _, err := ws.Read()
	if err == nil {
		err = ws.Write([]byte("40"), false)
	}
	if err == nil {
		_, _, err = ws.Read()
	}
	if err != nil {
		_ = ws.Close()
		return nil, "", err
	}
	_, sid, _ := strings.Cut(string(open), `"sid":"`)
	sid, _, _ = strings.Cut(sid, `"`)
	return ws, sid[:strings.LastIndexByte(sid, '.')], nil
}

// listen takes what comes until the connection ends.
func (c *client) listen(ws *wsconn.Client) {
	for {
		packet, _, err := ws.Read()
		if err != nil {
			return
		}
		switch {
		case string(packet) == "2":
			err = c.send("3")
		case bytes.HasPrefix(packet, []byte(`42["messages created"`)):
			_, text, _ := strings.Cut(string(packet), `"text":"`)
			text, _, _ = strings.Cut(text, `"`)
			c.fleet.change(func() { c.heard = append(c.heard, text) })
		case bytes.HasPrefix(packet, []byte("43")):
			c.fleet.change(func() { c.acked++ })
		}
		if err != nil {
			return
		}
	}
}

// send sends a packet; the connection is not lost meanwhile.
func (c *client) send(packet string) error {
	c.fleet.mu.Lock()
	defer c.fleet.mu.Unlock()
	if c.ws == nil {
		return wsconn.ErrClosed
	}
	return c.ws.Write([]byte(packet), false)
}
