package primus_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/transport/primus"
)

func TestServerThatStopsForwardsNewConnections(t *testing.T) {
	t.Parallel()
	next := start(t, primus.Options{})
	var there atomic.Bool
	there.Store(true)
	s := start(t, primus.Options{Forward: func(w http.ResponseWriter, r *http.Request, owner string) bool {
		if owner != "" {
			t.Errorf("forwards to %q, want \"\"", owner)
		}
		if !there.Load() {
			return false
		}
		next.ServeHTTP(w, r)
		return true
	}})
	c := s.connect(t)
	if got := s.Stats().Connections; got != 1 {
		t.Errorf("%d connections before the stop, want 1", got)
	}
	closed := make(chan error, 1)
	go func() { closed <- s.Close(t.Context()) }()
	c.ends(noStatus)
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	s.connect(t)
	if got := next.Stats().Connections; got != 1 {
		t.Errorf("%d connections at the one that takes the place, want 1", got)
	}
	there.Store(false)
	if status, body, _ := s.do(t, "GET", "/primus", "Upgrade", "websocket"); status != http.StatusServiceUnavailable {
		t.Errorf("without another server a handshake is answered %d %s, want 503", status, body)
	}
}
