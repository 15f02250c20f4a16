package wsconn_test

import (
	"strconv"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
)

func TestQueueKeepsTheOrder(t *testing.T) {
	t.Parallel()
	var q wsconn.Queue
	in, out := 0, 0
	for _, round := range []struct{ put, take int }{{1, 1}, {3, 2}, {100, 60}, {50, 80}, {7, 18}, {2, 2}} {
		for range round.put {
			q.Put([]byte(strconv.Itoa(in)))
			in++
		}
		for range round.take {
			if got := string(q.Next()); got != strconv.Itoa(out) {
				t.Fatalf("Next() = %q, want %d", got, out)
			}
			out++
		}
	}
	if !q.Empty() || q.Next() != nil {
		t.Error("the queue is not empty in the end")
	}
}

func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	var q wsconn.Queue
	q.SetLimit(1000)
	if !q.Fits(5000) {
		t.Error("an empty queue refuses a large frame")
	}
	q.Put(make([]byte, 500))
	if !q.Fits(400) || q.Fits(500) {
		t.Errorf("Fits(400), Fits(500) = %v, %v, want true, false", q.Fits(400), q.Fits(500))
	}
	n := 0
	for ; q.Fits(0); n++ {
		q.Put(nil)
	}
	if n > 100 {
		t.Errorf("the queue takes %d empty frames", n)
	}
	space := q.Space()
	q.Next()
	<-space
}

func TestClearedQueueHasSpace(t *testing.T) {
	t.Parallel()
	var q wsconn.Queue
	q.Put([]byte("x"))
	space := q.Space()
	q.Clear()
	<-space
	if !q.Empty() || q.Next() != nil {
		t.Error("the queue is not empty after Clear")
	}
}
