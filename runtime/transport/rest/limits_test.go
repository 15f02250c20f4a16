package rest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/address"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
)

func TestCallsOfOneAddressAreLimited(t *testing.T) {
	t.Parallel()
	trust, err := address.Parse("192.0.2.1") // that of requests in tests
	if err != nil {
		t.Fatal(err)
	}
	h := newServerWith(t, rest.Options{Calls: ratelimit.New(ratelimit.Rate{N: 2, Per: time.Minute}), Trust: trust})
	for _, client := range []string{"198.51.100.1", "2001:db8::1"} {
		for range 2 {
			if r := do(h, "GET /notes", "", "X-Forwarded-For", client); r.StatusCode != 200 {
				t.Errorf("a call of %s answered %d", client, r.StatusCode)
			}
		}
		for _, request := range []string{"GET /notes", "POST /notes", "DELETE /notes/1", "PUT /notes"} {
			r := do(h, request, "", "X-Forwarded-For", client)
			want := failure("TooManyRequests", 429, "too-many-requests", "Too many calls, try again later")
			if got := text(r); r.StatusCode != 429 || got != want || r.Header.Get("Retry-After") != "30" {
				t.Errorf("%s of %s answered %d %s %v", request, client, r.StatusCode, got, r.Header)
			}
		}
		if r := do(h, "GET /nope", "", "X-Forwarded-For", client); r.StatusCode != 404 {
			t.Errorf("a path of no service answered %d", r.StatusCode)
		}
	}
}

func TestCallsTellTheAddress(t *testing.T) {
	t.Parallel()
	h := newServer(t)
	r := do(h, "POST /notes", "{}", "X-Service-Method", "address", "X-Forwarded-For", "198.51.100.1")
	if got, want := text(r), `{"text":"192.0.2.1"}`; got != want {
		t.Errorf("address answered %s, want %s", got, want)
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	friends, err := origin.Parse("https://friend.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		policy origin.Policy
		from   string
		want   string
	}{
		{"nobody is allowed", origin.Policy{}, "https://friend.example", ""},
		{"a friend", friends, "https://friend.example", "https://friend.example"},
		{"a stranger", friends, "https://stranger.example", ""},
		{"any", origin.Any(), "https://stranger.example", "*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newServerWith(t, rest.Options{Origin: tt.policy})
			for request, status := range map[string]int{"GET /notes": 200, "GET /notes/99": 404, "GET /nope": 404, "OPTIONS /notes": 204, "OPTIONS /nope": 204} {
				r := do(h, request, "", "Origin", tt.from)
				if got := r.Header.Get("Access-Control-Allow-Origin"); r.StatusCode != status || got != tt.want {
					t.Errorf("%s answered %d, allowed %q, want %d, %q", request, r.StatusCode, got, status, tt.want)
				}
			}
		})
	}
}

func TestNextIsServedWithoutLimitAndCORS(t *testing.T) {
	t.Parallel()
	next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	h := newServerWith(t, rest.Options{Next: next, Origin: origin.Any(), Calls: ratelimit.New(ratelimit.Rate{N: 1, Per: time.Hour})})
	for _, request := range []string{"GET /page.html", "GET /page.html", "OPTIONS /socket.io/"} {
		r := do(h, request, "", "Origin", "https://stranger.example")
		if r.StatusCode != http.StatusTeapot || len(r.Header) > 0 {
			t.Errorf("%s answered %d %v", request, r.StatusCode, r.Header)
		}
	}
}
