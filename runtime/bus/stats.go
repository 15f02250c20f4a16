package bus

import (
	"encoding/binary"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime/internal/seldom"
)

// Stats are what a Bus counts, from its start on.
type Stats struct {
	Connected    bool   // frames come and go now
	Published    uint64 // messages that Publish took
	Received     uint64 // messages delivered, those of Local among them
	Dropped      uint64 // frames that were none of this app's
	Duplicates   uint64 // messages that came once more
	Gaps         uint64 // calls of gap
	Missed       uint64 // messages that they told of
	Waiting      uint64 // messages that the broker does not keep yet
	WaitingBytes uint64
	Overflowed   uint64 // messages that gave way because too many waited
}

// Stats returns what was counted up to now.
func (b *Bus) Stats() Stats {
	messages, bytes := b.outbox.waiting()
	return Stats{
		Connected:    b.link.Connected(),
		Published:    b.counts.published.Load(),
		Received:     b.counts.received.Load(),
		Dropped:      b.counts.dropped.Load(),
		Duplicates:   b.counts.duplicates.Load(),
		Gaps:         b.counts.gaps.Load(),
		Missed:       b.counts.missed.Load(),
		Waiting:      uint64(messages),
		WaitingBytes: uint64(bytes),
		Overflowed:   b.counts.overflowed.Load(),
	}
}

// counts are the numbers of Stats that only grow.
type counts struct {
	published, received, dropped, duplicates, gaps, missed, overflowed atomic.Uint64

	dropLog, overflowLog seldom.Line
}

// fields are the numbers as answers have them. New ones come last: who does not
// know them passes them over.
func (s *Stats) fields() []*uint64 {
	return []*uint64{
		&s.Published, &s.Received, &s.Dropped, &s.Duplicates, &s.Gaps, &s.Missed, &s.Waiting, &s.WaitingBytes, &s.Overflowed,
	}
}

func (s *Stats) append(dst []byte) []byte {
	for _, n := range s.fields() {
		dst = binary.AppendUvarint(dst, *n)
	}
	return dst
}

// parseStats reads numbers until there are no more.
func parseStats(p []byte) (s Stats) {
	for _, field := range s.fields() {
		n, used := binary.Uvarint(p)
		if used <= 0 {
			break
		}
		*field, p = n, p[used:]
	}
	return s
}
