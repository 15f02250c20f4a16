package bustest

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
)

// patience is how long the suite waits for what must come.
const patience = 30 * time.Second

// A process is one end of a bus, and what came out of it.
type process struct {
	t     *testing.T
	name  string
	bus   runtime.Bus
	leave func()

	// mu guards the fields below.
	mu      sync.Mutex
	heard   []message
	gaps    []uint64
	changed chan struct{} // closed when there is more
	block   chan struct{} // while it is open, deliver waits
}

type message struct {
	origin string
	seq    uint64
	text   string // "name/number", and blanks
}

// join starts a process that subscribes, and leaves at the end of the test.
func join(t *testing.T, name string, join Join) *process {
	t.Helper()
	b, leave := join(t)
	return subscribe(t, name, b, leave)
}

func subscribe(t *testing.T, name string, b runtime.Bus, leave func()) *process {
	t.Helper()
	p := &process{t: t, name: name, bus: b, leave: sync.OnceFunc(leave), changed: make(chan struct{})}
	t.Cleanup(p.leave)
	if err := b.Subscribe(p.deliver, p.gap); err != nil {
		t.Fatalf("%s: Subscribe = %v", name, err)
	}
	return p
}

func (p *process) deliver(origin string, seq uint64, msg []byte) {
	p.mu.Lock()
	block := p.block
	p.mu.Unlock()
	if block != nil {
		<-block
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, message{origin, seq, string(msg)})
	p.tell()
}

func (p *process) gap(missed uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gaps = append(p.gaps, missed)
	p.tell()
}

func (p *process) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// publish publishes n messages, from number first on, of so many bytes at least.
func (p *process) publish(first, n, size int) {
	p.t.Helper()
	for i := range n {
		if err := p.bus.Publish(text(p.name, first+i, size), nil); err != nil {
			p.t.Errorf("%s: Publish = %v", p.name, err)
			return
		}
	}
}

func text(name string, i, size int) []byte {
	msg := strconv.AppendInt(append(make([]byte, 0, size), name+"/"...), int64(i), 10)
	for len(msg) < size {
		msg = append(msg, ' ')
	}
	return msg
}

// until waits until ok, which is called with mu held, reports true.
func (p *process) until(what string, ok func() bool) {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		p.mu.Lock()
		done, more, heard, gaps := ok(), p.changed, len(p.heard), len(p.gaps)
		p.mu.Unlock()
		if done {
			return
		}
		select {
		case <-more:
		case <-timeout:
			p.t.Fatalf("%s waited in vain for %s; it heard %d messages and %d gaps", p.name, what, heard, gaps)
		}
	}
}

// hears waits for n messages of each sender, among them those of gaps, and no
// others, and makes sure that they are whole and in order.
func (p *process) hears(n int, senders ...*process) {
	p.t.Helper()
	all := n * len(senders)
	p.until(fmt.Sprintf("%d messages", all), func() bool { return len(p.heard)+int(p.missed()) >= all })
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.heard)+int(p.missed()) > all {
		p.t.Errorf("%s heard %d messages and missed %d, want %d", p.name, len(p.heard), p.missed(), all)
	}
	jumped := p.jumps(n, senders)
	if jumped != p.missed() {
		p.t.Errorf("%s was told %d messages that it missed, but %d are", p.name, p.missed(), jumped)
	}
}

// hearsAll is hears where nothing may be missed.
func (p *process) hearsAll(n int, senders ...*process) {
	p.t.Helper()
	p.hears(n, senders...)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.gaps) > 0 {
		p.t.Errorf("%s was told gaps %v, want none", p.name, p.gaps)
	}
}

func (p *process) missed() (n uint64) {
	for _, missed := range p.gaps {
		n += missed
	}
	return n
}

// jumps returns how many messages of n of each sender were not heard, and
// reports those that are out of order, come again, or have another number than
// their place. It is called with mu held.
func (p *process) jumps(n int, senders []*process) (jumped uint64) {
	p.t.Helper()
	type state struct {
		origin string
		seq    uint64
		next   int
	}
	states := map[string]*state{}
	for _, s := range senders {
		states[s.name] = &state{}
	}
	for _, m := range p.heard {
		name, number, _ := strings.Cut(strings.TrimRight(m.text, " "), "/")
		i, err := strconv.Atoi(number)
		s := states[name]
		if err != nil || s == nil {
			p.t.Fatalf("%s heard %.40q, which is for others", p.name, m.text)
		}
		if s.origin == "" {
			s.origin, s.seq = m.origin, m.seq-uint64(i)
		}
		if i < s.next || m.origin != s.origin || m.seq != s.seq+uint64(i) {
			p.t.Fatalf("%s heard %s, %d of %s, want at least %d, %d of %s", p.name, m.text[:min(40, len(m.text))], m.seq, m.origin, s.next, s.seq+uint64(i), s.origin)
		}
		jumped += uint64(i - s.next)
		s.next = i + 1
	}
	for _, s := range states {
		jumped += uint64(n - s.next)
	}
	return jumped
}

// hold has deliver wait until release is called.
func (p *process) hold() (release func()) {
	block := make(chan struct{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.block = block
	return sync.OnceFunc(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.block = nil
		close(block)
	})
}
