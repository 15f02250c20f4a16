package load

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	boardRange = 10_000_000       // sequence numbers that a board has to itself
	grace      = 3 * time.Second  // for the last deliveries at a fixed rate
	giveUp     = 10 * time.Second // for an event that does not reach everybody, at full rate
)

var errRefused = errors.New("the server refused a create")

// An audience is connections that all get an event for each record, and the
// board that their deliveries are noted on.
type audience struct {
	pool
	board atomic.Pointer[board]
}

func newAudience(url string) *audience {
	a := &audience{pool: pool{url: url}}
	a.event = func(packet []byte) {
		if b := a.board.Load(); b != nil {
			b.event(packet)
		}
	}
	return a
}

// create creates a record, and follows its event on boards. A slot is done
// when its audience got the event and the create was acknowledged; acked is
// told whether with success.
func (g *generator) create(c *client, seq int64, due time.Time, acked func(ok bool), boards ...*board) ([]*slot, error) {
	slots := make([]*slot, len(boards))
	for i, b := range boards {
		slots[i] = b.follow(seq)
	}
	return slots, c.call("create", g.record(seq, due), func(ok bool) {
		acked(ok)
		for _, s := range slots {
			s.arrived()
		}
	})
}

// publish creates a record and waits until its event has reached everybody. It
// returns how many deliveries did not come.
func (g *generator) publish(ctx context.Context, c *client, seq int64, boards ...*board) (lost int64, err error) {
	var refused atomic.Bool
	slots, err := g.create(c, seq, time.Now(), func(ok bool) { refused.Store(!ok) }, boards...)
	if err != nil {
		return 0, err
	}
	timeout := time.After(giveUp)
	for i := range slots {
		select {
		case <-slots[i].done:
			continue
		case <-ctx.Done():
			return 0, nil
		case <-timeout:
		}
		for _, s := range slots[i:] {
			lost += int64(s.left.Load())
		}
		return lost, nil
	}
	if refused.Load() {
		return 0, errRefused
	}
	return 0, nil
}

// pace creates a record for each slot of boards, which have the same events,
// one each period whether those before have arrived or not. It waits until all
// have or it is no use, and returns how many creates were acknowledged.
func (g *generator) pace(ctx context.Context, conns []*client, every time.Duration, boards ...*board) (int64, error) {
	var acked atomic.Int64
	count := func(ok bool) {
		if ok {
			acked.Add(1)
		}
	}
	due := time.Now()
	for i := range boards[0].slots {
		if err := wait(ctx, time.Until(due)); err != nil {
			return 0, err
		}
		if _, err := g.create(conns[i%len(conns)], boards[0].first+int64(i), due, count, boards...); err != nil {
			return 0, err
		}
		due = due.Add(every)
	}
	// The last event's period belongs to the measured time.
	if err := wait(ctx, time.Until(due)); err != nil {
		return 0, err
	}
	for _, b := range boards {
		if err := b.wait(ctx, grace); err != nil {
			return 0, err
		}
	}
	return acked.Load(), nil
}

// saturate has n goroutines publish while during runs, each its next event when
// the one before is done: the i-th the events i, i+n, i+2n and so on. It
// returns how many deliveries never came.
func saturate(ctx context.Context, n int, during func(context.Context) error, publish func(ctx context.Context, i int, k int64) (lost int64, err error)) (int64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		stop atomic.Bool
		lost atomic.Int64
		wg   sync.WaitGroup
	)
	for i := range n {
		wg.Go(func() {
			for k := int64(i); !stop.Load() && ctx.Err() == nil; k += int64(n) {
				missing, err := publish(ctx, i, k)
				if err != nil {
					cancel(err)
				}
				lost.Add(missing)
			}
		})
	}
	err := during(ctx)
	stop.Store(true)
	wg.Wait()
	return lost.Load(), err
}
