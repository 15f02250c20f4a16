package wsconn

import (
	"runtime"
	"sync"
)

// A pool writes for the connections that have something queued, one after the
// other, and for none twice before the others had their turn: so what comes
// meanwhile joins what waits. It does not wait for clients. Its goroutines
// end when there is nothing to write.
type pool struct {
	mu          sync.Mutex
	first, last *Conn // that wait for their turn, linked by Conn.next
	waiting     int
	writers     int // goroutines
}

// share is how many connections may wait for each goroutine before there is
// another one, up to one a CPU.
const share = 32

// writers is the pool of all connections.
var writers pool

// add gives the connection a turn. Its owner, who has set Conn.writing, does
// not add it again before that.
func (p *pool) add(c *Conn) {
	p.mu.Lock()
	if p.last == nil {
		p.first = c
	} else {
		p.last.next = c
	}
	p.last = c
	p.waiting++
	more := p.writers == 0 || p.waiting > share*p.writers && p.writers < runtime.GOMAXPROCS(0)
	if more {
		p.writers++
	}
	p.mu.Unlock()
	if more {
		go p.run()
	}
}

// next takes the connection whose turn it is. Without one the goroutine that
// asks has to end.
func (p *pool) next() *Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.first
	if c == nil {
		p.writers--
		return nil
	}
	if p.first = c.next; p.first == nil {
		p.last = nil
	}
	c.next = nil
	p.waiting--
	return c
}

// A writer lets others run before it has written to many connections, and
// again and again after that.
const (
	firstYield = 16
	yieldEvery = 64
)

func (p *pool) run() {
	buf := joins.Get().(*[]byte)
	defer func() { joins.Put(buf) }()
	w := newAttempt()
	runtime.Gosched() // who is about to send more may do so first
	for n, c := 1, p.next(); c != nil; n, c = n+1, p.next() {
		c.turn(w, &buf)
		if n%yieldEvery == firstYield {
			yield()
		}
	}
}
