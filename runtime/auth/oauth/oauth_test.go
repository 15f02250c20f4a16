package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

// TestPoint holds one test for each point of the protocol reference, by its
// number: go test -run 'Point/104'.
func TestPoint(t *testing.T) {
	t.Parallel()
	t.Run("104", endsInTheFragment)
}

// endsInTheFragment reads the token as @feathersjs/authentication-client does.
func endsInTheFragment(t *testing.T) {
	t.Parallel()
	for redirect, want := range map[string]string{
		"":              "/#access_token=token.1",
		"/chat":         "/chat#access_token=token.1",
		"/chat?a=1&b":   "/chat?a=1&b#access_token=token.1",
		"/chat?":        "/chat?#access_token=token.1",
		"/app#/welcome": "/app#/welcome?access_token=token.1",
	} {
		w := newWorld(t, nil)
		got := w.browser().login("/oauth/here?redirect=" + url.QueryEscape(redirect))
		if got != want {
			t.Errorf("with redirect %q the login ends at %q, want %q", redirect, got, want)
		}
		_, hash, _ := strings.Cut(got, "#")
		if m := regexp.MustCompile(`(?:\&?)access_token=([^&]*)`).FindStringSubmatch("#" + hash); m == nil || m[1] != "token.1" {
			t.Errorf("the client reads %q from #%s", m, hash)
		}
	}
}

func TestFirstLoginMakesAUserAndTheNextFindsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for range 2 {
		if got := w.browser().login("/oauth/here"); got != "/#access_token=token.1" {
			t.Errorf("the login ends at %q", got)
		}
		if id := <-w.logins; id.UserID().Int() != 1 {
			t.Errorf("logged in: user %s", id.UserID())
		}
	}
	if got, want := w.all(), `{"id":1,"name":"Ada","hereId":"7"}`; got != want {
		t.Errorf("users:\n%s, want\n%s", got, want)
	}
}

func TestAccountsOfDifferentProvidersAreDifferentUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.site.is(`{"id":7,"email":"ada@example.com","email_verified":true}`)
	w.browser().login("/oauth/here")
	got := w.browser().login("/oauth/there")
	if got != "/#error=email%20is%20already%20taken" {
		t.Errorf("an account with the email of a user ends at %q", got)
	}
	if got, want := w.all(), `{"id":1,"name":"","email":"ada@example.com","hereId":"7"}`; got != want {
		t.Errorf("users:\n%s, want\n%s", got, want)
	}
}

func TestUsersAreMadeOnceByLoginsAtTheSameTime(t *testing.T) {
	t.Parallel()
	const logins = 8
	var ready sync.WaitGroup // all have found no user before the first is made
	ready.Add(logins)
	w := newWorld(t, func(o *oauth.Options) {
		o.NewUser = func(context.Context, *oauth.Profile) (record.Record, error) {
			ready.Done()
			ready.Wait()
			return o.Users.Schema.Default(), nil
		}
	})
	var wg sync.WaitGroup
	for range logins {
		b := w.browser()
		wg.Go(func() {
			if got := b.login("/oauth/here"); got != "/#access_token=token.1" {
				t.Errorf("the login ends at %q", got)
			}
		})
	}
	wg.Wait()
	if got, want := w.all(), `{"id":1,"hereId":"7"}`; got != want {
		t.Errorf("users:\n%s, want\n%s", got, want)
	}
}

func TestLinkingGivesTheAccountToTheUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.browser().login("/oauth/here")
	w.site.is(`{"id":8}`)
	for range 2 {
		if got := w.browser().login("/oauth/there?feathers_token=token.1"); got != "/#access_token=token.1" {
			t.Errorf("the login ends at %q", got)
		}
	}
	w.site.is(`{"id":9}`)
	if got := w.browser().login("/oauth/here"); got != "/#access_token=token.2" {
		t.Errorf("the login of another ends at %q", got)
	}
	w.site.is(`{"id":8}`)
	if got := w.browser().login("/oauth/there?feathers_token=token.2"); got != "/#error=This%20there%20account%20belongs%20to%20another%20user" {
		t.Errorf("linking what another has ends at %q", got)
	}
	want := `{"id":1,"name":"Ada","hereId":"7","thereId":"8"}` + "\n" + `{"id":2,"name":"","hereId":"9"}`
	if got := w.all(); got != want {
		t.Errorf("users:\n%s, want\n%s", got, want)
	}
}

func TestLinkingIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *oauth.Options) { o.Origins = origins(t, "https://spa.example.com") })
	w.browser().login("/oauth/here")
	for _, c := range []struct {
		name, token string
		headers     []string
		status      int
	}{
		{"bad token", "nonsense", nil, 401},
		{"user who is gone", "token.99", nil, 404},
		{"another site", "token.1", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another host of the site", "token.1", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"another site that says so", "token.1", []string{"Referer", "https://evil.example.com/"}, 401},
	} {
		r := w.browser().get("/oauth/there?feathers_token="+c.token, c.headers...)
		if r.StatusCode != c.status || len(r.Cookies()) > 0 || strings.Contains(r.body, c.token) {
			t.Errorf("%s: %d %s, want %d", c.name, r.StatusCode, r.body, c.status)
		}
	}
	for _, headers := range [][]string{{"Referer", "https://spa.example.com/"}, {"Referer", w.url + "/x"}, {"Sec-Fetch-Site", "same-origin"}} {
		if r := w.browser().get("/oauth/there?feathers_token=token.1", headers...); r.StatusCode != 303 {
			t.Errorf("from %q: %d %s", headers, r.StatusCode, r.body)
		}
	}
}

func TestAUserWhoIsRemovedMeanwhileIsNotLinked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.browser().login("/oauth/here")
	b := w.browser()
	back := b.agree("/oauth/there?feathers_token=token.1")
	if err := w.app.Do(t.Context(), &runtime.Call{Service: w.users, Method: runtime.Remove, ID: record.IntValue(1)}); err != nil {
		t.Fatal(err)
	}
	if got := b.get(back).location; got != "/#error=No%20record%20found%20for%20id%20%271%27" {
		t.Errorf("the login ends at %q", got)
	}
}

func TestHooksAndEventsOfTheUsersRun(t *testing.T) {
	t.Parallel()
	var calls []string
	w := newWorld(t, func(o *oauth.Options) {
		schema := userSchema()
		o.Users = &runtime.Service{Path: "people", Schema: schema, Store: o.Users.Store, Hooks: runtime.Hooks{
			Before: map[runtime.Method][]runtime.Hook{runtime.All: {func(_ context.Context, c *runtime.Call) error {
				calls = append(calls, string(c.Method))
				if c.Method == runtime.Create {
					return runtime.Forbidden("closed & over")
				}
				return nil
			}}},
		}}
		if err := o.App.Use(o.Users); err != nil {
			t.Fatal(err)
		}
	})
	if got := w.browser().login("/oauth/here"); got != "/#error=closed%20%26%20over" {
		t.Errorf("the login ends at %q", got)
	}
	if want := []string{"find", "create"}; !slices.Equal(calls, want) {
		t.Errorf("calls %q, want %q", calls, want)
	}
}

