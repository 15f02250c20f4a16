package health_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/health"
)

func status(h http.HandlerFunc) (int, string) {
	w := httptest.NewRecorder()
	h(w, httptest.NewRequest("GET", "/", nil))
	return w.Code, w.Body.String()
}

func TestReadyFollowsTheChecksAndLiveDoesNot(t *testing.T) {
	t.Parallel()
	var broken error
	h := health.New(func(context.Context) error { return broken })
	if code, _ := status(h.Ready); code != 200 {
		t.Errorf("Ready = %d, want 200", code)
	}
	broken = errors.New("the password is hunter2")
	code, body := status(h.Ready)
	if code != 503 || strings.Contains(body, "hunter2") {
		t.Errorf("Ready = %d %q, want 503 without the reason", code, body)
	}
	if code, _ := status(h.Live); code != 200 {
		t.Errorf("Live = %d, want 200", code)
	}
}

func TestReadyTellsDetails(t *testing.T) {
	t.Parallel()
	h := health.New()
	h.Detail(func() string { return "sync: disconnected, 3 waiting" })
	if code, body := status(h.Ready); code != 200 || body != "ok\nsync: disconnected, 3 waiting\n" {
		t.Errorf("Ready = %d %q, want 200 with the line", code, body)
	}
	if _, body := status(h.Live); body != "ok\n" {
		t.Errorf("Live = %q, want ok alone", body)
	}
}
