package socketio_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	feathers "github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
	"github.com/featherscaffold/featherscaffold/runtime/transport/transporttest"
)

// dial opens a websocket to a server of its own for the app.
func dial(t *testing.T, app *feathers.App, o socketio.Options, query string) (*socketio.Server, *wsconn.Client) {
	t.Helper()
	s := socketio.New(app, o)
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	ws, err := wsconn.Dial(t.Context(), "ws"+strings.TrimPrefix(web.URL, "http")+"/socket.io/?transport=websocket&"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	return s, ws
}

func TestClientThatTakesNothingIsDropped(t *testing.T) {
	t.Parallel()
	app, _ := bigAnswers(t, 3_000_000, 8)
	s, ws := dial(t, app.App, socketio.Options{PingInterval: 50 * time.Millisecond, PingTimeout: 50 * time.Millisecond, MaxCalls: 2}, "EIO=4")
	if err := ws.Write([]byte("40"), false); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		if err := ws.Write(fmt.Appendf(nil, `42%d["big","big"]`, i), false); err != nil {
			break // dropped already
		}
	}
	for end := time.Now().Add(20 * time.Second); s.Stats().Sessions > 0; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("a client that neither reads nor answers pings stays connected")
		}
	}
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
}

func TestPanicOnConnectOfAnOldClientClosesItsSession(t *testing.T) {
	t.Parallel()
	app := transporttest.New(t)
	app.OnConnect(func(*feathers.Connection) { panic("mistake") })
	s, ws := dial(t, app.App, socketio.Options{AllowEIO3: true}, "EIO=3")
	for {
		if _, _, err := ws.Read(); err != nil {
			break
		}
	}
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
	if n := s.Stats().Sessions; n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// Nobody polls, so the answers fill the queue, the calls wait for room in it
// and the POST for one of them to end. The websocket takes it all, from a
// client that first waits for its POST, as Node's does, and from one that does
// not.
func TestUpgradeWhileAnswersAndCallsWait(t *testing.T) {
	t.Parallel()
	for _, waits := range []bool{true, false} {
		t.Run(fmt.Sprintf("client waits for its POST %v", waits), func(t *testing.T) {
			t.Parallel()
			const calls = 8
			app, started := bigAnswers(t, 1_500_000, calls)
			s := serve(t, app, socketio.Options{MaxCalls: 2})
			p := s.connectPolling(t)
			var packets []string
			for i := range calls {
				packets = append(packets, fmt.Sprintf(`42%d["big","big"]`, i))
			}
			var posting sync.WaitGroup
			posting.Go(func() { p.send(packets...) })
			for range 4 { // two answers are queued, two calls wait: nothing moves any more
				<-started
			}
			c := s.dial(t, "&sid="+p.SID)
			c.send("2probe")
			c.want("3probe")
			if waits {
				posting.Wait()
			}
			c.send("5", `42100["find","none"]`)
			answered := map[string]bool{}
			for range calls + 1 {
				id, _, _ := strings.Cut(c.next(), "[")
				answered[id] = true
			}
			if len(answered) != calls+1 {
				t.Errorf("%d of %d calls are answered", len(answered), calls+1)
			}
			posting.Wait()
		})
	}
}

// bigAnswers returns an app with a method "big" of a service "big" that answers
// with a text of so many bytes, and a channel that tells when it does.
func bigAnswers(t *testing.T, bytes, calls int) (*transporttest.App, <-chan struct{}) {
	t.Helper()
	app := transporttest.New(t)
	started := make(chan struct{}, calls)
	text := strings.Repeat("x", bytes)
	if err := app.Use(&feathers.Service{Path: "big", Custom: []feathers.CustomMethod{{Name: "big", Run: func(_ context.Context, c *feathers.Call) error {
		started <- struct{}{}
		c.Result = feathers.One(&transporttest.Message{Text: text})
		return nil
	}}}}); err != nil {
		t.Fatal(err)
	}
	return app, started
}
