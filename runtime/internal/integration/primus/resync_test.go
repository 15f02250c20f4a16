package primus_test

import (
	"net/http"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
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

// ServeHTTP loses so many messages that nobody knows the number.
func (b *leaky) ServeHTTP(http.ResponseWriter, *http.Request) {
	b.gap(2)
	b.gap(0)
}

func TestFeathersClientHearsOfLostEvents(t *testing.T) {
	t.Parallel()
	run(t, "resync.mjs", serve(t), "npm")
}
