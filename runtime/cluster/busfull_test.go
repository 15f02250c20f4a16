package cluster_test

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/relay"
)

func TestMessageThatIsNotTakenIsAGapForTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := relay.New(relay.QueueLimit)
		ours, theirs := net.Pipe()
		held := &gate{Conn: theirs, open: make(chan struct{})}
		from := r.Join("1.1", held, func(err error) { t.Errorf("broken: %v", err) })
		a, leaveA := cluster.NewBus(ours)

		ours, theirs = net.Pipe()
		to := r.Join("2.1", theirs, func(err error) { t.Errorf("broken: %v", err) })
		b, leaveB := cluster.NewBus(ours)
		heard, missed := 0, uint64(0)
		if err := b.Subscribe(func(string, uint64, []byte) { heard++ }, func(n uint64) { missed += n }); err != nil {
			t.Fatal(err)
		}

		refused := 0
		for range 5 { // of which the queue has room for two
			err := a.Publish(make([]byte, 7<<20), nil)
			if errors.Is(err, cluster.ErrBusFull) {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		close(held.open)
		synctest.Wait()
		if refused == 0 || heard != 5-refused || missed != uint64(refused) {
			t.Errorf("of 5 messages %d were refused, %d heard, %d told as missed", refused, heard, missed)
		}
		if err := a.Publish([]byte("after"), nil); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if heard != 6-refused {
			t.Errorf("%d messages were heard, want %d", heard, 6-refused)
		}
		leaveA()
		from.Leave()
		leaveB()
		to.Leave()
		r.Wait()
	})
}

// A gate is a socket that nothing is read from before it is open.
type gate struct {
	net.Conn
	open chan struct{}
}

func (g *gate) Read(p []byte) (int, error) {
	<-g.open
	return g.Conn.Read(p)
}
