package bus

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

const (
	answerWait   = time.Second // of Check, after its own echo, for the others
	maxProcesses = 4096        // that Check returns
	maxName      = 255         // bytes of one
)

var (
	errNoEcho = errors.New("broker did not bring the probe back")
	errBusy   = errors.New("too much waits to be sent")
)

// A Process is one that answered Check.
type Process struct {
	Name      string
	Self      bool          // it is the one that asked
	RoundTrip time.Duration // from the question to its answer
	Stats     Stats
}

// Check asks all processes of the app who they are. It waits for its own
// question to come back from the broker, and a second more for the others, or
// until ctx ends. The answers are in the order of names, its own among them. An
// error tells that the question did not come back. Subscribe comes before.
func (b *Bus) Check(ctx context.Context) ([]Process, error) {
	nonce := make([]byte, len(id{}))
	_, _ = rand.Read(nonce) // never fails
	c := b.checks.start(id(nonce))
	defer b.checks.end(id(nonce))
	if !b.outbox.putControl(frame{flags: probe, count: 1, body: appendMessage(nil, nonce)}) {
		return nil, errBusy
	}
	select {
	case <-c.echoed:
	case <-b.ended:
		return nil, ErrClosed
	case <-ctx.Done():
		if err := b.link.LastError(); err != nil && !b.link.Connected() {
			return nil, fmt.Errorf("%w: %w", errNoEcho, err)
		}
		return nil, errNoEcho
	}
	timer := time.NewTimer(answerWait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.ended:
	case <-ctx.Done():
	}
	return b.checks.found(c), nil
}

// probed answers a question.
func (r *receiver) probed(f *frame) {
	msg := f.next()
	if len(msg) != len(id{}) {
		r.drop(errMalformed, len(msg))
		return
	}
	if f.origin == r.origin {
		r.checks.add(id(msg), r.origin, Process{Name: r.o.Name, Self: true, Stats: r.Stats()})
		return
	}
	stats := r.Stats()
	name := r.o.Name[:min(len(r.o.Name), maxName)]
	reply := append(append([]byte(nil), msg...), byte(len(name)))
	reply = stats.append(append(reply, name...))
	// When too many ask at once, some are not answered.
	r.outbox.putControl(frame{flags: answer, count: 1, body: appendMessage(nil, reply)})
}

func (r *receiver) answered(f *frame) {
	msg := f.next()
	nonce, p, ok := parseAnswer(msg)
	switch {
	case !ok:
		r.drop(errMalformed, len(msg))
	case f.origin != r.origin:
		r.checks.add(nonce, f.origin, p)
	}
}

// parseAnswer reads the nonce of a question, a name and counts. The name may be
// a stranger's word, and will be shown on a terminal.
func parseAnswer(msg []byte) (nonce id, p Process, ok bool) {
	if len(msg) < len(id{})+1 {
		return nonce, p, false
	}
	rest := msg[len(id{})+1:]
	n := int(msg[len(id{})])
	if n > len(rest) {
		return nonce, p, false
	}
	p.Name = strings.Map(printable, string(rest[:n]))
	p.Stats = parseStats(rest[n:])
	p.Stats.Connected = true
	return id(msg), p, true
}

func printable(r rune) rune {
	if !unicode.IsPrint(r) {
		return unicode.ReplacementChar
	}
	return r
}

// checks are the calls of Check under way, by nonce.
type checks struct {
	// mu guards the checks too.
	mu      sync.Mutex
	running map[id]*check
}

// A check is one call, which gathers answers.
type check struct {
	started time.Time
	echoed  chan struct{}
	answers map[id]Process // by origin
}

func (c *checks) start(nonce id) *check {
	c.mu.Lock()
	defer c.mu.Unlock()
	started := &check{started: time.Now(), echoed: make(chan struct{}), answers: map[id]Process{}}
	c.running[nonce] = started
	return started
}

func (c *checks) end(nonce id) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.running, nonce)
}

// add adds the first answer of an origin. That of who asked tells that the
// question came back.
func (c *checks) add(nonce, origin id, p Process) {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := c.running[nonce]
	if asked == nil || len(asked.answers) >= maxProcesses && !p.Self {
		return
	}
	if _, again := asked.answers[origin]; again {
		return
	}
	p.RoundTrip = time.Since(asked.started)
	asked.answers[origin] = p
	if p.Self {
		close(asked.echoed)
	}
}

func (c *checks) found(asked *check) []Process {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]Process, 0, len(asked.answers))
	for _, p := range asked.answers {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Process) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.RoundTrip, b.RoundTrip))
	})
	return all
}
