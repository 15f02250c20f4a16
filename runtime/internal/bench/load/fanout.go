package load

import (
	"context"
	"fmt"
)

// A fanout creates records on connections that all get an event for each.
type fanout struct {
	*generator
	*audience
	first int64 // sequence number of the next board's first event
}

// fanout measures events to rising numbers of subscribers, each at a fixed
// rate of deliveries and as fast as the server goes.
func (g *generator) fanout(ctx context.Context) error {
	f := &fanout{generator: g, audience: newAudience(g.URL), first: 1}
	defer f.close()
	for i, n := range g.Fanout {
		if err := f.grow(ctx, n); err != nil {
			return err
		}
		if i == 0 {
			if err := f.heat(ctx); err != nil {
				return err
			}
		}
		if err := f.fixed(ctx, fmt.Sprintf("%sfanout.fixed.%d", g.prefix, n)); err != nil {
			return err
		}
		if err := f.max(ctx, fmt.Sprintf("%sfanout.max.%d", g.prefix, n)); err != nil {
			return err
		}
		if err := f.check(); err != nil {
			return err
		}
	}
	return nil
}

// newBoard begins to count anew.
func (f *fanout) newBoard(slots int) *board {
	b := newBoard(f.first, slots, len(f.conns), f.epoch)
	f.first += boardRange
	f.board.Store(b)
	return b
}
