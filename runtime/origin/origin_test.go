package origin_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/origin"
)

func policy(t testing.TB, list string) origin.Policy {
	t.Helper()
	p, err := origin.Parse(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// from returns a request to a host with these Origin headers.
func from(host string, origins ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://x/", nil)
	r.Host = host
	for _, o := range origins {
		r.Header.Add("Origin", o)
	}
	return r
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	const list = "https://app.example, http://b.example:8443,HTTPS://Upper.Example:443,https://[2001:DB8::0:1],https://xn--bcher-kva.example,capacitor://localhost,https://dot.example."
	own, listed := origin.Policy{}, policy(t, list)
	for _, tt := range []struct {
		name    string
		policy  origin.Policy
		host    string
		origin  string
		allowed bool
	}{
		{"listed", listed, "api.example", "https://app.example", true},
		{"listed in other letters", listed, "api.example", "https://APP.Example", true},
		{"default port", listed, "api.example", "https://app.example:443", true},
		{"default port in the list", listed, "api.example", "https://upper.example", true},
		{"port", listed, "api.example", "http://b.example:8443", true},
		{"port with a zero in front", listed, "api.example", "http://b.example:08443", true},
		{"IPv6", listed, "api.example", "https://[2001:db8::1]", true},
		{"punycode", listed, "api.example", "https://xn--bcher-kva.example", true},
		{"a scheme of apps", listed, "api.example", "capacitor://localhost", true},
		{"trailing dot", listed, "api.example", "https://dot.example.", true},

		{"other scheme", listed, "api.example", "http://app.example", false},
		{"other port", listed, "api.example", "https://app.example:8443", false},
		{"port left away", listed, "api.example", "http://b.example", false},
		{"prefix", listed, "api.example", "https://evil-app.example", false},
		{"suffix", listed, "api.example", "https://app.example.evil.com", false},
		{"below", listed, "api.example", "https://x.app.example", false},
		{"above", listed, "api.example", "https://example", false},
		{"trailing dot not listed", listed, "api.example", "https://app.example.", false},
		{"trailing dot left away", listed, "api.example", "https://dot.example", false},
		{"user", listed, "api.example", "https://app.example@evil.com", false},
		{"user and password", listed, "api.example", "https://app.example:443@evil.com", false},
		{"user of a listed host", listed, "api.example", "https://me@app.example", false},
		{"path", listed, "api.example", "https://app.example/", false},
		{"query", listed, "api.example", "https://app.example?", false},
		{"fragment", listed, "api.example", "https://evil.com#https://app.example", false},
		{"two in one header", listed, "api.example", "https://app.example https://evil.com", false},
		{"two with a comma", listed, "api.example", "https://app.example,https://evil.com", false},
		{"backslash", listed, "api.example", `https://app.example\.evil.com`, false},
		{"space", listed, "api.example", " https://app.example", false},
		{"NUL", listed, "api.example", "https://app.example\x00.evil.com", false},
		{"a letter that lowers to ASCII", policy(t, "https://kiosk.example"), "api.example", "https://\u212aiosk.example", false},
		{"IPv6 without brackets", listed, "api.example", "https://2001:db8::1", false},
		{"IPv6 with a zone", listed, "api.example", "https://[2001:db8::1%25eth0]", false},
		{"IPv6 not closed", listed, "api.example", "https://[2001:db8::1", false},
		{"text behind IPv6", listed, "api.example", "https://[2001:db8::1]evil", false},
		{"IPv4 in brackets", listed, "api.example", "https://[192.0.2.1]", false},
		{"port 0", listed, "api.example", "https://app.example:0", false},
		{"empty port", listed, "api.example", "https://app.example:", false},
		{"port too large", listed, "api.example", "https://app.example:65979", false}, // 443 + 65536
		{"signed port", listed, "api.example", "https://app.example:+443", false},
		{"no host", listed, "api.example", "https://", false},
		{"no scheme", listed, "api.example", "app.example", false},
		{"scheme without slashes", listed, "api.example", "https:app.example", false},
		{"empty", listed, "api.example", "", false},
		{"star", listed, "api.example", "*", false},
		{"pattern", listed, "api.example", "https://*.example", false},
		{"percent", listed, "api.example", "https://app%2eexample", false},
		{"sandboxed page", listed, "api.example", "null", false},
		{"sandboxed page when Host says so too", own, "null", "null", false},
		{"file", listed, "api.example", "file://", false},
		{"long", listed, "api.example", "https://" + strings.Repeat("a", 100_000), false},

		{"own", own, "api.example", "https://api.example", true},
		{"own over http", own, "api.example", "http://api.example", true},
		{"own in other letters", own, "API.example", "https://api.Example", true},
		{"own with a port", own, "localhost:3030", "http://localhost:3030", true},
		{"own with the usual port", own, "api.example:443", "https://api.example", true},
		{"own of IPv6", own, "[::1]:3030", "http://[0:0::1]:3030", true},
		{"own beside a list", listed, "api.example", "https://api.example", true},
		{"stranger", own, "api.example", "https://app.example", false},
		{"own with another port", own, "localhost:3030", "http://localhost:5173", false},
		{"own without its port", own, "localhost:3030", "http://localhost", false},
		{"own with the usual port of the other scheme", own, "api.example:80", "https://api.example", false},
		{"own of a scheme without ports", own, "localhost", "capacitor://localhost", false},
		{"no Host", own, "", "https://", false},
		{"bad Host", own, "api.example:x", "https://api.example:x", false},

		{"any", origin.Any(), "api.example", "https://evil.com", true},
		{"any and a sandboxed page", origin.Any(), "api.example", "null", true},
		{"any and garbage", origin.Any(), "api.example", "%", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.policy.Allowed(from(tt.host, tt.origin)); got != tt.allowed {
				t.Errorf("Allowed(%q at %q) = %v", tt.origin, tt.host, got)
			}
		})
	}
}

func TestAllowedByNumberOfHeaders(t *testing.T) {
	t.Parallel()
	listed := policy(t, "https://app.example")
	for _, p := range []origin.Policy{{}, listed, origin.Any()} {
		if !p.Allowed(from("api.example")) {
			t.Error("a program that is no browser is refused")
		}
	}
	if listed.Allowed(from("api.example", "https://app.example", "https://app.example")) {
		t.Error("two Origin headers are allowed")
	}
	if listed.Allowed(from("api.example", "https://app.example", "https://evil.com")) {
		t.Error("a second Origin header is overlooked")
	}
}

func TestPlainPageIsAStrangerToATLSServer(t *testing.T) {
	t.Parallel()
	r := from("api.example", "http://api.example")
	r.TLS = &tls.ConnectionState{}
	if (origin.Policy{}).Allowed(r) {
		t.Error("http://api.example is allowed at https://api.example")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, list := range []string{
		"app.example", "https://app.example/", "https://*.example", "*,https://app.example", "https://app.example,*",
		"https://me@app.example", "https://", "null", "https://a.example,", ",", "https://a.example https://b.example",
		"https://bücher.example", "https://a.example:99999", "https://a.example?x", "**", "http//a.example",
	} {
		if _, err := origin.Parse(list); err == nil {
			t.Errorf("Parse(%q) gives no error", list)
		}
	}
}

func TestParseStar(t *testing.T) {
	t.Parallel()
	if p := policy(t, " * "); !p.IsAny() || policy(t, "https://a.example").IsAny() || policy(t, "").IsAny() {
		t.Error("IsAny does not tell * from a list")
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	listed := policy(t, "https://app.example")
	for _, tt := range []struct {
		name    string
		policy  origin.Policy
		origins []string
		allow   string // Access-Control-Allow-Origin
		vary    string
	}{
		{"any", origin.Any(), []string{"https://x.example"}, "*", ""},
		{"any without an origin", origin.Any(), nil, "*", ""},
		{"listed", listed, []string{"https://app.example"}, "https://app.example", "Origin"},
		{"stranger", listed, []string{"https://x.example"}, "", "Origin"},
		{"sandboxed page", listed, []string{"null"}, "", "Origin"},
		{"no origin", listed, nil, "", "Origin"},
		{"two", listed, []string{"https://app.example", "https://x.example"}, "", "Origin"},
		{"none listed", origin.Policy{}, []string{"https://app.example"}, "", ""},
		{"own", origin.Policy{}, []string{"http://api.example"}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			if tt.policy.CORS(w, from("api.example", tt.origins...)) {
				t.Error("a GET is answered")
			}
			h := w.Header()
			if h.Get("Access-Control-Allow-Origin") != tt.allow || h.Get("Vary") != tt.vary || h.Get("Access-Control-Allow-Methods") != "" {
				t.Errorf("GET has %v", h)
			}
			w = httptest.NewRecorder()
			r := from("api.example", tt.origins...)
			r.Method = http.MethodOptions
			r.Header.Set("Access-Control-Request-Method", "PATCH")
			r.Header.Set("Access-Control-Request-Headers", "authorization,x-service-method")
			done := tt.policy.CORS(w, r)
			h = w.Header()
			if !done || w.Code != http.StatusNoContent || h.Get("Access-Control-Allow-Origin") != tt.allow {
				t.Errorf("preflight = %v %d %v", done, w.Code, h)
			}
			methods, headers := h.Get("Access-Control-Allow-Methods"), h.Get("Access-Control-Allow-Headers")
			if allowed := tt.allow != ""; allowed != strings.Contains(methods, "PATCH") || allowed != (headers == "authorization,x-service-method") {
				t.Errorf("preflight allows %q, %q", methods, headers)
			}
			if h.Get("Access-Control-Allow-Credentials") != "" {
				t.Error("cookies are allowed")
			}
		})
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	h := origin.Any().Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	for method, status := range map[string]int{http.MethodGet: http.StatusTeapot, http.MethodOptions: http.StatusNoContent} {
		w, r := httptest.NewRecorder(), from("api.example")
		r.Method = method
		h.ServeHTTP(w, r)
		if w.Code != status || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s answered %d %v", method, w.Code, w.Header())
		}
	}
}

// FuzzAllowed holds the parser against net/url: what is allowed has the host
// of the list or of the request there, too.
func FuzzAllowed(f *testing.F) {
	for _, o := range []string{"https://app.example", "https://app.example:443", "null", "https://[::1]:80", "https://me@app.example", "a://b"} {
		f.Add(o, "api.example:443")
		f.Add(o, "[::1]")
	}
	p := policy(f, "https://app.example")
	f.Fuzz(func(t *testing.T, o, host string) {
		if !p.Allowed(from(host, o)) {
			return
		}
		u, err := url.Parse(o)
		if err != nil || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("%q is allowed: %v", o, err)
		}
		named := (&url.URL{Host: host}).Hostname()
		if got := u.Hostname(); !strings.EqualFold(got, "app.example") && !strings.EqualFold(got, named) && !sameAddress(got, named) {
			t.Errorf("%q is allowed at %q", o, host)
		}
	})
}

func sameAddress(a, b string) bool {
	x, err := netip.ParseAddr(a)
	y, err2 := netip.ParseAddr(b)
	return err == nil && err2 == nil && x == y
}

func TestListsAndFirst(t *testing.T) {
	t.Parallel()
	listed := policy(t, "HTTPS://App.example:443, http://localhost:5173,http://[::1]:80, http://127.0.0.1")
	if got := listed.First(); got != "https://app.example" {
		t.Errorf("First = %q", got)
	}
	for _, c := range []struct {
		name, exact, anyPort string
	}{
		{"https://APP.example", "https://app.example", "https://app.example"},
		{"https://app.example:8443", "", ""},
		{"http://localhost:5173", "http://localhost:5173", "http://localhost:5173"},
		{"http://localhost:3000", "", "http://localhost:3000"},
		{"http://127.0.0.1:9", "", "http://127.0.0.1:9"},
		{"http://[0::1]", "http://[::1]", "http://[::1]"},
		{"http://[::1]:9", "", "http://[::1]:9"},
		{"https://localhost:5173", "", ""},
		{"http://127.0.0.2", "", ""},
		{"http://localhost.evil.com", "", ""},
		{"http://localhost:5173/", "", ""},
		{"null", "", ""},
	} {
		for p, want := range map[*origin.Policy]string{&listed: c.exact, new(listed.AnyPort()): c.anyPort} {
			if got, ok := p.Lists(c.name); got != want || ok != (want != "") {
				t.Errorf("Lists(%q) = %q, %v; want %q", c.name, got, ok, want)
			}
		}
	}
	for name, p := range map[string]origin.Policy{"none": {}, "any": origin.Any()} {
		if _, ok := p.Lists("https://app.example"); ok || p.First() != "" {
			t.Errorf("%s: lists an origin, or has a first", name)
		}
	}
}

func TestWithAddsTheOriginOfAnAddress(t *testing.T) {
	t.Parallel()
	before := policy(t, "https://app.example")
	after, err := before.With("https://Chat.example/base?x")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := before.Lists("https://chat.example"); ok {
		t.Error("With changed the policy that it was called on")
	}
	if got, ok := after.Lists("https://chat.example"); !ok || after.First() != "https://app.example" {
		t.Errorf("Lists = %q, %v; First = %q", got, ok, after.First())
	}
	if p, err := origin.Any().With("https://chat.example"); err != nil || !p.IsAny() {
		t.Errorf("any with one more: %v, %v", p.IsAny(), err)
	}
	if p, err := (origin.Policy{}).With("http://127.0.0.1:3030"); err != nil || p.First() != "" || !p.Allowed(from("x", "http://127.0.0.1:3030")) {
		t.Errorf("none with one more: %q, %v", p.First(), err)
	}
	for _, bad := range []string{"", "chat.example", "https://", "ftp://chat.example", "https://me@chat.example", "https://chat example"} {
		if _, err := before.With(bad); err == nil {
			t.Errorf("With(%q) gives no error", bad)
		}
	}
}
