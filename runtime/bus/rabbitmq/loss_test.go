package rabbitmq_test

import (
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

func TestFramesThatWaitedAreReadFirst(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	network, prefix := broker.NewProxy(t, server.Addr()), unique()
	a, b := open(t, server.URL(), options(prefix)), open(t, through(network), options(prefix))
	network.Cut()
	receive(t, b.broken)
	a.send("one")
	a.send("two")
	network.Heal()
	b.expectReady()
	a.send("three")
	b.expect("one", "two", "three")
	if len(b.lost) != 0 {
		t.Error("it says that something was lost")
	}
}

func TestDeletedQueueIsALoss(t *testing.T) {
	t.Parallel()
	url, prefix := node.RabbitMQ(t).URL(), unique()
	a, b := open(t, url, options(prefix)), open(t, url, options(prefix))
	administer(t, url).deleteQueue(b.Queue())
	if err := receive(t, b.broken); !strings.Contains(err.Error(), "queue is gone") {
		t.Errorf("Receive ended with %v", err)
	}
	receive(t, b.lost)
	b.expectReady()
	a.send("one")
	b.expect("one")
	if n := len(b.lost); n != 0 {
		t.Errorf("the loss was told another %d times", n)
	}
}

func TestExpiredQueueIsALoss(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	network, o := broker.NewProxy(t, server.Addr()), options(unique())
	a := open(t, server.URL(), o)
	o.Expires = 100 * time.Millisecond
	b := open(t, through(network), o)
	network.Cut()
	for admin := administer(t, server.URL()); admin.queued(b.Queue()) >= 0; {
		<-time.After(5 * o.Expires) // it has expired unless someone looks
	}
	a.send("one")
	network.Heal()
	receive(t, b.lost)
	b.expectReady()
	a.send("two")
	b.expect("two")
}

func TestQueueOfADeadProcessIsBounded(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	network, o := broker.NewProxy(t, server.Addr()), options(unique())
	a := open(t, server.URL(), o)
	o.MaxBytes = 1 << 20
	b := open(t, through(network), o)
	network.Cut()
	receive(t, b.broken)
	for i := range 40 {
		a.send(string(rune('A'+i)) + strings.Repeat(".", 100<<10-1))
	}
	if n := administer(t, server.URL()).queued(b.Queue()); n != 10 {
		t.Errorf("%d frames of 100 KiB wait, want 10", n)
	}
	network.Heal()
	if first := receive(t, b.frames); first[0] != 'A'+30 {
		t.Errorf("the first that is left is %q", first[0])
	}
}

func TestDeletedExchangeIsForgetting(t *testing.T) {
	t.Parallel()
	url, prefix := node.RabbitMQ(t).URL(), unique()
	a, b, c := open(t, url, options(prefix)), open(t, url, options(prefix)), open(t, url, options(prefix))
	a.send("one")
	c.send("two")
	for _, p := range []*process{a, b, c} {
		p.expect("one", "two")
	}
	administer(t, url).deleteExchange(prefix + ".events")
	if n := a.send("three"); n != 1 {
		t.Errorf("the sender was told %d times that frames are forgotten, want once", n)
	}
	a.send("four")
	for _, p := range []*process{a, b, c} {
		p.expect("three", "four")
	}
}

func TestServerWithoutItsDataIsForgettingForEverySender(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	network, prefix := broker.NewProxy(t, server.Addr()), unique()
	var processes []*process
	for range 3 {
		processes = append(processes, open(t, through(network), options(prefix)))
	}
	for i, p := range processes {
		p.send("old" + string('0'+rune(i)))
	}
	for _, p := range processes {
		p.expect("old0", "old1", "old2")
	}
	network.Cut()
	for _, p := range processes {
		receive(t, p.broken)
	}
	admin := administer(t, server.URL())
	for _, p := range processes {
		admin.deleteQueue(p.Queue())
	}
	admin.deleteExchange(prefix + ".events")
	network.Heal()
	for _, p := range processes {
		receive(t, p.lost) // and the exchange is there again
	}
	for i, p := range processes {
		if n := p.send("new" + string('0'+rune(i))); n != 1 {
			t.Errorf("sender %d was told %d times that frames are forgotten, want once", i, n)
		}
	}
	for _, p := range processes {
		p.expect("new0", "new1", "new2")
	}
}

func TestCloseLeavesNoQueue(t *testing.T) {
	t.Parallel()
	url := node.RabbitMQ(t).URL()
	p := open(t, url, options(unique()))
	queue, admin := p.Queue(), administer(t, url)
	if n := admin.queued(queue); n != 0 {
		t.Fatalf("%d frames in the queue", n)
	}
	p.stop()
	if n := admin.queued(queue); n >= 0 {
		t.Error("the queue is still there")
	}
}
