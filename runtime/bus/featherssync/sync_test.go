package featherssync_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/bus/featherssync"
)

// An app is what is behind a Sync.
type app struct {
	*featherssync.Sync
	log bytes.Buffer // to be read once the Sync is closed

	// mu guards the fields below.
	mu    sync.Mutex
	heard []string
	lost  int
}

// join has an app join the fleet.
func (f *fleet) join(t *testing.T, o featherssync.Options) *app {
	t.Helper()
	a := &app{}
	o.Logger = slog.New(slog.NewTextHandler(&a.log, nil))
	a.Sync = featherssync.New(f.channel(), o)
	if err := a.Subscribe(a.hear, a.miss); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *app) hear(path, name string, data []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard = append(a.heard, fmt.Sprintf("%s %s %s", path, name, data))
}

func (a *app) miss() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lost++
}

// take returns what was heard since, and how often some was lost.
func (a *app) take() (heard []string, lost int) {
	synctest.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	heard, lost = a.heard, a.lost
	a.heard, a.lost = nil, 0
	return heard, lost
}

// close closes the Sync and returns its log.
func (a *app) close(t *testing.T) string {
	t.Helper()
	if err := a.Close(t.Context()); err != nil {
		t.Errorf("Close = %v", err)
	}
	return a.log.String()
}

func (a *app) publish(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		if err := a.Publish("messages", "created", fmt.Appendf(nil, `{"id":%d}`, i)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAppsOfOneTagDoNotHearEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		one, same, other := f.join(t, featherssync.Options{Tag: "go"}), f.join(t, featherssync.Options{Tag: "go"}), f.join(t, featherssync.Options{Tag: "other"})
		one.publish(t, 2)
		f.say(`{"event":"typing","path":"messages","data":{"user":1}}`)
		typing := `messages typing {"user":1}`
		for name, c := range map[string]struct {
			app  *app
			want []string
		}{
			"the sender":    {one, []string{typing}},
			"the same app":  {same, []string{typing}},
			"another's app": {other, []string{`messages created {"id":0}`, `messages created {"id":1}`, typing}},
		} {
			heard, lost := c.app.take()
			slices.Sort(heard)
			if !slices.Equal(heard, c.want) || lost != 0 {
				t.Errorf("%s heard %q and lost %d, want %q", name, heard, lost, c.want)
			}
		}
		if got, want := one.Stats(), (featherssync.Stats{Connected: true, Published: 2, Received: 1, Own: 2}); got != want {
			t.Errorf("Stats = %+v, want %+v", got, want)
		}
		for _, a := range []*app{one, same, other} {
			if log := a.close(t); log != "" {
				t.Errorf("logged %s", log)
			}
		}
	})
}

func TestEventsWaitWhileTheChannelIsAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		a := f.join(t, featherssync.Options{Tag: "go"})
		f.leave()
		a.publish(t, 100)
		time.Sleep(time.Minute)
		if got := a.Stats(); got.Connected || got.Waiting != 100 || got.WaitingBytes == 0 || got.Published != 0 {
			t.Errorf("while it is away: %+v", got)
		}
		f.comeBack()
		time.Sleep(500 * time.Millisecond)
		synctest.Wait()
		if got := a.Stats(); !got.Connected || got.Waiting != 0 || got.Published != 100 || got.Gaps != 1 {
			t.Errorf("when it is back: %+v", got)
		}
		if _, lost := a.take(); lost != 1 {
			t.Errorf("lost was called %d times, want once", lost)
		}
		for i, msg := range f.messages() {
			if !strings.Contains(msg, fmt.Sprintf(`"data":{"id":%d}`, i)) {
				t.Errorf("message %d is %s", i, msg)
			}
		}
		if log := a.close(t); strings.Count(log, "\n") != 2 || !strings.Contains(log, "lost") || !strings.Contains(log, "back") {
			t.Errorf("logged %s, want a line for each", log)
		}
	})
}

func TestOldestEventsGiveWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		a := f.join(t, featherssync.Options{Tag: "go", Queue: 10_000})
		f.leave()
		a.publish(t, 1000)
		synctest.Wait()
		got := a.Stats()
		if got.WaitingBytes > 10_000 || got.Waiting+got.Overflowed != 1000 || got.Waiting < 50 {
			t.Errorf("%+v", got)
		}
		large := []byte(`"` + strings.Repeat("x", 20_000) + `"`)
		if err := a.Publish("messages", "created", large); err != nil {
			t.Fatal(err)
		}
		if got := a.Stats(); got.Waiting != 1 {
			t.Errorf("behind a large one %+v", got)
		}
		f.comeBack()
		time.Sleep(time.Second)
		if n := len(f.messages()); n == 0 || n > 2 || !strings.Contains(f.messages()[n-1], "xxx") {
			t.Errorf("%d messages were sent; want the large one, and perhaps the one that was under way", n)
		}
		if log := a.close(t); strings.Count(log, "given up") != 1 {
			t.Errorf("logged %s", log)
		}
	})
}

func TestEventOfUnknownFateIsSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		a := f.join(t, featherssync.Options{Tag: "go"})
		f.loses = true
		a.publish(t, 2)
		time.Sleep(time.Second)
		if n := len(f.messages()); n != 3 {
			t.Errorf("%d messages, want 3: %q", n, f.messages())
		}
		a.close(t)
	})
}

func TestAppStartsWithoutItsChannel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		f.leave()
		began := time.Now()
		a := f.join(t, featherssync.Options{Tag: "go"})
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("Subscribe took %v, want 3s", took)
		}
		f.comeBack()
		time.Sleep(time.Second)
		if _, lost := a.take(); lost != 1 {
			t.Errorf("lost was called %d times, want once", lost)
		}
		a.close(t)
	})
}

func TestCloseSendsWhatWaitsAndSaysWhatDoesNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		a := f.join(t, featherssync.Options{Tag: "go"})
		a.publish(t, 100)
		a.close(t)
		if n := len(f.messages()); n != 100 {
			t.Errorf("%d messages were sent, want 100", n)
		}
		if err := a.Publish("messages", "created", []byte(`{}`)); err == nil {
			t.Error("Publish after Close = nil")
		}

		b := f.join(t, featherssync.Options{Tag: "go"})
		f.leave()
		b.publish(t, 3)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.Close(ctx); err == nil || !strings.HasPrefix(err.Error(), "3 events") {
			t.Errorf("Close = %v, want that 3 events were not sent", err)
		}
	})
}

func TestEventThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newFleet().join(t, featherssync.Options{Tag: "go"})
		err := a.Publish("messages", "created", make([]byte, featherssync.MaxMessage/3))
		if !errors.Is(err, featherssync.ErrTooLarge) {
			t.Errorf("Publish = %v, want ErrTooLarge", err)
		}
		a.close(t)
	})
}

func TestChannelThatComesAndGoesDoesNotFillTheLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		a := f.join(t, featherssync.Options{Tag: "go"})
		for range 30 {
			f.leave()
			time.Sleep(300 * time.Millisecond)
			f.comeBack()
			time.Sleep(700 * time.Millisecond)
		}
		if _, lost := a.take(); lost != 30 {
			t.Errorf("lost was called %d times, want 30", lost)
		}
		if log := a.close(t); strings.Count(log, "\n") > 8 {
			t.Errorf("logged %s", log)
		}
	})
}
