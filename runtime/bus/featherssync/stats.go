package featherssync

import (
	"log/slog"
	"sync/atomic"
	"time"
)

// Stats are what a Sync counts, from its start on.
type Stats struct {
	Connected    bool   // messages come and go now
	Published    uint64 // events that the Channel took
	Received     uint64 // events of others
	Own          uint64 // messages of the own app that came back
	Dropped      uint64 // messages that are no events, or of the authentication
	Gaps         uint64 // times that lost was called
	Waiting      uint64 // events that the Channel has not taken yet
	WaitingBytes uint64
	Overflowed   uint64 // events that gave way because too many waited
}

// Stats returns what was counted up to now.
func (s *Sync) Stats() Stats {
	events, bytes := s.queue.waiting()
	c := &s.counts
	return Stats{
		Connected: s.link.connected(), Published: c.published.Load(), Received: c.received.Load(), Own: c.own.Load(),
		Dropped: c.dropped.Load(), Gaps: c.gaps.Load(), Waiting: uint64(events), WaitingBytes: uint64(bytes),
		Overflowed: c.overflowed.Load(),
	}
}

type counts struct {
	published, received, own, dropped, gaps, overflowed atomic.Uint64

	logged atomic.Int64 // Unix seconds of when overflow last logged
}

// overflow counts events that gave way. It logs twice a minute at most.
func (c *counts) overflow(log *slog.Logger, n int) {
	total, now := c.overflowed.Add(uint64(n)), time.Now().Unix()
	last := c.logged.Load()
	if now-last >= 30 && c.logged.CompareAndSwap(last, now) {
		log.Error("events for feathers-sync were given up: too many wait for its channel", slog.Uint64("events", total))
	}
}
