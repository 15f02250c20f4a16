package oauth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

const (
	clientID     = "the-client"
	clientSecret = "marked-client-secret"
	accessSecret = "marked-provider-token"
)

// site is a small provider: everybody agrees at once, and is who account says.
type site struct {
	url string

	mu      sync.Mutex
	account string            // the profile of whoever agrees next
	codes   map[string]string // code to PKCE challenge, each good once
	bad     map[string]http.HandlerFunc
	asked   map[string]int // requests by path
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{account: `{"id":7,"name":"Ada"}`, codes: map[string]string{}, bad: map[string]http.HandlerFunc{}, asked: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/authorize", s.authorize)
	mux.HandleFunc("/token", s.token)
	mux.HandleFunc("/me", s.me)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.URL.Path]++
		bad := s.bad[r.URL.Path]
		s.mu.Unlock()
		if bad != nil {
			bad(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// answers has the site answer requests for a path in another way.
func (s *site) answers(path string, f http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bad[path] = f
}

// is says who agrees next, and behaves again.
func (s *site) is(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account = account
	clear(s.bad)
}

func (s *site) times(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

func (s *site) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != clientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("state") == "" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	code := fmt.Sprint("code", len(s.codes))
	s.codes[code] = q.Get("code_challenge")
	s.mu.Unlock()
	back := url.Values{"code": {code}, "state": {q.Get("state")}}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (s *site) token(w http.ResponseWriter, r *http.Request) {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	code := r.PostFormValue("code")
	good := s.codes[code] == challenge
	s.codes[code] = "used"
	w.Header().Set("Content-Type", "application/json")
	if !good || id != clientID || secret != clientSecret {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error":"invalid_grant","error_description":"you sent %s %s"}`, secret, code)
		return
	}
	fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer"}`, accessSecret)
}

func (s *site) me(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+accessSecret {
		http.Error(w, "who?", http.StatusUnauthorized)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprint(w, s.account)
}
