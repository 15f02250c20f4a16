// Package health answers whether an app lives and whether it can serve.
package health

import (
	"context"
	"net/http"
	"time"
)

// checkTimeout bounds all checks of one request.
const checkTimeout = 2 * time.Second

// A Check reports why something that the app needs can not be used, or nil.
type Check func(ctx context.Context) error

// Health answers requests of supervisors and balancers. The answers name no
// reason: those who may know it read the logs.
type Health struct {
	checks  []Check
	details []func() string
}

// New returns a Health that is ready while all checks pass.
func New(checks ...Check) *Health { return &Health{checks: checks} }

// Detail has Ready tell a line more of what the app can serve without. It is
// called before the first request.
func (h *Health) Detail(line func() string) { h.details = append(h.details, line) }

// Live answers 200 for as long as the process can answer at all.
func (h *Health) Live(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok\n") }

// Ready answers 200 if the app can serve, else 503.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()
	for _, check := range h.checks {
		if check(ctx) != nil {
			answer(w, http.StatusServiceUnavailable, "not ready\n")
			return
		}
	}
	text := "ok\n"
	for _, line := range h.details {
		text += line() + "\n"
	}
	answer(w, http.StatusOK, text)
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
