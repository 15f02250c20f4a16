package measure

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Buckets are 1/64 of a power of two of microseconds wide, so a quantile is
// at most 1.6 % off.
const (
	perPower = 64
	powers   = 40
)

// A Histogram counts durations. The zero value is empty; its methods may be
// called at the same time.
type Histogram struct {
	counts [perPower * powers]atomic.Int64
}

// Add counts d, to the microsecond. A negative duration counts as 0.
func (h *Histogram) Add(d time.Duration) { h.counts[bucket(d.Microseconds())].Add(1) }

// Count returns how many durations were added.
func (h *Histogram) Count() int64 {
	var n int64
	for i := range h.counts {
		n += h.counts[i].Load()
	}
	return n
}

// Quantile returns the duration that a share q (0 to 1) of all is not above;
// 0 for an empty Histogram.
func (h *Histogram) Quantile(q float64) time.Duration {
	total := h.Count()
	if total == 0 {
		return 0
	}
	rank := int64(q*float64(total-1)) + 1
	for i := range h.counts {
		if rank -= h.counts[i].Load(); rank <= 0 {
			return middle(i)
		}
	}
	return 0
}

// bucket returns the index for a number of microseconds. Those below perPower
// have a bucket each.
func bucket(us int64) int {
	if us < perPower {
		return int(max(us, 0))
	}
	shift := bits.Len64(uint64(us)) - bits.Len64(perPower)
	return min(shift*perPower+int(us>>shift), perPower*powers-1)
}

// middle returns the duration in the middle of a bucket.
func middle(i int) time.Duration {
	if i < perPower {
		return time.Duration(i) * time.Microsecond
	}
	shift := i/perPower - 1
	low := time.Duration(i-shift*perPower) << shift
	return low*time.Microsecond + time.Duration(1)<<shift*time.Microsecond/2
}
