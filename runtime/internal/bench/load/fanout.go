package load

import (
	"context"
	"fmt"
	"sync/atomic"
)

// boardRange is how many sequence numbers a board has to itself.
const boardRange = 10_000_000

// A fanout creates records on connections that all get an event for each.
type fanout struct {
	*generator
	pool
	board atomic.Pointer[board] // what deliveries are counted on
	first int64                 // sequence number of the next board's first event
}

// fanout measures events to rising numbers of subscribers, each at a fixed
// rate of deliveries and as fast as the server goes.
func (g *generator) fanout(ctx context.Context) error {
	f := &fanout{generator: g, first: 1}
	f.url, f.event = g.URL, func(packet []byte) {
		if b := f.board.Load(); b != nil {
			b.event(packet)
		}
	}
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
		if err := f.fixed(ctx, fmt.Sprintf("fanout.fixed.%d", n)); err != nil {
			return err
		}
		if err := f.max(ctx, fmt.Sprintf("fanout.max.%d", n)); err != nil {
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
