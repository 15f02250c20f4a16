package load

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	fixedRate = 20000           // deliveries a second
	grace     = 3 * time.Second // for the last deliveries
)

// fixed measures an open loop: an event is due at its time whether those
// before it have arrived or not, so a stall counts against all that it delays.
func (f *fanout) fixed(ctx context.Context, workload string) error {
	every := time.Second * time.Duration(len(f.conns)) / fixedRate
	if _, err := f.send(ctx, f.newBoard(int(f.Warm/every)+1), every); err != nil {
		return err
	}
	b := f.newBoard(int((f.Time + every - 1) / every))
	var acked int64
	metrics, err := f.measure(ctx, workload, &b.meter, func(ctx context.Context) (err error) {
		acked, err = f.send(ctx, b, every)
		return err
	})
	if err != nil {
		return err
	}
	events := int64(len(b.slots))
	return f.emit(workload, metrics, map[string]float64{
		"errors": float64(events - acked),
		"lost":   float64(events*int64(len(f.conns)) - b.latency.Count()),
	})
}

// send creates a record for each slot of a board, one each period, and waits
// until all events have arrived or it is no use. It returns how many creates
// were acknowledged.
func (f *fanout) send(ctx context.Context, b *board, every time.Duration) (int64, error) {
	var acked atomic.Int64
	due := time.Now()
	for i := range b.slots {
		if err := wait(ctx, time.Until(due)); err != nil {
			return 0, err
		}
		seq := b.first + int64(i)
		s := b.follow(seq)
		err := f.conns[i%len(f.conns)].call("create", f.record(seq, due), func(ok bool) {
			if ok {
				acked.Add(1)
			}
			s.arrived()
		})
		if err != nil {
			return 0, err
		}
		due = due.Add(every)
	}
	// The last event's period belongs to the measured time.
	if err := wait(ctx, time.Until(due)); err != nil {
		return 0, err
	}
	err := b.wait(ctx, grace)
	return acked.Load(), err
}

// wait waits until the events of all slots have reached everybody, but not
// longer than d.
func (b *board) wait(ctx context.Context, d time.Duration) error {
	timeout := time.NewTimer(d)
	defer timeout.Stop()
	for i := range b.slots {
		select {
		case <-b.slots[i].done:
		case <-timeout.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
