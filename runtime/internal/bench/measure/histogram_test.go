package measure_test

import (
	"math"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/bench/measure"
)

func TestQuantilesAreWithinABucketOfTheTruth(t *testing.T) {
	t.Parallel()
	for name, unit := range map[string]time.Duration{
		"few microseconds": time.Microsecond,
		"milliseconds":     137 * time.Microsecond,
		"seconds":          3 * time.Millisecond,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var h measure.Histogram
			for i := range 1000 {
				h.Add(time.Duration(i+1) * unit)
			}
			for q, want := range map[float64]time.Duration{0: unit, .5: 500 * unit, .99: 990 * unit, 1: 1000 * unit} {
				got := h.Quantile(q)
				if off := math.Abs(float64(got-want)) / float64(want); off > 1./64 {
					t.Errorf("Quantile(%v) = %v, want %v within a 64th", q, got, want)
				}
			}
		})
	}
}

func TestHistogramTakesAnyDuration(t *testing.T) {
	t.Parallel()
	var h measure.Histogram
	if got := h.Quantile(.5); got != 0 {
		t.Errorf("Quantile(.5) of nothing = %v, want 0", got)
	}
	for _, d := range []time.Duration{-time.Hour, 0, math.MaxInt64} {
		h.Add(d)
	}
	if got := h.Count(); got != 3 {
		t.Errorf("Count() = %d, want 3", got)
	}
	if got := h.Quantile(.5); got != 0 {
		t.Errorf("Quantile(.5) = %v, want 0", got)
	}
	if got := h.Quantile(1); got < time.Hour {
		t.Errorf("Quantile(1) = %v, want hours", got)
	}
}
