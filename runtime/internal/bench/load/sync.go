package load

import (
	"context"
	"errors"
	"time"
)

const (
	subscribers = 20                    // on each instance
	syncEvery   = 10 * time.Millisecond // between events at a fixed rate
	underWay    = 32                    // events at full rate, of both instances

	// At a fixed rate a second has few events, so a quantile near 1 takes
	// longer to measure than elsewhere.
	syncTimes = 4
)

// A pair is two instances that hear each other, each with an audience.
type pair struct {
	*generator
	sides [2]*audience
	first int64 // sequence number of the next boards' first event
}

// sync measures events from instance to instance, at a fixed rate and as fast
// as they go.
func (g *generator) sync(ctx context.Context) error {
	g.prefix = "sync." + g.Broker.Name + "."
	p := &pair{generator: g, sides: [2]*audience{newAudience(g.URL), newAudience(g.Other)}, first: 1}
	for _, side := range p.sides {
		defer side.close()
		if err := side.grow(ctx, subscribers); err != nil {
			return err
		}
	}
	for _, phase := range []func(context.Context) error{p.heat, p.latency, p.max} {
		if err := phase(ctx); err != nil {
			return err
		}
	}
	return errors.Join(p.sides[0].check(), p.sides[1].check())
}

// boards begins to count anew, on both sides the same events.
func (p *pair) boards(slots int) (near, far *board) {
	near, far = newBoard(p.first, slots, subscribers, p.epoch), newBoard(p.first, slots, subscribers, p.epoch)
	p.first += boardRange
	p.sides[0].board.Store(near)
	p.sides[1].board.Store(far)
	return near, far
}

// latency measures an open loop of events from the first instance.
func (p *pair) latency(ctx context.Context) error {
	conns := p.sides[0].conns
	near, far := p.boards(int(p.Warm/syncEvery) + 1)
	if _, err := p.pace(ctx, conns, syncEvery, near, far); err != nil {
		return err
	}
	near, far = p.boards(int(syncTimes * p.Time / syncEvery))
	near.on.Store(true)
	name := p.prefix + "latency"
	var acked int64
	metrics, err := p.measure(ctx, name, &far.meter, func(ctx context.Context) (err error) {
		acked, err = p.pace(ctx, conns, syncEvery, near, far)
		return err
	})
	if err != nil {
		return err
	}
	events := int64(len(near.slots))
	return p.emit(name, metrics, map[string]float64{
		"same_p50_ms": milliseconds(near.latency.Quantile(.5)),
		"same_p99_ms": milliseconds(near.latency.Quantile(.99)),
		"errors":      float64(events - acked),
		"lost":        float64(2*events*subscribers - near.latency.Count() - far.latency.Count()),
	})
}

// max measures a closed loop: both instances send, an event when an earlier
// one has reached both audiences.
func (p *pair) max(ctx context.Context) error {
	var (
		events  meter
		metrics map[string]float64
	)
	name := p.prefix + "max"
	lost, err := p.saturate(ctx, &events, func(ctx context.Context) error {
		err := wait(ctx, p.Warm)
		if err != nil {
			return err
		}
		metrics, err = p.measure(ctx, name, &events, func(ctx context.Context) error { return wait(ctx, p.Time) })
		return err
	})
	if err != nil {
		return err
	}
	return p.emit(name, metrics, map[string]float64{"lost": float64(lost)})
}

// heat is max without a measurement.
func (p *pair) heat(ctx context.Context) error {
	_, err := p.saturate(ctx, &meter{}, func(ctx context.Context) error { return wait(ctx, p.Heat) })
	return err
}

// saturate keeps events under way, of each instance as many, while during
// runs. It returns how many deliveries never came.
func (p *pair) saturate(ctx context.Context, events *meter, during func(context.Context) error) (int64, error) {
	near, far := p.boards(underWay)
	return saturate(ctx, underWay, during, func(ctx context.Context, i int, k int64) (int64, error) {
		start := time.Now()
		lost, err := p.publish(ctx, p.sides[i%2].conns[i/2%subscribers], near.first+k, near, far)
		if lost == 0 && err == nil {
			events.add(time.Since(start), true)
		}
		return lost, err
	})
}
