package sockets

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	atOnce    = 50               // clients that no server minds
	pace      = time.Millisecond // for each client beyond
	maxSpread = 3 * time.Second
	tick      = 10 * time.Millisecond
)

// Spread calls leave for each of n clients, in random order. Many of them are
// spread over up to three seconds and a third of the time that ctx has left, so
// that they do not all connect elsewhere at once; when ctx ends, the others
// follow at once.
func Spread(ctx context.Context, n int, leave func(i int)) {
	order := rand.Perm(n)
	if n <= atOnce {
		for _, i := range order {
			leave(i)
		}
		return
	}
	began, span := time.Now(), spanOf(ctx, n)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for place, i := range order {
		due := span * time.Duration(place) / time.Duration(n)
		if early := due - time.Since(began); early >= tick && ctx.Err() == nil {
			// A bit more or less each time: workers that stop together should
			// not send their clients away in step.
			pause.Reset(early + rand.N(tick))
			select {
			case <-pause.C:
			case <-ctx.Done():
			}
		}
		leave(i)
	}
}

// spanOf returns over how long n clients leave.
func spanOf(ctx context.Context, n int) time.Duration {
	span := min(time.Duration(n)*pace, maxSpread)
	if deadline, ok := ctx.Deadline(); ok {
		span = max(0, min(span, time.Until(deadline)/3))
	}
	return span
}