func TestNewUserDecidesWhoComesIn(t *testing.T) {
	t.Parallel()
	const nobody = "/#error=No%20user%20has%20this%20here%20account"
	type newUser = func(context.Context, *oauth.Profile) (record.Record, error)
	for name, c := range map[string]struct {
		f    newUser
		want string
	}{
		"none":    {nil, nobody},
		"nil":     {func(context.Context, *oauth.Profile) (record.Record, error) { return nil, nil }, nobody},
		"refuses": {func(context.Context, *oauth.Profile) (record.Record, error) { return nil, runtime.Forbidden("no") }, "/#error=no"},
		"fails":   {func(context.Context, *oauth.Profile) (record.Record, error) { return nil, errors.New("marked") }, unsuccessful},
		"panics":  {func(context.Context, *oauth.Profile) (record.Record, error) { panic("marked") }, unsuccessful},
	} {
		w := newWorld(t, func(o *oauth.Options) { o.NewUser = c.f })
		if got := w.browser().login("/oauth/here"); got != c.want {
			t.Errorf("%s: the login ends at %q, want %q", name, got, c.want)
		}
		if strings.HasPrefix(c.want, "/#error") && w.all() != "" {
			t.Errorf("%s: users %s", name, w.all())
		}
	}
}

func TestNewUserDoesNotChooseTheAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *oauth.Options) {
		o.NewUser = func(context.Context, *oauth.Profile) (record.Record, error) {
			rec := o.Users.Schema.Default().(*recordtest.Row)
			rec.Set("hereId", record.StringValue("somebody else's"))
			return rec, nil
		}
	})
	w.browser().login("/oauth/here")
	if got, want := w.all(), `{"id":1,"hereId":"7"}`; got != want {
		t.Errorf("users %s, want %s", got, want)
	}
}

func TestAHookCanNotPutAnotherUserInPlace(t *testing.T) {
	t.Parallel()
	swap := func(_ context.Context, c *runtime.Call) error {
		other := c.Service.Schema.Default().(*recordtest.Row)
		other.Set("id", record.IntValue(99))
		c.Result = runtime.List([]record.Record{other})
		return nil
	}
	w := newWorld(t, func(o *oauth.Options) {
		schema := userSchema()
		o.Users = &runtime.Service{Path: "people", Schema: schema, Store: memory.New(schema),
			Hooks: runtime.Hooks{After: map[runtime.Method][]runtime.Hook{runtime.Find: {swap}}}}
		if err := o.App.Use(o.Users); err != nil {
			t.Fatal(err)
		}
	})
	if got := w.browser().login("/oauth/here"); got != unsuccessful {
		t.Errorf("the login ends at %q", got)
	}
}

func TestNewUserGetsTheProfile(t *testing.T) {
	t.Parallel()
	var got oauth.Profile
	w := newWorld(t, func(o *oauth.Options) {
		o.NewUser = func(_ context.Context, p *oauth.Profile) (record.Record, error) {
			got = *p
			return nil, nil
		}
	})
	for account, want := range map[string]oauth.Profile{
		`{"id":9007199254740993}`:   {ID: "9007199254740993"},
		`{"id":"x","sub":"y"}`:      {ID: "y"},
		`{"id":7,"sub":null}`:       {ID: "7"},
		` {"id" : -0012, "x":[{}]}`: {},
		`{"sub":"s","email":"a@b.c","email_verified":true,"name":"A","picture":"https://x/y"}`: {ID: "s", Email: "a@b.c", EmailVerified: true, Name: "A", Picture: "https://x/y"},
		`{"id":1,"login":"ada","avatar_url":"u","email":null,"email_verified":"true"}`:         {ID: "1", Name: "ada", Picture: "u", EmailVerified: true},
		`{"id":1,"email_verified":"false","email":{"x":1},"name":3,"picture":{"data":{}}}`:     {ID: "1"},
	} {
		got = oauth.Profile{}
		w.site.is(account)
		w.browser().login("/oauth/here")
		if got.ID != "" && (string(got.Raw) != account || got.Provider != "here") {
			t.Errorf("%s: of %s raw %s", account, got.Provider, got.Raw)
		}
		got.Raw, got.Provider = nil, ""
		if got.ID != want.ID || got.Email != want.Email || got.EmailVerified != want.EmailVerified || got.Name != want.Name || got.Picture != want.Picture {
			t.Errorf("%s: profile %+v, want %+v", account, got, want)
		}
	}
}

