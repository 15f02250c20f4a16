package rabbitmq_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/broker"
)

func testKilled(t *testing.T, server *broker.RabbitMQ) {
	prefix := unique()
	processes := []*process{open(t, server.URL(), options(prefix)), open(t, server.URL(), options(prefix))}
	for range 2 {
		underLoad(t, processes, func() {
			server.Kill()
			for _, p := range processes {
				for len(p.ready) > 0 {
					<-p.ready
				}
			}
			start := time.Now()
			server.Start(t)
			up := time.Now()
			for _, p := range processes {
				late := p.expectReady().Sub(up)
				t.Logf("started in %v; receives again %v later", up.Sub(start), late)
				if late > 3*time.Second {
					t.Error("that is too late")
				}
			}
		})
	}
	for i, p := range processes {
		if n := len(p.lost); n > 0 {
			t.Errorf("process %d was told %d losses", i, n)
		}
	}
}

// underLoad has each process send numbered frames, before, while and after
// disturb runs, and sees that all others hear each of them, in order.
func underLoad(t *testing.T, processes []*process, disturb func()) {
	t.Helper()
	var stop atomic.Bool
	const each = 200 // frames before, and after
	started := make(chan struct{}, len(processes))
	last := make(chan int, len(processes))
	for i, p := range processes {
		go func() {
			n := 0
			for end := each; n < end; n++ {
				if !stop.Load() {
					end = n + each
				}
				if p.send(strconv.Itoa(i)+" "+strconv.Itoa(n)) > 0 {
					t.Errorf("process %d was told that frames are forgotten", i)
				}
				if n == each {
					started <- struct{}{}
				}
			}
			p.send(strconv.Itoa(i) + " end")
			last <- n
		}()
	}
	for range processes {
		receive(t, started)
	}
	disturb()
	stop.Store(true)
	for _, p := range processes {
		expectInOrder(t, p, len(processes))
	}
	for range processes {
		t.Logf("%d frames, none lost", receive(t, last))
	}
}

// expectInOrder reads frames "sender number" to the end of each sender. Frames
// may come again, as package bus expects.
func expectInOrder(t *testing.T, p *process, senders int) {
	t.Helper()
	next := make([]int, senders)
	for ended, again := 0, 0; ended < senders; {
		from, what, _ := strings.Cut(receive(t, p.frames), " ")
		sender, _ := strconv.Atoi(from)
		n, err := strconv.Atoi(what)
		switch {
		case err != nil && next[sender] >= 0:
			ended++
			next[sender] = -1
		case err != nil || n < next[sender]:
			again++
		case n == next[sender]:
			next[sender]++
		default:
			t.Fatalf("frame %d of sender %d comes instead of %d", n, sender, next[sender])
		}
	}
}

func TestSilentServerIsNoticed(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	network, prefix := broker.NewProxy(t, server.Addr()), unique()
	a, b := open(t, server.URL(), options(prefix)), open(t, through(network), options(prefix))
	b.send("one")
	b.expect("one")

	frozen := time.Now()
	network.Freeze()
	if err := receive(t, b.broken); time.Since(frozen) > 10*time.Second {
		t.Errorf("Receive noticed after %v: %v", time.Since(frozen), err)
	}
	t.Log("Receive noticed after", time.Since(frozen))
	err := b.Send(t.Context(), []byte("lost"))
	t.Logf("Send noticed after %v: %v", time.Since(frozen), err)
	if err == nil || time.Since(frozen) > 10*time.Second {
		t.Errorf("Send noticed after %v: %v", time.Since(frozen), err)
	}
	for range 100 {
		a.send("two")
	}
	healed := time.Now()
	network.Heal()
	b.send("three")
	for range 100 {
		b.expect("two")
	}
	if took := time.Since(healed); took > 5*time.Second {
		t.Errorf("it has caught up after %v", took)
	}
	t.Log("caught up after", time.Since(healed))
	if n := len(b.lost); n > 0 {
		t.Errorf("%d losses", n)
	}
}

// A server that has not noticed the end of a connection has the process's old
// reader still. It must not get any of the frames.
func TestQueueIsReadByOneConnection(t *testing.T) {
	t.Parallel()
	server := node.RabbitMQ(t)
	way1, way2, prefix := broker.NewProxy(t, server.Addr()), broker.NewProxy(t, server.Addr()), unique()
	a := open(t, server.URL(), options(prefix))
	b := open(t, "amqp://guest:guest@"+way1.Addr()+","+way2.Addr()+"/", options(prefix))
	frozen := time.Now()
	way1.Freeze()
	var want []string
	for i := range 100 {
		want = append(want, strconv.Itoa(i))
		a.send(want[i])
	}
	b.expectReady()
	if took := time.Since(frozen); took > 10*time.Second {
		t.Errorf("it receives again after %v", took)
	}
	t.Logf("receives again after %v", time.Since(frozen))
	b.expect(want...)
}

func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	network := broker.NewProxy(t, node.RabbitMQ(t).Addr())
	for name, frame := range map[string]string{"a frame": "x", "more than sockets hold": strings.Repeat("x", 64<<20)} {
		p := open(t, through(network), options(unique()))
		p.send("one")
		network.Freeze()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := p.Send(ctx, []byte(frame)); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 3*time.Second {
			t.Errorf("Send of %s returned %v after %v", name, err, time.Since(start))
		}
		network.Heal()
	}
}
