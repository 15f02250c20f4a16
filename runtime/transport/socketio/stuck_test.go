package socketio_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
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
	app := transporttest.New(t)
	big := strings.Repeat("x", 3_000_000)
	if err := app.Use(&feathers.Service{Path: "big", Custom: []feathers.CustomMethod{{Name: "big", Run: func(_ context.Context, c *feathers.Call) error {
		c.Result = feathers.One(&transporttest.Message{Text: big})
		return nil
	}}}}); err != nil {
		t.Fatal(err)
	}
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