func TestTheIDOfAnAccountMayLieDeeper(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *oauth.Options) { o.Providers[0].IDPath = "data.user.id" })
	w.site.is(`{"id":1,"data":{"id":2,"user":{"id":"3"}}}`)
	w.browser().login("/oauth/here")
	if got, want := w.all(), `{"id":1,"name":"","hereId":"3"}`; got != want {
		t.Errorf("users %s, want %s", got, want)
	}
}

func TestOtherPathsAndMethods(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *oauth.Options) {
		o.Allow = func(r *http.Request) bool { return r.Header.Get("X-Test") == "" }
	})
	b := w.browser()
	const unknown = "/?error=Grant%3A%20missing%20or%20misconfigured%20provider"
	for path, want := range map[string]string{
		"/oauth/nowhere": unknown, "/oauth/": unknown, "/oauth/nowhere/callback": unknown, "/oauth/HERE": unknown,
	} {
		if r := b.get(path); r.StatusCode != 303 || r.location != want {
			t.Errorf("GET %s: %d %q, want 303 %q", path, r.StatusCode, r.location, want)
		}
	}
	if r := b.get("/oauth/here/other"); r.StatusCode != 404 || !strings.Contains(r.body, `"className":"not-found"`) {
		t.Errorf("another path: %d %s", r.StatusCode, r.body)
	}
	if r := b.get("/oauth/here", "X-Test", "1"); r.StatusCode != 429 {
		t.Errorf("too many logins: %d %s", r.StatusCode, r.body)
	}
	if r := b.get(b.agree("/oauth/here"), "X-Test", "1"); r.location != "/#access_token=token.1" {
		t.Errorf("the end of a login that was allowed to begin: %d %q", r.StatusCode, r.location)
	}
	resp, err := b.http.Post(w.url+"/oauth/here", "text/plain", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 405 || resp.Header.Get("Allow") != "GET" {
		t.Errorf("POST: %d, Allow %q", resp.StatusCode, resp.Header.Get("Allow"))
	}
}

func TestAnAddressThatTheProfileLacksIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile, emails string
		status          int
		want            string
	}{
		"primary":        {`{"id":1,"email":null}`, `[{"email":"a@x","primary":false,"verified":true},{"email":"b@x","primary":true,"verified":true}]`, 200, "b@x true"},
		"not verified":   {`{"id":1}`, `[{"email":"a@x","primary":true,"verified":false}]`, 200, " false"},
		"not shown":      {`{"id":1}`, `{"message":"Not Found"}`, 404, " false"},
		"no list":        {`{"id":1}`, `{"email":"a@x","primary":true,"verified":true}`, 200, " false"},
		"no JSON":        {`{"id":1}`, `[{"email":"a@x","primary":true,"verified":true}`, 200, " false"},
		"strange":        {`{"id":1}`, `[1,null,"a@x",[]]`, 200, " false"},
		"in the profile": {`{"id":1,"email":"c@x"}`, `[{"email":"a@x","primary":true,"verified":true}]`, 200, "c@x false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got string
			w := newWorld(t, func(o *oauth.Options) {
				o.Providers[0].EmailsURL = strings.Replace(o.Providers[0].ProfileURL, "/me", "/emails", 1)
				next := o.NewUser
				o.NewUser = func(ctx context.Context, p *oauth.Profile) (record.Record, error) {
					got = fmt.Sprint(p.Email, " ", p.EmailVerified)
					return next(ctx, p)
				}
			})
			w.site.is(c.profile)
			w.site.answers("/emails", func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer "+accessSecret {
					t.Error("the request has no token")
				}
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.emails)
			})
			if end := w.browser().login("/oauth/here"); end != "/#access_token=token.1" || got != c.want {
				t.Errorf("the login ends at %q with the address %q, want %q", end, got, c.want)
			}
		})
	}
}
