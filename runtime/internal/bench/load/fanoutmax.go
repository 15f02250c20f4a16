package load

import "context"

const (
	outstanding = 2000 // deliveries under way at full rate
	leastEvents = 4    // events under way, however many subscribers each has
)

// max measures a closed loop: an event is sent when an earlier one has reached
// everybody.
func (f *fanout) max(ctx context.Context, workload string) error {
	b := f.fullBoard()
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
	_, err := f.saturate(ctx, f.fullBoard(), func(ctx context.Context) error { return wait(ctx, f.Heat) })
	return err
}

func (f *fanout) fullBoard() *board {
	return f.newBoard(max(leastEvents, outstanding/len(f.conns)))
}

// saturate keeps an event under way in each slot of a board while during
// runs. It returns how many deliveries never came.
func (f *fanout) saturate(ctx context.Context, b *board, during func(context.Context) error) (int64, error) {
	return saturate(ctx, len(b.slots), during, func(ctx context.Context, i int, k int64) (int64, error) {
		return f.publish(ctx, f.conns[i%len(f.conns)], b.first+k, b)
	})
}
