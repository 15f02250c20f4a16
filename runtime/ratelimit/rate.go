package ratelimit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// A Rate is how often something may happen: N times in Per, all of them at
// once if need be. The zero value is no limit.
type Rate struct {
	N   int
	Per time.Duration
}

// maxN is the largest count that Parse takes.
const maxN = 1_000_000

// Parse reads a rate such as 20/s, 100/m or 10/h, and off for no limit.
func Parse(s string) (Rate, error) {
	if s == "off" {
		return Rate{}, nil
	}
	count, unit, _ := strings.Cut(s, "/")
	per := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[unit]
	n, err := strconv.Atoi(count)
	if err != nil || per == 0 || n < 1 || n > maxN {
		return Rate{}, fmt.Errorf("%q is not a rate such as 20/s, 100/m, 10/h or off, with up to %d", s, maxN)
	}
	return Rate{N: n, Per: per}, nil
}

// String returns the rate as Parse reads it.
func (r Rate) String() string {
	if r.off() {
		return "off"
	}
	unit := r.Per.String()
	switch r.Per {
	case time.Second:
		unit = "s"
	case time.Minute:
		unit = "m"
	case time.Hour:
		unit = "h"
	}
	return strconv.Itoa(r.N) + "/" + unit
}

func (r Rate) off() bool { return r.N <= 0 || r.Per <= 0 }

// A Bucket limits one caller. It is safe for concurrent use. A nil *Bucket
// allows everything.
type Bucket rate.Limiter

// Bucket returns a full bucket, nil for no limit.
func (r Rate) Bucket() *Bucket {
	if r.off() {
		return nil
	}
	return (*Bucket)(rate.NewLimiter(rate.Limit(float64(r.N)/r.Per.Seconds()), r.N))
}

// Allow reports whether one more is allowed now, and counts it if so.
func (b *Bucket) Allow() bool { return b == nil || b.limiter().Allow() }

func (b *Bucket) limiter() *rate.Limiter { return (*rate.Limiter)(b) }
