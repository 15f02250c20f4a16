package broker

import (
	"net"
	"sync"
	"testing"
)

// A Proxy is the network between clients and a server, which a test breaks.
// Its methods may be called from any goroutine.
type Proxy struct {
	to       string
	listener net.Listener
	running  sync.WaitGroup

	// mu guards the fields below.
	mu      sync.Mutex
	state   state
	changed chan struct{} // closed when the state has
	conns   map[net.Conn]bool
}

// A state is how a network is.
type state int

const (
	healthy state = iota
	frozen
	cut
	closed
)

// NewProxy returns a healthy network to a server. It ends with the test.
func NewProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", local(freePort(t)))
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{to: to, listener: l, changed: make(chan struct{}), conns: map[net.Conn]bool{}}
	p.running.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// Addr returns what clients connect to instead of the server.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Cut breaks all connections, and new ones as soon as they are made.
func (p *Proxy) Cut() { p.set(cut) }

// Freeze lets nothing pass any more, and tells nobody: connections stay open,
// and new ones are accepted, as when the network loses all packets.
func (p *Proxy) Freeze() { p.set(frozen) }

// Heal has all be well again. What was sent while the network was frozen
// arrives.
func (p *Proxy) Heal() { p.set(healthy) }

func (p *Proxy) set(s state) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = s
	if s == cut || s == closed {
		for c := range p.conns {
			_ = c.Close()
		}
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *Proxy) close() {
	p.set(closed)
	_ = p.listener.Close()
	p.running.Wait()
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		if p.keep(c) {
			p.running.Go(func() { p.serve(c) })
		}
	}
}

// keep has a connection end when the network is cut. It ends it at once and
// reports false if it is already.
func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == cut || p.state == closed {
		_ = c.Close()
		return false
	}
	p.conns[c] = true
	return true
}

func (p *Proxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
	_ = c.Close()
}

// serve connects a client with the server.
func (p *Proxy) serve(client net.Conn) {
	defer p.drop(client)
	if !p.passes() {
		return
	}
	server, err := net.Dial("tcp", p.to)
	if err != nil || !p.keep(server) {
		return
	}
	defer p.drop(server)
	var back sync.WaitGroup
	back.Go(func() { p.pump(client, server) })
	p.pump(server, client)
	back.Wait()
}

// pump hands on what comes from one side to the other until either ends, and
// then ends both.
func (p *Proxy) pump(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 32<<10)
	for {
		n, readErr := from.Read(buf)
		if !p.passes() {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil || readErr != nil {
			return
		}
	}
}

// passes waits while the network is frozen, and reports whether it is healthy
// then.
func (p *Proxy) passes() bool {
	for {
		p.mu.Lock()
		state, changed := p.state, p.changed
		p.mu.Unlock()
		if state != frozen {
			return state == healthy
		}
		<-changed
	}
}
