package cluster_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/bus/bustest"
	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/relay"
)

// TestBusSuite joins workers by a relay, without processes of their own.
func TestBusSuite(t *testing.T) {
	t.Parallel()
	bustest.RunBus(t, bustest.Features{MaxMessage: cluster.MaxMessage}, func(tb testing.TB) bustest.Join {
		r, slot := relay.New(relay.QueueLimit), 0
		tb.Cleanup(r.Wait)
		return func(tb testing.TB) (runtime.Bus, func()) {
			slot++
			ours, theirs := net.Pipe()
			member := r.Join(fmt.Sprintf("%d.1", slot), theirs, func(err error) { tb.Errorf("broken: %v", err) })
			b, leave := cluster.NewBus(ours)
			return b, func() {
				leave()
				member.Leave()
			}
		}
	})
}
