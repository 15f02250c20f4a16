package sockets_test

import (
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sockets"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
)

// waiting returns a call of wait whose message has size bytes.
func waiting(t *testing.T, size int) *sockets.Call {
	t.Helper()
	msg := wsconn.NewBuffer()
	src := `["wait","blocking",{},{}]`
	msg.Append([]byte(src + strings.Repeat(" ", size-len(src))))
	c, err := sockets.Decode(msg, msg.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	c.Acknowledge(1)
	return c
}

func TestMessagesOfRunningCallsAreBounded(t *testing.T) {
	t.Parallel()
	app, _, client, out := start(t, sockets.Options{})
	started := make(chan int, 10)
	go func() {
		for i, size := range []int{1 << 20, 1 << 20, 1 << 20, 1 << 20, 100, 10 << 20, 100} {
			client.Start(waiting(t, size))
			started <- i
		}
	}()
	for range 4 {
		<-app.Waiting
		<-started
	}
	select {
	case i := <-started:
		t.Errorf("call %d began while the others held all of the room", i)
	case <-time.After(50 * time.Millisecond):
	}
	app.Release()
	for range 7 { // the one that is too large for the room as well
		<-out.frames
	}
}

func TestLimitGoesOnWithTheNextClient(t *testing.T) {
	t.Parallel()
	_, server, first, out := start(t, sockets.Options{Calls: ratelimit.Rate{N: 2, Per: time.Hour}})
	first.Limit().Allow()
	second, err := server.Connect(runtime.Handshake{}, out, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Disconnect()
	second.SetLimit(first.Limit())
	if limit := second.Limit(); !limit.Allow() || limit.Allow() {
		t.Error("the second client has a limit of its own")
	}
}

func TestCallsWithoutALimitHaveNone(t *testing.T) {
	t.Parallel()
	_, _, client, _ := start(t, sockets.Options{})
	if client.Limit() != nil {
		t.Error("there is a limit that nobody set")
	}
}
