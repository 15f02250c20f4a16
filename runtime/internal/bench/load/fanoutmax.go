package load

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	outstanding = 2000             // deliveries under way at full rate
	leastEvents = 4                // events under way, however many subscribers each has
	giveUp      = 10 * time.Second // for an event that does not reach everybody
)

var errRefused = errors.New("the server refused a create")

// max measures a closed loop: an event is sent when an earlier one has reached
// everybody.
func (f *fanout) max(ctx context.Context, workload string) error {
	b := f.newBoard(max(leastEvents, outstanding/len(f.conns)))
	var metrics map[string]float64
	lost, err := f.saturate(ctx, b, func(ctx context.Context) error {
		err := wait(ctx, f.Warm)
		if err != nil {
			return err
		}
		metrics, err = f.measure(ctx, workload, &b.meter, func(ctx context.Context) error { return wait(ctx, f.Time) })
		return err
	})
	if err != nil {
		return err
	}
	return f.emit(workload, metrics, map[string]float64{"lost": float64(lost)})
}

// heat is max without a measurement.
func (f *fanout) heat(ctx context.Context) error {
	b := f.newBoard(max(leastEvents, outstanding/len(f.conns)))
	_, err := f.saturate(ctx, b, func(ctx context.Context) error { return wait(ctx, f.Heat) })
	return err
}

// saturate keeps an event under way in each slot of a board while during
// runs. It returns how many deliveries never came.
func (f *fanout) saturate(ctx context.Context, b *board, during func(context.Context) error) (int64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		stop atomic.Bool
		lost atomic.Int64
		wg   sync.WaitGroup
	)
	for i := range b.slots {
		wg.Go(func() {
			c := f.conns[i%len(f.conns)]
			for seq := b.first + int64(i); !stop.Load() && ctx.Err() == nil; seq += int64(len(b.slots)) {
				n, err := f.publish(ctx, c, b, seq)
				if err != nil {
					cancel(err)
				}
				lost.Add(n)
			}
		})
	}
	err := during(ctx)
	stop.Store(true)
	wg.Wait()
	return lost.Load(), err
}

// publish creates a record and waits until that is acknowledged and its event
// has reached everybody. It returns how many deliveries did not come.
func (f *fanout) publish(ctx context.Context, c *client, b *board, seq int64) (lost int64, err error) {
	s := b.follow(seq)
	var refused atomic.Bool
	err = c.call("create", f.record(seq, time.Now()), func(ok bool) {
		refused.Store(!ok)
		s.arrived()
	})
	if err != nil {
		return 0, err
	}
	timeout := time.NewTimer(giveUp)
	defer timeout.Stop()
	select {
	case <-s.done:
	case <-timeout.C:
		return int64(s.left.Load()), nil
	case <-ctx.Done():
		return 0, nil
	}
	if refused.Load() {
		return 0, errRefused
	}
	return 0, nil
}
