// Package hub knows who is in which channel.
package hub

import (
	"maps"
	"slices"
	"sync"
)

// A Hub is the channels of an app. The zero value has none. Its methods may be
// called from any goroutine.
type Hub[T any] struct {
	// mu guards channels, and every member's own list of channels.
	mu       sync.RWMutex
	channels map[string]*channel[T]
}

// A Member is in some channels of one Hub. Value is set before it joins and
// not changed after.
type Member[T any] struct {
	Value T

	// Guarded by the hub's lock.
	channels map[string]struct{}
	closed   bool
}

// channel is a set of members, kept as a list so that delivery walks over
// memory in order.
type channel[T any] struct {
	name    string
	members []*Member[T]
	index   map[*Member[T]]int
}

// Join puts a member into channels, unless it was closed.
func (h *Hub[T]) Join(m *Member[T], names []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if m.closed {
		return
	}
	for _, name := range names {
		if _, in := m.channels[name]; in {
			continue
		}
		if m.channels == nil {
			m.channels = map[string]struct{}{}
		}
		m.channels[name] = struct{}{}
		ch := h.open(name)
		ch.index[m] = len(ch.members)
		ch.members = append(ch.members, m)
	}
}

// open returns a channel, which begins with its first member. h.mu is held.
func (h *Hub[T]) open(name string) *channel[T] {
	if h.channels == nil {
		h.channels = map[string]*channel[T]{}
	}
	ch := h.channels[name]
	if ch == nil {
		ch = &channel[T]{name: name, index: map[*Member[T]]int{}}
		h.channels[name] = ch
	}
	return ch
}

// Leave takes a member out of channels.
func (h *Hub[T]) Leave(m *Member[T], names []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, name := range names {
		h.drop(m, name)
	}
}

// Close takes a member out of all channels, for good. It reports whether that
// had not been done before.
func (h *Hub[T]) Close(m *Member[T]) (first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if m.closed {
		return false
	}
	m.closed = true
	for name := range m.channels {
		h.drop(m, name)
	}
	return true
}

// Clear takes a member out of all channels.
func (h *Hub[T]) Clear(m *Member[T]) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for name := range m.channels {
		h.drop(m, name)
	}
}

// drop removes a member from one channel, which ends with its last one. h.mu
// is held.
func (h *Hub[T]) drop(m *Member[T], name string) {
	if _, in := m.channels[name]; !in {
		return
	}
	delete(m.channels, name)
	ch := h.channels[name]
	at, last := ch.index[m], len(ch.members)-1
	ch.members[at] = ch.members[last]
	ch.index[ch.members[at]] = at
	ch.members[last] = nil
	ch.members = ch.members[:last]
	delete(ch.index, m)
	if last == 0 {
		delete(h.channels, name)
	}
}

// ChannelsOf returns the names of a member's channels, sorted.
func (h *Hub[T]) ChannelsOf(m *Member[T]) []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.channels))
}

// Channels returns the names of all channels that have members.
func (h *Hub[T]) Channels() []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.Collect(maps.Keys(h.channels))
}

// Channel returns the name of a channel if it has members. It allocates
// nothing.
func (h *Hub[T]) Channel(name []byte) (string, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if ch := h.channels[string(name)]; ch != nil {
		return ch.name, true
	}
	return "", false
}

// Each calls f for every member of the channels, for each once. The lock is
// held meanwhile: f must not block, and not change who is where.
func (h *Hub[T]) Each(names []string, f func(T)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var seen map[*Member[T]]struct{}
	if len(names) > 1 {
		seen = map[*Member[T]]struct{}{}
	}
	for _, name := range names {
		ch := h.channels[name]
		if ch == nil {
			continue
		}
		for _, m := range ch.members {
			if seen != nil {
				if _, twice := seen[m]; twice {
					continue
				}
				seen[m] = struct{}{}
			}
			f(m.Value)
		}
	}
}
