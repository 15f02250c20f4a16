package runtime

import (
	"maps"
	"slices"
	"sync"
)

// hub knows which connections are in which channel.
type hub struct {
	// mu guards channels, and every connection's own list of channels.
	mu       sync.RWMutex
	channels map[string]*channel
}

// channel is a set of connections, kept as a list so that delivery walks
// over memory in order.
type channel struct {
	name    string
	members []*Connection
	index   map[*Connection]int
}

func (h *hub) join(c *Connection, names []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.closed {
		return
	}
	for _, name := range names {
		if _, in := c.channels[name]; in {
			continue
		}
		if c.channels == nil {
			c.channels = map[string]struct{}{}
		}
		c.channels[name] = struct{}{}
		ch := h.channels[name]
		if ch == nil {
			ch = &channel{name: name, index: map[*Connection]int{}}
			h.channels[name] = ch
		}
		ch.index[c] = len(ch.members)
		ch.members = append(ch.members, c)
	}
}

func (h *hub) leave(c *Connection, names []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, name := range names {
		h.drop(c, name)
	}
}

// close takes a connection out of all channels, for good.
func (h *hub) close(c *Connection) (first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.closed {
		return false
	}
	c.closed = true
	for name := range c.channels {
		h.drop(c, name)
	}
	return true
}

// clear takes a connection out of all channels.
func (h *hub) clear(c *Connection) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for name := range c.channels {
		h.drop(c, name)
	}
}

// drop removes a connection from one channel, which ends with its last
// member. h.mu is held.
func (h *hub) drop(c *Connection, name string) {
	if _, in := c.channels[name]; !in {
		return
	}
	delete(c.channels, name)
	ch := h.channels[name]
	at, last := ch.index[c], len(ch.members)-1
	ch.members[at] = ch.members[last]
	ch.index[ch.members[at]] = at
	ch.members[last] = nil
	ch.members = ch.members[:last]
	delete(ch.index, c)
	if last == 0 {
		delete(h.channels, name)
	}
}

// heard returns those of the channels that have members. names holds them as
// an envelope does.
func (h *hub) heard(names []byte) (channels []string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for len(names) > 0 {
		var name []byte
		name, names, _ = cutText(names)
		if ch := h.channels[string(name)]; ch != nil {
			channels = append(channels, ch.name)
		}
	}
	return channels
}

// deliverAll is deliver to the members of all channels.
func (h *hub) deliverAll(e *Event, receives func(*Event, *Connection) *Event) {
	h.mu.RLock()
	names := slices.Collect(maps.Keys(h.channels))
	h.mu.RUnlock()
	h.deliver(e, names, receives)
}

// deliver hands the event to every member of the channels, to each once and
// as receives says, if it is not nil. Sinks do not block, so the lock is held
// for as long as it takes to queue.
func (h *hub) deliver(e *Event, names []string, receives func(*Event, *Connection) *Event) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var seen map[*Connection]struct{}
	if len(names) > 1 {
		seen = map[*Connection]struct{}{}
	}
	for _, name := range names {
		ch := h.channels[name]
		if ch == nil {
			continue
		}
		for _, c := range ch.members {
			if seen != nil {
				if _, twice := seen[c]; twice {
					continue
				}
				seen[c] = struct{}{}
			}
			if receives == nil {
				c.sink.Deliver(e)
			} else if seen := receives(e, c); seen != nil {
				c.sink.Deliver(seen)
			}
		}
	}
}
