// Package relay is the supervisor's side of the bus: what one worker
// publishes goes to every other worker that subscribed, once and in order.
package relay

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

// QueueLimit is how many bytes wait for one worker. What does not fit is not
// delivered to it, and it is told so.
const QueueLimit = 32 << 20

// patience is how long a worker that publishes faster than others take waits
// for one of them, once: what comes next is not offered to it before its queue
// is empty. So a slow worker costs the others next to nothing, and a burst
// loses nothing.
const patience = 100 * time.Millisecond

// leftWait bounds reading what a worker published before it ended.
const leftWait = 5 * time.Second

// A Relay knows the workers. Its methods may be called from any goroutine.
type Relay struct {
	limit int

	// mu guards members. Queues are not used inside it,
	// but to subscribe.
	mu      sync.Mutex
	members map[*Member]struct{}
	running sync.WaitGroup
}

// New returns a Relay whose queues hold so many bytes.
func New(limit int) *Relay { return &Relay{limit: limit, members: map[*Member]struct{}{}} }

// Wait returns when all members have left.
func (r *Relay) Wait() { r.running.Wait() }

// A Member is one worker.
type Member struct {
	relay  *Relay
	id     string
	conn   net.Conn
	queue  *wire.Queue
	missed atomic.Uint64
	broken func(error)

	subscribed bool   // Relay.mu guards it
	seq        uint64 // of the reader alone
}

// Join adds a worker and takes conn over. It starts two goroutines, which end
// some time after Leave, at the latest. broken is called, by one of them, when
// the worker speaks nonsense.
func (r *Relay) Join(id string, conn net.Conn, broken func(error)) *Member {
	m := &Member{relay: r, id: id, conn: conn, queue: wire.NewQueue(r.limit), broken: broken}
	r.running.Go(func() { _ = m.queue.Serve(conn) })
	r.running.Go(m.read)
	return m
}

// Missed returns how many messages the worker's queue had no room for.
func (m *Member) Missed() uint64 { return m.missed.Load() }

// Leave is called when the worker has ended. What it published before is
// still delivered.
func (m *Member) Leave() {
	m.unsubscribe()
	_ = m.conn.SetWriteDeadline(time.Now())
	_ = m.conn.SetReadDeadline(time.Now().Add(leftWait))
}

func (m *Member) unsubscribe() {
	m.relay.mu.Lock()
	defer m.relay.mu.Unlock()
	delete(m.relay.members, m)
	m.queue.Close()
}

// read relays what the worker publishes until it has ended.
func (m *Member) read() {
	defer m.conn.Close()
	defer m.unsubscribe()
	r := wire.NewReader(m.conn)
	for {
		f, err := r.Next()
		if err == nil {
			err = m.handle(f)
		}
		if err == nil {
			continue
		}
		if errors.Is(err, wire.ErrMalformed) {
			m.broken(err)
		}
		return
	}
}

func (m *Member) handle(f wire.Frame) error {
	switch {
	case f.Kind == wire.Publish && len(f.Payload) <= wire.MaxMessage:
		m.publish(f.Payload)
	case f.Kind == wire.Gap:
		missed, err := wire.ParseGap(f.Payload)
		if err != nil {
			return err
		}
		m.skip(missed)
	case f.Kind == wire.Subscribe && len(f.Payload) == 0:
		m.subscribe()
	default:
		return wire.ErrMalformed
	}
	return nil
}

func (m *Member) subscribe() {
	m.relay.mu.Lock()
	defer m.relay.mu.Unlock()
	if m.subscribed {
		return
	}
	m.subscribed = true
	m.relay.members[m] = struct{}{}
	m.queue.Offer(wire.Append(nil, wire.Subscribed), nil, 0)
}

// publish queues a message for the others, whose queues share its bytes.
func (m *Member) publish(msg []byte) {
	m.seq++
	head := wire.AppendDeliver(nil, m.id, m.seq, len(msg))
	for _, to := range m.relay.others(m) {
		if !to.queue.Offer(head, msg, patience) {
			to.missed.Add(1)
		}
	}
}

// skip tells the others of messages that the worker had no room for.
func (m *Member) skip(missed uint64) {
	m.seq += missed
	gap := wire.AppendGap(nil, missed)
	for _, to := range m.relay.others(m) {
		if to.queue.Put(gap, nil, patience) == wire.ErrFull {
			to.queue.Miss(missed)
		}
	}
}

func (r *Relay) others(m *Member) []*Member {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]*Member, 0, len(r.members))
	for to := range r.members {
		if to != m {
			list = append(list, to)
		}
	}
	return list
}
