package load

import (
	"context"
	"fmt"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/measure"
)

// Idle connections are looked at after settle.
const settle = 1500 * time.Millisecond

// idle measures handshakes, and the memory of connections that do nothing.
func (g *generator) idle(ctx context.Context) error {
	if err := wait(ctx, settle/3); err != nil {
		return err
	}
	before, err := measure.Tree(g.PIDs[0])
	if err != nil {
		return err
	}
	p := &pool{url: g.URL, event: func([]byte) {}}
	defer p.close()
	profile := g.profile(ctx, "connect")
	w, err := measure.Open(g.PIDs, 0)
	if err != nil {
		return err
	}
	if err := p.grow(ctx, g.Idle); err != nil {
		return err
	}
	span, err := w.Close()
	if err != nil {
		return err
	}
	if err := g.emit("connect", cost(span, int64(g.Idle)), nil); err != nil {
		return err
	}
	if err := wait(ctx, settle); err != nil {
		return err
	}
	after, err := measure.Tree(g.PIDs[0])
	if err != nil {
		return err
	}
	if err := g.emit(fmt.Sprintf("idle.%d", g.Idle), map[string]float64{
		"rss_mib":      float64(after.RSS) / (1 << 20),
		"kib_per_conn": float64(after.RSS-before.RSS) / 1024 / float64(g.Idle),
		"dropped":      float64(p.dropped.Load()),
	}, nil); err != nil {
		return err
	}
	return <-profile
}
