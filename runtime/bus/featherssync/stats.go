package featherssync

import (
	"log/slog"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime/internal/seldom"
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
		Connected: s.link.Connected(), Published: c.published.Load(), Received: c.received.Load(), Own: c.own.Load(),
		Dropped: c.dropped.Load(), Gaps: c.gaps.Load(), Waiting: uint64(events), WaitingBytes: uint64(bytes),
		Overflowed: c.overflowed.Load(),
	}
}

type counts struct {
	published, received, own, dropped, gaps, overflowed atomic.Uint64

	overflowLog seldom.Line
}

// overflow counts events that gave way.
func (c *counts) overflow(log *slog.Logger, n int) {
	c.overflowed.Add(uint64(n))
	if n, ok := c.overflowLog.Next(uint64(n)); ok {
		log.Error("events for feathers-sync were given up: too many wait for its channel", slog.Uint64("events", n))
	}
}
