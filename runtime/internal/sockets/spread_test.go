package sockets_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
)

func TestSpreadTakesAsLongAsTheNumberAsks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		n           int
		deadline    time.Duration // 0 for none
		least, most time.Duration
	}{
		{"nobody", 0, 0, 0, 0},
		{"a few", 50, 0, 0, 0},
		{"some hundreds", 500, time.Minute, 400 * time.Millisecond, 550 * time.Millisecond},
		{"very many", 100_000, 0, 2900 * time.Millisecond, 3100 * time.Millisecond},
		{"many and little time", 100_000, 3 * time.Second, 900 * time.Millisecond, 1100 * time.Millisecond},
		{"no time left", 1000, -time.Second, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.deadline != 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				began := time.Now()
				var left []int
				sockets.Spread(ctx, tt.n, func(i int) { left = append(left, i) })
				if took := time.Since(began); took < tt.least || took > tt.most {
					t.Errorf("took %v, want %v to %v", took, tt.least, tt.most)
				}
				slices.Sort(left)
				if len(left) != tt.n || len(slices.Compact(left)) != tt.n {
					t.Errorf("%d calls for %d clients", len(left), tt.n)
				}
			})
		})
	}
}

func TestSpreadSendsFewAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		sockets.Spread(t.Context(), 2000, func(int) { at = append(at, time.Now()) })
		for i := range len(at) - 100 {
			if at[i] == at[i+100] {
				t.Fatalf("clients %d to %d leave at the same time", i, i+100)
			}
		}
	})
}

func TestSpreadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began, n := time.Now(), 0
		sockets.Spread(ctx, 2000, func(int) {
			if n++; n == 500 {
				cancel()
			}
		})
		if took := time.Since(began); n != 2000 || took > time.Second {
			t.Errorf("%d clients left within %v, want all 2000 when the context ended", n, took)
		}
	})
}
