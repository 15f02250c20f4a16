package load

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

// A client is one Socket.IO connection over a websocket.
type client struct {
	ws *wsconn.Client

	// sending guards writes to ws.
	sending sync.Mutex

	// mu guards the fields below.
	mu   sync.Mutex
	acks map[int]func(ok bool)
	last int // ack id
}

// dial connects: websocket, Engine.IO, Socket.IO.
func dial(ctx context.Context, url string) (*client, error) {
	ws, err := wsconn.Dial(ctx, "ws"+strings.TrimPrefix(url, "http")+"/socket.io/?EIO=4&transport=websocket", nil)
	if err != nil {
		return nil, err
	}
	ws.SetDeadline(time.Now().Add(30 * time.Second))
	c := &client{ws: ws, acks: map[int]func(bool){}}
	if err := c.open(); err != nil {
		ws.Close() // err is the one to tell
		return nil, err
	}
	ws.SetDeadline(time.Time{})
	return c, nil
}

func (c *client) open() error {
	if data, _, err := c.ws.Read(); err != nil || !bytes.HasPrefix(data, []byte("0{")) {
		return fmt.Errorf("Engine.IO answered %.80q: %v", data, err)
	}
	if err := c.ws.Write([]byte("40"), false); err != nil {
		return err
	}
	if data, _, err := c.ws.Read(); err != nil || !bytes.HasPrefix(data, []byte("40")) {
		return fmt.Errorf("Socket.IO answered %.80q: %v", data, err)
	}
	return nil
}

// listen handles what comes in until the connection ends. event is called
// with events; they are valid until it returns.
func (c *client) listen(event func(packet []byte)) error {
	for {
		packet, _, err := c.ws.Read()
		if err != nil {
			return err
		}
		switch {
		case string(packet) == "2": // ping
			if err := c.send([]byte("3")); err != nil {
				return err
			}
		case bytes.HasPrefix(packet, []byte("42")):
			event(packet)
		case bytes.HasPrefix(packet, []byte("43")):
			c.acked(packet[2:])
		}
	}
}

// acked passes an answer, an id and a JSON array, to its call.
func (c *client) acked(answer []byte) {
	i := bytes.IndexByte(answer, '[')
	if i < 0 {
		return
	}
	id, err := strconv.Atoi(string(answer[:i]))
	if err != nil {
		return
	}
	c.mu.Lock()
	done := c.acks[id]
	delete(c.acks, id)
	c.mu.Unlock()
	if done != nil {
		done(bytes.HasPrefix(answer[i:], []byte("[null,")))
	}
}

// call calls a method of the messages service with JSON as its argument. done
// is called by the goroutine that listens, with false for an error.
func (c *client) call(method string, arg []byte, done func(ok bool)) error {
	c.mu.Lock()
	c.last++
	id := c.last
	c.acks[id] = done
	c.mu.Unlock()
	b := append(make([]byte, 0, 64+len(arg)), "42"...)
	b = strconv.AppendInt(b, int64(id), 10)
	b = append(append(append(b, `["`...), method...), `","messages",`...)
	return c.send(append(append(b, arg...), ']'))
}

func (c *client) send(packet []byte) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	return c.ws.Write(packet, false)
}
