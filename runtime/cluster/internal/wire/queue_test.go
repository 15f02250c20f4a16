package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/cluster/internal/wire"
)

func TestQueueWritesInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := wire.NewQueue(1 << 20)
		var got bytes.Buffer
		done := make(chan error, 1)
		go func() { done <- q.Serve(&got) }()
		var want bytes.Buffer
		for i := range 1000 {
			body := fmt.Appendf(nil, "%d,", i)
			want.WriteString("#" + string(body))
			if err := q.Put([]byte("#"), body, 0); err != nil {
				t.Fatal(err)
			}
		}
		q.Close()
		if err := <-done; err != nil || got.String() != want.String() {
			t.Errorf("Serve = %v and wrote %q", err, got.String())
		}
		if err := q.Put([]byte("#"), nil, time.Second); err != wire.ErrClosed {
			t.Errorf("Put after Close = %v, want ErrClosed", err)
		}
	})
}

func TestFullQueueTellsTheGapOnceItIsWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := wire.NewQueue(8)
		for i, want := range []bool{true, true, false, false} {
			if got := q.Offer([]byte("head"), nil, time.Second); got != want {
				t.Errorf("Offer %d = %v, want %v", i, got, want)
			}
		}
		r, w := io.Pipe()
		go func() { _ = q.Serve(w) }()
		read := make([]byte, 8)
		if _, err := io.ReadFull(r, read); err != nil {
			t.Fatal(err)
		}
		f, err := wire.NewReader(r).Next()
		if missed, perr := wire.ParseGap(f.Payload); err != nil || perr != nil || f.Kind != wire.Gap || missed != 2 {
			t.Errorf("after a full queue came %v %v, want a gap of 2", f, err)
		}
		synctest.Wait()
		if !q.Offer([]byte("head"), nil, time.Second) {
			t.Error("Offer after the gap = false")
		}
		q.Close()
		_ = r.Close()
	})
}

func TestPutWaitsForRoomAndGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := wire.NewQueue(4)
		large := make([]byte, 100)
		if err := q.Put(large, nil, 0); err != nil {
			t.Errorf("Put of the only frame = %v; one may always be in", err)
		}
		began := time.Now()
		if err := q.Put(large, nil, time.Second); err != wire.ErrFull || time.Since(began) != time.Second {
			t.Errorf("Put = %v after %v, want ErrFull after a second", err, time.Since(began))
		}
		put := make(chan error, 1)
		go func() { put <- q.Put([]byte("x"), nil, time.Hour) }()
		synctest.Wait()
		go func() { _ = q.Serve(io.Discard) }()
		if err := <-put; err != nil {
			t.Errorf("Put that waited = %v", err)
		}
		q.Close()
	})
}

func TestWhatFollowsAFrameRunsOnceItIsWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := wire.NewQueue(1 << 20)
		var calls []int
		for i := range 3 {
			if err := q.PutThen([]byte("head"), []byte("body"), 0, func() { calls = append(calls, i) }); err != nil {
				t.Fatal(err)
			}
		}
		r, w := io.Pipe()
		served := make(chan error, 1)
		go func() { served <- q.Serve(w) }()
		if _, err := io.ReadFull(r, make([]byte, 23)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(calls) > 0 {
			t.Errorf("frames %v were told of before all was written", calls)
		}
		if _, err := io.ReadFull(r, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if !slices.Equal(calls, []int{0, 1, 2}) {
			t.Errorf("frames %v were told of, want all three in order", calls)
		}
		_ = q.PutThen([]byte("lost"), nil, 0, func() { t.Error("a frame that was lost was told of") })
		_ = r.Close()
		if err := <-served; err == nil {
			t.Error("Serve = nil for a broken socket")
		}
	})
}

func TestQueueOfABrokenSocketIsClosed(t *testing.T) {
	t.Parallel()
	q := wire.NewQueue(4)
	_ = q.Put([]byte("x"), nil, 0)
	r, w := io.Pipe()
	boom := errors.New("boom")
	_ = r.CloseWithError(boom)
	if err := q.Serve(w); err != boom {
		t.Errorf("Serve = %v, want boom", err)
	}
	if q.Offer([]byte("x"), nil, 0) {
		t.Error("Offer to a closed queue = true")
	}
}
