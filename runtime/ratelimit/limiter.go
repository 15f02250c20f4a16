package ratelimit

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// A Limiter gives each key the same rate. It is safe for concurrent use. A nil
// *Limiter allows everything.
//
// It remembers some 65,000 keys. When there are more, those are forgotten first
// that have the most left: who is at the limit stays there.
type Limiter struct {
	rate   Rate
	seed   maphash.Seed
	shards [shards]shard
}

const (
	shards   = 64
	maxKeys  = 1024 // of one shard
	sampleOf = 8    // keys looked at to find one to forget
)

// A shard has the keys whose hashes end alike. A hash stands for its key: the
// seed is secret, so nobody can look for two keys with the same one.
type shard struct {
	mu      sync.Mutex
	buckets map[uint64]*Bucket
}

// New returns a Limiter, nil for no limit.
func New(r Rate) *Limiter {
	if r.off() {
		return nil
	}
	l := &Limiter{rate: r, seed: maphash.MakeSeed()}
	for i := range l.shards {
		l.shards[i].buckets = map[uint64]*Bucket{}
	}
	return l
}

// Allow reports whether one more is allowed for the key now, and counts it if
// so. Keys are IP addresses or any other text; an IPv6 address counts as its
// network, the first 64 bits, as one caller commonly has all of that. With the
// empty key nobody knows who it is, so that is always allowed.
func (l *Limiter) Allow(key string) bool {
	if l == nil || key == "" {
		return true
	}
	now := time.Now()
	h := l.hash(key)
	s := &l.shards[h%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[h]
	if b == nil {
		if len(s.buckets) >= maxKeys {
			s.forget(now)
		}
		b = l.rate.Bucket()
		s.buckets[h] = b
	}
	return b.limiter().AllowN(now, 1)
}

// RetryAfter returns how long a caller who was refused has to wait at most, in
// whole seconds as the HTTP header Retry-After has it; 0 for a nil *Limiter.
func (l *Limiter) RetryAfter() int {
	if l == nil {
		return 0
	}
	interval := l.rate.Per / time.Duration(l.rate.N)
	return int((interval + time.Second - 1) / time.Second)
}

func (l *Limiter) hash(key string) uint64 {
	addr, err := netip.ParseAddr(key)
	if err != nil {
		return maphash.String(l.seed, key)
	}
	b := addr.As16()
	if addr.Is4() || addr.Is4In6() {
		return maphash.Bytes(l.seed, b[:])
	}
	return maphash.Bytes(l.seed, b[:8])
}

// forget makes room: of a few buckets, where the map's order has chance pick
// them, it drops those that are full, which are like new ones, and if none is
// the fullest.
func (s *shard) forget(now time.Time) {
	var fullest uint64
	most, looked, dropped := -1.0, 0, false
	for h, b := range s.buckets {
		left := b.limiter().TokensAt(now)
		if left >= float64(b.limiter().Burst()) {
			delete(s.buckets, h)
			dropped = true
		} else if left > most {
			fullest, most = h, left
		}
		if looked++; looked == sampleOf {
			break
		}
	}
	if !dropped {
		delete(s.buckets, fullest)
	}
}
