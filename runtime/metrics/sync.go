package metrics

import (
	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/bus"
)

// Bus writes the counts of a bus to other instances.
func Bus(stats func() bus.Stats) Source {
	return func(w *Writer) {
		s := stats()
		w.Gauge("feathers_sync_connected", "Whether the broker is there: 1 or 0.", number(s.Connected))
		w.Gauge("feathers_sync_waiting_messages", "Messages that the broker does not keep yet.", s.Waiting)
		w.Gauge("feathers_sync_waiting_bytes", "Bytes of these messages.", s.WaitingBytes)
		w.Counter("feathers_sync_published_total", "Messages for other processes.", s.Published)
		w.Counter("feathers_sync_received_total", "Messages of other processes.", s.Received)
		w.Counter("feathers_sync_dropped_total", "Frames on the broker that are none of this app's.", s.Dropped)
		w.Counter("feathers_sync_duplicates_total", "Messages that came once more, and were not delivered again.", s.Duplicates)
		w.Counter("feathers_sync_gaps_total", "Times that messages of other processes were lost.", s.Gaps)
		w.Counter("feathers_sync_missed_total", "Messages that were lost, as far as their number is known.", s.Missed)
		w.Counter("feathers_sync_overflowed_total", "Messages given up because too many waited for the broker.", s.Overflowed)
	}
}

// Events writes what the app made of the messages of other processes.
func Events(stats func() runtime.SyncStats) Source {
	return func(w *Writer) {
		s := stats()
		w.Counter("feathers_events_sent_total", "Events and changes told to other processes.", s.Sent)
		w.Counter("feathers_events_refused_total", "Those that the bus did not take.", s.Refused)
		w.Counter("feathers_events_heard_total", "Events of other processes with listeners here.", s.Heard)
		w.Counter("feathers_events_unheard_total", "Events of other processes without listeners here.", s.Unheard)
		w.Counter("feathers_events_dropped_total", "Messages of other processes that made no sense.", s.Dropped)
		w.Counter("feathers_events_resyncs_total", "Times that clients were told to read anew.", s.Resyncs)
	}
}

func number(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
