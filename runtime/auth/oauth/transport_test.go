package oauth_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// roundTrip answers requests to a provider without a network.
type roundTrip func(*http.Request) (string, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := f(r)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

const anyToken = `{"access_token":"t","token_type":"bearer"}`

func TestFewLoginsTalkToProvidersAtTheSameTime(t *testing.T) {
	t.Parallel()
	const most = 64
	asked, free := make(chan struct{}, 2*most), make(chan struct{})
	o := options(t)
	o.Transport = roundTrip(func(r *http.Request) (string, error) {
		if r.URL.Path == "/p" {
			return `{"id":1}`, nil
		}
		asked <- struct{}{}
		<-free
		return anyToken, nil
	})
	h, err := oauth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	finish := func(ctx context.Context) string {
		to, cookie := begin(t, h)
		r := httptest.NewRequest(http.MethodGet, "/oauth/here/callback?code=c&state="+to.Query().Get("state"), http.NoBody)
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.WithContext(ctx))
		return w.Header().Get("Location")
	}
	var wg sync.WaitGroup
	for range most {
		wg.Go(func() { finish(t.Context()) })
	}
	for range most {
		<-asked
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if got := finish(gone); got != unsuccessful {
		t.Errorf("a login that gives up ends at %q", got)
	}
	if len(asked) > 0 {
		t.Errorf("more than %d logins ask providers", most)
	}
	close(free)
	wg.Wait()
	const nobody = "/#error=No%20user%20has%20this%20here%20account"
	if got := finish(t.Context()); got != nobody {
		t.Errorf("a later login ends at %q", got)
	}
}

// FuzzProfile holds what a profile may be against what a hook may rely on.
func FuzzProfile(f *testing.F) {
	for _, seed := range []string{`{"id":1}`, `{"sub":"a","email":"b","email_verified":true}`, `{"id":-0}`, `{"id":"\ud800"}`,
		`[1]`, `{"id":{"id":[]}}`, `{"id":1,"id":"2"}`, `{"id":1e400}`, "{\"id\":\"\xff\"}"} {
		f.Add(seed)
	}
	var profile string
	o := options(f)
	o.Transport = roundTrip(func(r *http.Request) (string, error) {
		if r.URL.Path == "/p" {
			return profile, nil
		}
		return anyToken, nil
	})
	o.NewUser = func(_ context.Context, p *oauth.Profile) (record.Record, error) {
		if p.ID == "" || len(p.ID) > 255 || string(p.Raw) != profile {
			panic("bad profile")
		}
		return nil, nil
	}
	h, err := oauth.New(o)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src string) {
		profile = src
		to, cookie := begin(t, h)
		w := serve(h, "/oauth/here/callback?code=c&state="+to.Query().Get("state"), "Cookie", cookie)
		got := w.Header().Get("Location")
		if got != unsuccessful && got != "/#error=No%20user%20has%20this%20here%20account" {
			t.Errorf("with the profile %q the login ends at %q", src, got)
		}
	})
}
