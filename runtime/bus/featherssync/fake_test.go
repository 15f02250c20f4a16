package featherssync_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
)

var (
	errAway = errors.New("away")
	errCut  = errors.New("cut")
)

// A fleet is where Channels meet. It may be away.
type fleet struct {
	// mu guards the fields below.
	mu       sync.Mutex
	away     bool
	loses    bool // it takes messages and says that it did not
	heard    []string
	channels []*channel
}

// channel is one instance's. Its messages queue up, so that Publish never
// waits for a receiver.
type channel struct {
	fleet *fleet
	in    chan []byte   // nil while nobody receives
	cut   chan struct{} // closed when the connection breaks
}

func newFleet() *fleet { return &fleet{} }

func (f *fleet) channel() *channel {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &channel{fleet: f}
	f.channels = append(f.channels, c)
	return c
}

// leave breaks all connections and takes none.
func (f *fleet) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = true
	for _, c := range f.channels {
		if c.in != nil {
			close(c.cut)
			c.in = nil
		}
	}
}

func (f *fleet) comeBack() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = false
}

// say publishes as somebody else does.
func (f *fleet) say(msg string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.send([]byte(msg))
}

// send hands a message to all who receive. f.mu is held.
func (f *fleet) send(msg []byte) {
	f.heard = append(f.heard, string(msg))
	for _, c := range f.channels {
		if c.in != nil {
			c.in <- bytes.Clone(msg)
		}
	}
}

// messages returns what was published.
func (f *fleet) messages() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.heard)
}

func (c *channel) Publish(ctx context.Context, msg []byte) error {
	f := c.fleet
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away {
		return errAway
	}
	f.send(msg)
	if f.loses {
		f.loses = false
		return errCut
	}
	return ctx.Err()
}

func (c *channel) Receive(ctx context.Context, ready func(), message func([]byte)) error {
	in, cut, err := c.connect()
	if err != nil {
		return err
	}
	ready()
	for {
		select {
		case msg := <-in:
			message(msg)
		case <-cut:
			return errCut
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *channel) connect() (in chan []byte, cut chan struct{}, err error) {
	f := c.fleet
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away {
		return nil, nil, errAway
	}
	c.in, c.cut = make(chan []byte, 10_000), make(chan struct{})
	return c.in, c.cut, nil
}
