package clients_test

import (
	"net/http"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

// A leaky bus goes nowhere, and loses what the other processes would have
// said when it is asked to.
type leaky struct{ gap func(missed uint64) }

var _ runtime.Bus = (*leaky)(nil)

func (*leaky) Publish([]byte, func()) error { return nil }

func (b *leaky) Subscribe(_ func(string, uint64, []byte), gap func(uint64)) error {
	b.gap = gap
	return nil
}

// ServeHTTP loses three messages, one by one.
func (b *leaky) ServeHTTP(http.ResponseWriter, *http.Request) {
	for range 3 {
		b.gap(1)
	}
}

func TestClientsHearOfLostEvents(t *testing.T) {
	for _, transport := range []string{"websocket", "polling"} {
		t.Run(transport, func(t *testing.T) {
			run(t, "resync.mjs", serve(t, socketio.Options{}), transport)
		})
	}
}
