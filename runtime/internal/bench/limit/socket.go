package limit

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

// Bounds of a connection, and what Engine.IO tells of it.
var limits = wsconn.Limits{Message: 1e6, Queue: 4 << 20}

const opened = `0{"sid":"limit","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`

// socket serves Socket.IO on a websocket. It sends no pings: runs are short.
func (a *app) socket(w http.ResponseWriter, r *http.Request) {
	c, err := wsconn.Accept(w, r, limits, func(status int, _ error) { w.WriteHeader(status) })
	if err == nil {
		go a.serve(c) // a new goroutine has a smaller stack than net/http's
	}
}

func (a *app) serve(c *wsconn.Conn) {
	defer c.Finish()
	defer a.leave(c)
	send := func(packet string) { c.Send(wsconn.Text(packet)) } // Read tells if it failed
	send(opened)
	for {
		packet, _, err := c.Read()
		if err != nil {
			return
		}
		b := packet.Bytes()
		switch {
		case bytes.HasPrefix(b, []byte("40")):
			send(`40{"sid":"limit"}`)
			a.join(c)
		case bytes.HasPrefix(b, []byte("42")):
			a.call(c, b[2:])
		}
		packet.Release()
	}
}

// call answers a call: its ack id and its arguments.
func (a *app) call(c *wsconn.Conn, b []byte) {
	start := bytes.IndexByte(b, '[')
	var args []json.RawMessage
	if start < 0 || json.Unmarshal(b[start:], &args) != nil || len(args) < 3 {
		return
	}
	var result, event []byte
	switch string(args[0]) {
	case `"create"`:
		result = a.create(args[2])
		event = result
	case `"get"`:
		result = a.get(string(bytes.Trim(args[2], `"`)))
	}
	if result == nil {
		return
	}
	frame := wsconn.BeginText(make([]byte, 0, len(result)+32))
	frame = append(append(frame, "43"...), b[:start]...)
	frame = append(append(append(frame, "[null,"...), result...), ']')
	c.Send(wsconn.EndFrame(frame, 0)) // as above
	if event != nil {
		a.publish(event)
	}
}

// publish sends the event of a created record to all.
func (a *app) publish(record []byte) {
	frame := wsconn.Text(slices.Concat([]byte(`42["messages created",`), record, []byte("]")))
	a.connMu.Lock()
	conns := a.conns
	a.connMu.Unlock()
	for _, c := range conns {
		if c.Send(frame) == wsconn.ErrFull {
			c.Abort()
		}
	}
}

func (a *app) join(c *wsconn.Conn) {
	a.connMu.Lock()
	defer a.connMu.Unlock()
	// Appending does not change what publish looks at.
	a.conns = append(a.conns, c)
}

func (a *app) leave(c *wsconn.Conn) {
	a.connMu.Lock()
	defer a.connMu.Unlock()
	a.conns = slices.DeleteFunc(slices.Clone(a.conns), func(other *wsconn.Conn) bool { return other == c })
}
