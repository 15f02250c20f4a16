package oauth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

// options are those of an app whose provider is never asked.
func options(t testing.TB) oauth.Options {
	t.Helper()
	schema := userSchema()
	users := &runtime.Service{Path: "users", Schema: schema, Store: memory.New(schema)}
	app := runtime.New(runtime.Options{})
	if err := app.Use(users); err != nil {
		t.Fatal(err)
	}
	return oauth.Options{
		App: app, Users: users, Tokens: tokens{app, users}, Secret: cookieSecret, BaseURL: "http://app.example.com",
		Providers: []oauth.Provider{{Name: "here", ClientID: clientID, ClientSecret: clientSecret,
			AuthURL: "https://p.example.com/a", TokenURL: "https://p.example.com/t", ProfileURL: "https://p.example.com/p"}},
	}
}

func plain(t testing.TB) *oauth.Handler {
	t.Helper()
	h, err := oauth.New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// serve asks the handler itself. headers are pairs.
func serve(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://app.example.com/", http.NoBody)
	path, query, _ := strings.Cut(path, "?")
	r.URL = &url.URL{Path: path, RawQuery: query}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// begin returns where a login goes, and its cookie.
func begin(t testing.TB, h http.Handler) (to *url.URL, cookie string) {
	t.Helper()
	w := serve(h, "/oauth/here")
	to, err := w.Result().Location()
	if err != nil {
		t.Fatal(err)
	}
	return to, w.Result().Cookies()[0].String()
}

// end returns where a login ends that the user refuses, "" for one that can
// not begin.
func end(h http.Handler, redirect, referer string) string {
	headers := []string{"Referer", referer}
	if referer == "" {
		headers = nil
	}
	w := serve(h, "/oauth/here?redirect="+url.QueryEscape(redirect), headers...)
	to, err := w.Result().Location()
	if err != nil {
		return ""
	}
	cookie := w.Result().Cookies()[0].String()
	w = serve(h, "/oauth/here/callback?error=no&state="+to.Query().Get("state"), "Cookie", cookie)
	return w.Header().Get("Location")
}

func TestRedirectsStayInTheApp(t *testing.T) {
	t.Parallel()
	h := plain(t)
	for redirect, want := range map[string]string{
		"/x":                            "/x#error=no",
		"/x?to=https://a.b//c":          "/x?to=https://a.b//c#error=no",
		"/x:y@z":                        "/x:y@z#error=no",
		"/ä b\"<>":                      "/%C3%A4%20b%22%3C%3E#error=no",
		"/%20%C3%A4":                    "/%20%C3%A4#error=no",
		"/#/a":                          "/#/a?error=no",
		"/\xff":                         "/%FF#error=no",
		"//evil.example.com":            "",
		"///evil.example.com":           "",
		"/\\evil.example.com":           "",
		"\\\\evil.example.com":          "",
		"\\/evil.example.com":           "",
		"/x\\y":                         "",
		"https:evil":                    "",
		"https:/evil":                   "",
		"https://evil":                  "",
		"http://app.example.com/":       "",
		"//app.example.com/":            "",
		"javascript:alert(1)":           "",
		"data:text/html,x":              "",
		"%2f%2fevil":                    "",
		"/%2f%2fevil":                   "",
		"/%2Fevil":                      "",
		"/%5cevil":                      "",
		"/%5Cevil":                      "",
		"/\tevil":                       "",
		"/\t/evil":                      "",
		"\t//evil":                      "",
		" //evil":                       "",
		" /x":                           "",
		"/x\r\nSet-Cookie: a=b":         "",
		"/x\n":                          "",
		"/x\x00":                        "",
		"/x\x7f":                        "",
		"/%zz":                          "",
		"user@evil":                     "",
		"@evil":                         "",
		".evil.example.com":             "",
		":80@evil":                      "",
		"evil":                          "",
		"?x":                            "",
		"#x":                            "",
		"/" + strings.Repeat("x", 5000): "",
	} {
		if got := end(h, redirect, ""); got != want {
			t.Errorf("redirect %.50q ends at %.80q, want %q", redirect, got, want)
		}
	}
}

func TestLoginsEndAtTheirOrigin(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Origins = origins(t, "https://spa.example.com, http://localhost:5173, https://other.example.com:8443").AnyPort()
	h, err := oauth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ referer, want string }{
		{"", "https://spa.example.com/x#error=no"},
		{"https://spa.example.com", "https://spa.example.com/x#error=no"},
		{"https://SPA.example.com:443/a?b", "https://spa.example.com/x#error=no"},
		{"http://localhost:5173/", "http://localhost:5173/x#error=no"},
		{"http://localhost:3000/", "http://localhost:3000/x#error=no"},
		{"http://localhost/", "http://localhost/x#error=no"},
		{"https://other.example.com:8443/", "https://other.example.com:8443/x#error=no"},
		{"http://app.example.com/login", "http://app.example.com/x#error=no"},
		{"https://localhost:5173/", ""},
		{"http://127.0.0.1:5173/", ""},
		{"http://localhost.evil.com/", ""},
		{"http://localhost:1@evil.com/", ""},
		{"http://spa.example.com/", ""},
		{"https://spa.example.com:8443/", ""},
		{"https://other.example.com/", ""},
		{"https://spa.example.com.evil.com/", ""},
		{"https://evilspa.example.com/", ""},
		{"https://spa.example.com@evil.com/", ""},
		{"https://user@spa.example.com/", ""},
		{"https://evil.com/https://spa.example.com", ""},
		{"https://evil.com#@spa.example.com", ""},
		{"https://spa.example.com\\@evil.com/", ""},
		{"ftp://spa.example.com/", ""},
		{"//spa.example.com/", ""},
		{"/x", ""},
		{"null", ""},
		{"about:blank", ""},
		{"https://", ""},
		{"https://:443", ""},
	} {
		if got := end(h, "/x", c.referer); got != c.want {
			t.Errorf("from %q the login ends at %q, want %q", c.referer, got, c.want)
		}
	}
	if got := end(h, "", ""); got != "https://spa.example.com#error=no" {
		t.Errorf("without a path the login ends at %q", got)
	}
	if got := end(h, ".evil.com", ""); got != "" {
		t.Errorf("a longer host: the login ends at %q", got)
	}
}

func TestLoginsEndAtTheRedirectOfTheOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ option, asked, want string }{
		{"", "", "/#error=no"},
		{"/", "/x", "/x#error=no"},
		{"/home", "", "/home#error=no"},
		{"/home/", "/x", "/home/x#error=no"},
		{"/#/login", "/x", "/#/login/x?error=no"},
		{"https://spa.example.com", "", "https://spa.example.com#error=no"},
		{"https://spa.example.com/", "/x", "https://spa.example.com/x#error=no"},
		{"https://spa.example.com/#/in", "", "https://spa.example.com/#/in?error=no"},
		{"https://spa.example.com", ".evil.com", ""},
	} {
		o := options(t)
		o.Redirect = c.option
		h, err := oauth.New(o)
		if err != nil {
			t.Fatal(err)
		}
		if got := end(h, c.asked, ""); got != c.want {
			t.Errorf("option %q and redirect %q end at %q, want %q", c.option, c.asked, got, c.want)
		}
	}
}

// FuzzRedirect holds what is accepted against what a browser makes of it.
func FuzzRedirect(f *testing.F) {
	for _, seed := range []string{"/x", "//e", "/\\e", "/%2fe", "/x?y#z", "/\t/e", "/.//e", "/ä", "https://e"} {
		f.Add(seed)
	}
	h := plain(f)
	f.Fuzz(func(t *testing.T, redirect string) {
		got := end(h, redirect, "")
		if got == "" {
			return
		}
		base, _ := url.Parse("https://app.example.com/oauth/here/callback")
		to, err := base.Parse(got)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || to.User != nil || !strings.HasPrefix(got, "/") {
			t.Errorf("redirect %q ends at %q", redirect, got)
		}
		for _, c := range []byte(got) {
			if c <= ' ' || c >= 0x7f || c == '\\' {
				t.Errorf("redirect %q ends at %q", redirect, got)
			}
		}
	})
}
