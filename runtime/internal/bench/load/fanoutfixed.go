package load

import (
	"context"
	"time"
)

const fixedRate = 20000 // deliveries a second

// fixed measures an open loop: an event is due at its time whether those
// before it have arrived or not, so a stall counts against all that it delays.
func (f *fanout) fixed(ctx context.Context, workload string) error {
	every := time.Second * time.Duration(len(f.conns)) / fixedRate
	if _, err := f.pace(ctx, f.conns, every, f.newBoard(int(f.Warm/every)+1)); err != nil {
		return err
	}
	b := f.newBoard(int((f.Time + every - 1) / every))
	var acked int64
	metrics, err := f.measure(ctx, workload, &b.meter, func(ctx context.Context) (err error) {
		acked, err = f.pace(ctx, f.conns, every, b)
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
