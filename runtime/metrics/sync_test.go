package metrics_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/metrics"
)

func TestSourcesWriteEveryCount(t *testing.T) {
	t.Parallel()
	sync := bus.Stats{Connected: true, Published: 1, Received: 2, Dropped: 3, Duplicates: 4, Gaps: 5, Missed: 6, Waiting: 7, WaitingBytes: 8, Overflowed: 9}
	events := runtime.SyncStats{Sent: 11, Refused: 12, Heard: 13, Unheard: 14, Dropped: 15, Resyncs: 16}
	h := metrics.Handler(0, metrics.Bus(func() bus.Stats { return sync }), metrics.Events(func() runtime.SyncStats { return events }))
	code, text := get(t, h, "127.0.0.1:9")
	if code != http.StatusOK {
		t.Fatalf("got %d", code)
	}
	for _, line := range []string{
		"feathers_sync_connected 1", "feathers_sync_published_total 1", "feathers_sync_received_total 2", "feathers_sync_dropped_total 3",
		"feathers_sync_duplicates_total 4", "feathers_sync_gaps_total 5", "feathers_sync_missed_total 6", "feathers_sync_waiting_messages 7",
		"feathers_sync_waiting_bytes 8", "feathers_sync_overflowed_total 9", "feathers_events_sent_total 11", "feathers_events_refused_total 12",
		"feathers_events_heard_total 13", "feathers_events_unheard_total 14", "feathers_events_dropped_total 15", "feathers_events_resyncs_total 16",
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("no line %q in\n%s", line, text)
		}
	}
}

func TestConnectedIsZeroWithoutTheBroker(t *testing.T) {
	t.Parallel()
	_, text := get(t, metrics.Handler(2, metrics.Bus(func() bus.Stats { return bus.Stats{} })), "127.0.0.1:9")
	if !strings.Contains(text, "\nfeathers_sync_connected{worker=\"2\"} 0\n") {
		t.Errorf("got\n%s", text)
	}
}
