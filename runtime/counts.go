package runtime

import (
	"log/slog"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/runtime/internal/seldom"
)

// SyncStats counts what the app had to do with other processes since it
// began.
type SyncStats struct {
	Sent    uint64 // messages that the bus took
	Refused uint64 // and that it did not take
	Heard   uint64 // events of others that clients here are to hear
	Unheard uint64 // events of others whose channels nobody here is in
	Dropped uint64 // messages of others that made no sense
	Ignored uint64 // events of the mirror that no mirrored service has
	Resyncs uint64 // times that clients were told of lost events
}

// SyncStats returns the counts. It may be called at any time.
func (a *App) SyncStats() SyncStats {
	c := &a.counts
	return SyncStats{Sent: c.sent.Load(), Refused: c.refused.Load(), Heard: c.heard.Load(),
		Unheard: c.unheard.Load(), Dropped: c.dropped.Load(), Ignored: c.ignored.Load(), Resyncs: c.resyncs.Load()}
}

type counts struct {
	sent, refused, heard, unheard, dropped, ignored, resyncs atomic.Uint64

	dropLog seldom.Line // whoever sends nonsense may send much of it
}

// drop counts a message of another process that no use can be made of.
func (a *App) drop(origin string, err error) {
	a.counts.dropped.Add(1)
	if n, ok := a.counts.dropLog.Next(1); ok {
		a.log.Warn("message of another process was dropped", slog.String("origin", origin), slog.Any("error", err), slog.Uint64("messages", n))
	}
}
