package load

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	collection = "/messages"
	restConns  = 64
	seeded     = 100 // records that are read

	// Connections are opened as clients come, with time between them: of a burst
	// one worker of several may get all.
	between = 4 * time.Millisecond

	heatRequests = 10000
	heatTimes    = 5 // the heat-up may take that many times what was asked for
)

// rest measures requests over keep-alive connections, one outstanding on each.
// Its workloads are named for where the records are.
func (g *generator) rest(ctx context.Context, store string) error {
	ops, err := g.requests(ctx)
	if err != nil {
		return err
	}
	conns := make([]*httpConn, restConns)
	for i := range conns {
		if err := wait(ctx, between); err != nil {
			return err
		}
		if conns[i], err = dialHTTP(ctx, g.host); err != nil {
			return err
		}
		defer conns[i].net.Close()
	}
	// No creates before find, which has to meet the same few records on every
	// server.
	reads := func(i, n int) []byte { return ops[n%2].next(i, n) }
	if err := g.restPhase(ctx, conns, reads, g.heat); err != nil {
		return err
	}
	for _, op := range ops {
		err := g.restPhase(ctx, conns, op.next, func(ctx context.Context, m *meter) error {
			if err := wait(ctx, g.Warm); err != nil {
				return err
			}
			name := g.prefix + store + "." + op.name
			metrics, err := g.measure(ctx, name, m, func(ctx context.Context) error { return wait(ctx, g.Time) })
			if err != nil {
				return err
			}
			return g.emit(name, metrics, nil)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", op.name, err)
		}
	}
	return nil
}

// heat waits until a compiler has seen enough requests to be done, which on a
// disturbed machine takes longer, but not for ever.
func (g *generator) heat(ctx context.Context, m *meter) error {
	m.on.Store(true)
	for n := 0; n < heatTimes && (n == 0 || m.latency.Count() < heatRequests); n++ {
		if err := wait(ctx, g.Heat); err != nil {
			return err
		}
	}
	return nil
}

// An operation returns the n-th request of the i-th connection.
type operation func(i, n int) []byte

type namedOperation struct {
	name string
	next operation
}

// requests stores records and returns the workloads on them: get, find,
// mixed (80 % get, 20 % create) and create.
func (g *generator) requests(ctx context.Context) ([]namedOperation, error) {
	ids, err := g.seed(ctx)
	if err != nil {
		return nil, fmt.Errorf("store records: %w", err)
	}
	gets := make([][]byte, len(ids))
	for i, id := range ids {
		gets[i] = request(http.MethodGet, g.host, collection+"/"+id, nil)
	}
	page := request(http.MethodGet, g.host, collection+"?$limit=10", nil)
	post := request(http.MethodPost, g.host, collection, g.record(1, time.Now()))
	get := func(i, n int) []byte { return gets[(i*7+n)%len(gets)] }
	create := func(int, int) []byte { return post }
	return []namedOperation{
		{"get", get},
		{"find", func(int, int) []byte { return page }},
		{"mixed", func(i, n int) []byte {
			if (i+n)%5 == 0 {
				return create(i, n)
			}
			return get(i, n)
		}},
		{"create", create},
	}, nil
}

// seed stores records and returns their ids.
func (g *generator) seed(ctx context.Context) ([]string, error) {
	c, err := dialHTTP(ctx, g.host)
	if err != nil {
		return nil, err
	}
	defer c.net.Close()
	post := request(http.MethodPost, g.host, collection, g.record(0, g.epoch))
	ids := make([]string, seeded)
	for i := range ids {
		status, body, err := c.do(post)
		if err != nil {
			return nil, err
		}
		var created struct{ ID json.Number }
		if err := json.Unmarshal(body, &created); err != nil || created.ID == "" {
			return nil, fmt.Errorf("create answered %d %.200s", status, body)
		}
		ids[i] = created.ID.String()
	}
	return ids, nil
}

// restPhase keeps all connections busy while during runs.
func (g *generator) restPhase(ctx context.Context, conns []*httpConn, next operation, during func(context.Context, *meter) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		m    meter
		stop atomic.Bool
		wg   sync.WaitGroup
	)
	for i, c := range conns {
		wg.Go(func() {
			for n := 0; !stop.Load(); n++ {
				start := time.Now()
				status, _, err := c.do(next(i, n))
				if err != nil {
					cancel(err)
					return
				}
				m.add(time.Since(start), status < 300)
			}
		})
	}
	err := during(ctx, &m)
	stop.Store(true)
	wg.Wait()
	return err
}
