package oauth_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
)

const unsuccessful = "/#error=OAuth%20Authentication%20not%20successful"

func TestTheCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	r := w.browser().get("/oauth/here?redirect=/marked-path")
	cookies := r.Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies %v", cookies)
	}
	c := cookies[0]
	if c.Name != "feathers.oauth" || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 600 {
		t.Errorf("cookie %+v", c)
	}
	if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("header %v", r.Header)
	}
	to, err := url.Parse(r.location)
	if err != nil {
		t.Fatal(err)
	}
	q := to.Query()
	if len(q.Get("state")) < 22 || len(q.Get("code_challenge")) != 43 || q.Get("redirect_uri") != w.url+"/oauth/here/callback" || q.Get("scope") != "me" {
		t.Errorf("sent to %s", to)
	}

	w = newWorld(t, func(o *oauth.Options) { o.BaseURL = "https://Chat.example.com/" })
	r = w.browser().get("/oauth/here")
	if c := r.Cookies()[0]; c.Name != "__Host-feathers.oauth" || !c.Secure {
		t.Errorf("over https: cookie %+v", c)
	}
	if !strings.Contains(r.location, url.QueryEscape("https://Chat.example.com/oauth/here/callback")) {
		t.Errorf("over https: sent to %s", r.location)
	}
}

func TestACallbackBelongsToTheBrowserThatBegan(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const refused = `{"name":"NotAuthenticated","message":"No valid oAuth response. You must initiate the oAuth flow from the authorize endpoint.","code":401,"className":"not-authenticated"}`
	b := w.browser()
	back := b.agree("/oauth/here")
	bare := w.url + "/oauth/here/callback"
	for name, r := range map[string]reply{
		"another browser":      w.browser().get(back),
		"another state":        b.get(with(t, back, "state", "x")),
		"no state":             b.get(with(t, back, "state", "")),
		"nothing at all":       b.get(bare),
		"error without state":  b.get(bare + "?error=access_denied"),
		"another provider":     b.get(strings.Replace(back, "/here/", "/there/", 1)),
		"cookie cut":           w.browser().get(back, "Cookie", "feathers.oauth=AAAA"),
		"cookie not base64":    w.browser().get(back, "Cookie", "feathers.oauth=!"),
		"cookie much too long": w.browser().get(back, "Cookie", "feathers.oauth="+strings.Repeat("A", 20000)),
	} {
		if r.StatusCode != 401 || r.body != refused || len(r.Cookies()) > 0 {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
		}
	}
	if n := w.site.times("/token"); n > 0 {
		t.Errorf("the provider was asked %d times", n)
	}
	if r := b.get(back); r.location != "/#access_token=token.1" {
		t.Errorf("the browser's own callback: %d %q", r.StatusCode, r.location)
	}
	if r := b.get(back); r.StatusCode != 401 {
		t.Errorf("the same once more: %d %q", r.StatusCode, r.location)
	}
}

func TestACookieOfAnotherAppIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	other := newWorld(t, func(o *oauth.Options) { o.Secret = "another" })
	b := w.browser()
	back := b.agree("/oauth/here")
	u, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	cookie := b.http.Jar.Cookies(u)[0].String()
	if r := other.browser().get(strings.Replace(back, w.url, other.url, 1), "Cookie", cookie); r.StatusCode != 401 {
		t.Errorf("%d %s", r.StatusCode, r.location)
	}
	// A client that keeps the cookie can not use the code again.
	for _, want := range []string{"/#access_token=token.1", unsuccessful} {
		if got := w.browser().get(back, "Cookie", cookie).location; got != want {
			t.Errorf("the login ends at %q, want %q", got, want)
		}
	}
}

func TestASessionEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := plain(t)
		to, cookie := begin(t, h)
		callback := "/oauth/here/callback?error=access_denied&state=" + to.Query().Get("state")
		time.Sleep(10*time.Minute - time.Second)
		if r := serve(h, callback, "Cookie", cookie); r.Code != 303 || r.Header().Get("Location") != "/#error=access_denied" {
			t.Errorf("in its last second: %d %q", r.Code, r.Header().Get("Location"))
		}
		time.Sleep(2 * time.Second)
		if r := serve(h, callback, "Cookie", cookie); r.Code != 401 {
			t.Errorf("after its end: %d", r.Code)
		}
	})
}

func TestAProviderThatRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for query, want := range map[string]string{
		"error=access_denied":                               "/#error=access_denied",
		"error=access_denied&error_description=You+said+no": "/#error=You%20said%20no",
		"error=a%26access_token=b":                          "/#error=a%26access_token%3Db",
		"error=%0d%0aSet-Cookie:x%00%ff":                    "/#error=Set-Cookie%3Ax",
		"error=%00":                                         "/#error=No%20valid%20oAuth%20response",
		"error=" + strings.Repeat("x", 10000):               "/#error=" + strings.Repeat("x", 200),
		"":                                                  "/#error=No%20valid%20oAuth%20response",
		"code=" + strings.Repeat("x", 10000):                "/#error=No%20valid%20oAuth%20response",
	} {
		b := w.browser()
		back, err := url.Parse(b.agree("/oauth/here"))
		if err != nil {
			t.Fatal(err)
		}
		back.RawQuery = query + "&state=" + back.Query().Get("state")
		if r := b.get(back.String()); r.location != want {
			t.Errorf("%.60s: the login ends at %.100q, want %.100q", query, r.location, want)
		}
	}
	if n := w.site.times("/token"); n > 0 {
		t.Errorf("the provider was asked %d times", n)
	}
}

func TestHostileProviders(t *testing.T) {
	t.Parallel()
	body := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, text)
		}
	}
	endless := func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte(strings.Repeat(" ", 64<<10))
		for { // until the client has had enough
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	redirect := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/stolen", http.StatusTemporaryRedirect)
	}
	fails := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, `{"error":%q,"error_description":%q}`, clientSecret, clientSecret)
	}
	drops := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for _, c := range []struct {
		name, path string
		f          http.HandlerFunc
	}{
		{"token: 500", "/token", fails},
		{"token: not JSON", "/token", body(accessSecret)},
		{"token: none", "/token", body(`{"token_type":"bearer"}`)},
		{"token: endless", "/token", endless},
		{"token: elsewhere", "/token", redirect},
		{"token: dropped", "/token", drops},
		{"token: with a line break", "/token", body(`{"access_token":"a\r\nX: y","token_type":"bearer"}`)},
		{"profile: 500", "/me", fails},
		{"profile: huge", "/me", body(`{"id":1,"x":"` + strings.Repeat("x", 256<<10) + `"}`)},
		{"profile: endless", "/me", endless},
		{"profile: elsewhere", "/me", redirect},
		{"profile: dropped", "/me", drops},
		{"profile: deep", "/me", body(`{"id":1,"x":` + strings.Repeat("[", 100000) + strings.Repeat("]", 100000) + `}`)},
		{"profile: empty", "/me", body(``)},
		{"profile: null", "/me", body(`null`)},
		{"profile: list", "/me", body(`[{"id":1}]`)},
		{"profile: cut", "/me", body(`{"id":1`)},
		{"profile: more behind", "/me", body(`{"id":1}{"id":2}`)},
		{"no id", "/me", body(`{}`)},
		{"id null", "/me", body(`{"id":null}`)},
		{"id empty", "/me", body(`{"id":""}`)},
		{"id true", "/me", body(`{"id":true}`)},
		{"id object", "/me", body(`{"id":{"id":1}}`)},
		{"id no whole number", "/me", body(`{"id":1.5}`)},
		{"id with an exponent", "/me", body(`{"id":1e3}`)},
		{"id too long", "/me", body(`{"id":"` + strings.Repeat("x", 256) + `"}`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.site.answers(c.path, c.f)
			if got := w.browser().login("/oauth/here"); got != unsuccessful {
				t.Errorf("the login ends at %q", got)
			}
			log := w.logged()
			if !strings.Contains(log, "oauth login failed") || !strings.Contains(log, "provider=here") {
				t.Errorf("log: %s", log)
			}
			for _, secret := range []string{accessSecret, clientSecret, cookieSecret, "code0"} {
				if strings.Contains(log, secret) {
					t.Errorf("the log shows %q: %s", secret, log)
				}
			}
			if n := w.site.times("/stolen"); n > 0 {
				t.Errorf("a redirect was followed")
			}
			if got := w.all(); got != "" {
				t.Errorf("users %s", got)
			}
		})
	}
}

func TestASlowProviderIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/token", "/me"} {
		w := newWorld(t, func(o *oauth.Options) { o.Timeout = 50 * time.Millisecond })
		over := make(chan struct{})
		w.site.answers(path, func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-over:
			}
		})
		if got := w.browser().login("/oauth/here"); got != unsuccessful {
			t.Errorf("%s: the login ends at %q", path, got)
		}
		close(over)
	}
}

func TestACodeOfAnotherLoginIsOfNoUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	stolen, err := url.Parse(w.browser().agree("/oauth/here"))
	if err != nil {
		t.Fatal(err)
	}
	thief := w.browser()
	back := with(t, thief.agree("/oauth/here"), "code", stolen.Query().Get("code"))
	if got := thief.get(back).location; got != unsuccessful {
		t.Errorf("the login ends at %q", got)
	}
	if log := w.logged(); !strings.Contains(log, "400 invalid_grant") || strings.Contains(log, clientSecret) {
		t.Errorf("log: %s", log)
	}
}
