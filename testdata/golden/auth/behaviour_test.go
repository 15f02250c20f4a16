// Package behaviour_test uses the generated project as clients do. It is
// copied into the project when that is tested, and is no part of it.
package behaviour_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/forum/internal/gen/app"
	"example.com/forum/internal/gen/apptest"
	"example.com/forum/internal/gen/config"
	"example.com/forum/internal/gen/model"
	"example.com/forum/internal/gen/rooms"
	"example.com/forum/internal/gen/users"
	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
)

const secret, password = "thirty-two bytes or more of a secret", "correct horse"

// with returns a user with a role.
func with(t *testing.T, a *runtime.App, role model.UserRole) *model.User {
	t.Helper()
	user := apptest.User(t, a)
	user.Role = role
	patched, err := users.Of(a).Patch(t.Context(), user.ID, user, model.UserFieldRole)
	if err != nil {
		t.Fatal(err)
	}
	return patched
}

func TestEachMethodIsForWhomTheSpecNames(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	message := apptest.Message(t, a)
	author, err := users.Of(a).Get(t.Context(), message.Author)
	if err != nil {
		t.Fatal(err)
	}
	member, editor, admin := apptest.User(t, a), with(t, a, model.UserRoleEditor), with(t, a, model.UserRoleAdmin)
	one, me := fmt.Sprint("/messages/", message.ID), fmt.Sprint("/users/", member.ID)
	for _, c := range []struct {
		who                *model.User
		method, path, body string
		want               int
	}{
		{nil, "GET", "/rooms", "", 200},
		{nil, "POST", "/rooms", `{"name":"a"}`, 401},
		{member, "POST", "/rooms", `{"name":"a"}`, 403},
		{editor, "POST", "/rooms", `{"name":"a"}`, 201},
		{nil, "GET", "/messages", "", 403},
		{admin, "GET", "/messages", "", 403},
		{nil, "PATCH", one, `{"text":"b"}`, 401},
		{member, "PATCH", one, `{"text":"b"}`, 404},
		{author, "PATCH", one, `{"text":"b"}`, 200},
		{editor, "PATCH", one, `{"text":"c"}`, 200},
		{nil, "POST", "/users", `{"email":"new@example.com","password":"long enough"}`, 201},
		{nil, "POST", "/users", `{"email":"bad@example.com"}`, 400},
		{nil, "POST", "/users", `{"email":"bad@example.com","password":""}`, 400},
		{nil, "POST", "/users", `{"email":"bad@example.com","password":"long enough","role":"admin"}`, 400},
		{member, "PATCH", me, `{"name":"Me"}`, 200},
		{member, "PATCH", me, `{"role":"admin"}`, 400},
		{member, "PATCH", me, `{"team":7}`, 400},
		{member, "PATCH", me, `{"githubId":"1"}`, 400},
		{editor, "PATCH", me, `{"name":"You"}`, 404},
		{admin, "PATCH", me, `{"team":7}`, 200},
	} {
		if got, answer := apptest.Call(t, a, c.who, c.method, c.path, c.body); got != c.want {
			t.Errorf("%s %s %s by %v = %d %s, want %d", c.method, c.path, c.body, cmp.Or(c.who, &model.User{}).Role, got, answer, c.want)
		}
	}
}

func TestRecordsShowWhatTheirViewerMaySee(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	user, admin := apptest.User(t, a), with(t, a, model.UserRoleAdmin)
	path := fmt.Sprint("/users/", user.ID)
	for _, c := range []struct {
		who  *model.User
		want bool
	}{{apptest.User(t, a), false}, {user, true}, {admin, true}} {
		_, answer := apptest.Call(t, a, c.who, "GET", path, "")
		if got := strings.Contains(answer, user.Email); got != c.want {
			t.Errorf("%s shows the address: %v, want %v", answer, got, c.want)
		}
	}
}

func TestRecordsBelongToWhoCreatesThem(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	one, other := apptest.User(t, a), apptest.User(t, a)
	_, made := apptest.Call(t, a, one, "POST", "/drafts", `{"text":"mine"}`)
	if want := fmt.Sprintf(`"by":%d`, one.ID); !strings.Contains(made, want) {
		t.Errorf("create answers %s, want %s in it", made, want)
	}
	for who, want := range map[*model.User]string{one: `"total":1`, other: `"total":0`} {
		if _, found := apptest.Call(t, a, who, "GET", "/drafts", ""); !strings.Contains(found, want) {
			t.Errorf("find by user %d answers %s, want %s in it", who.ID, found, want)
		}
	}
}

// client is the end of a connection that nothing is sent to.
type client struct{}

func (client) Deliver(*runtime.Event) {}
func (client) Expired()               {}

func TestAConnectionJoinsTheChannelsOfItsUser(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	user, team := apptest.User(t, a), int64(7)
	user.Team, user.Rooms = &team, []int64{apptest.Room(t, a).ID, apptest.Room(t, a).ID}
	if _, err := users.Of(a).Patch(t.Context(), user.ID, user, model.UserFieldTeam, model.UserFieldRooms); err != nil {
		t.Fatal(err)
	}
	id, err := a.Identify(t.Context(), http.Header{"Authorization": {apptest.Token(t, user)}})
	if err != nil {
		t.Fatal(err)
	}
	c := a.Connect(runtime.Handshake{Provider: "socketio", Identity: id}, client{})
	t.Cleanup(c.Disconnect)
	want := []string{"authenticated", "everybody", "roles/member", fmt.Sprint("rooms/", user.Rooms[0]),
		fmt.Sprint("rooms/", user.Rooms[1]), "teams/7", fmt.Sprint("users/", user.ID)}
	if got := c.Channels(); !slices.Equal(got, want) {
		t.Errorf("a user is in %q, want %q", got, want)
	}
	if got := users.Caller(&runtime.Params{Identity: c.Identity()}); got == nil || got.ID != user.ID {
		t.Errorf("Caller = %v, want user %d", got, user.ID)
	}
	c.Logout(t.Context())
	if got := c.Channels(); !slices.Equal(got, []string{"everybody"}) || users.Caller(&runtime.Params{}) != nil {
		t.Errorf("after the logout it is in %q, want everybody", got)
	}
}

func TestAKeyActsForItsUserInTheBoundsOfItsScopes(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	user := apptest.User(t, a)
	var made struct{ Key string }
	status, answer := apptest.Call(t, a, user, "POST", "/api-keys", `{"name":"robot","scopes":["rooms:find"]}`)
	if err := json.Unmarshal([]byte(answer), &made); err != nil || status != 201 || !strings.HasPrefix(made.Key, "forum_") {
		t.Fatalf("create = %d %s, %v; want a key", status, answer, err)
	}
	if _, found := apptest.Call(t, a, user, "GET", "/api-keys", ""); strings.Contains(found, made.Key) {
		t.Errorf("find shows the key: %s", found)
	}
	id, err := a.Identify(t.Context(), http.Header{"X-Api-Key": {made.Key}})
	if err != nil || id.User.(*model.User).ID != user.ID {
		t.Fatalf("Identify = %v, %v; want user %d", id, err, user.ID)
	}
	service := a.Service(rooms.Path)
	if !id.Covers(service, runtime.Find) || id.Covers(service, runtime.Create) {
		t.Error("the key covers other methods than its scopes say")
	}
}

// settings sets the environment of an app in production.
func settings(t *testing.T, more map[string]string) {
	for name, value := range map[string]string{"APP_ENV": "production", "JWT_SECRET": secret, "PUBLIC_URL": "https://forum.example",
		"OAUTH_GITHUB_ID": "1", "OAUTH_GITHUB_SECRET": password, "OAUTH_INTRANET_ID": "2", "OAUTH_INTRANET_SECRET": password} {
		t.Setenv(name, value)
	}
	for name, value := range more {
		t.Setenv(name, value)
	}
}

func TestProductionRefusesToBeUnsafe(t *testing.T) {
	for name, c := range map[string]struct{ variable, value, want string }{
		"no secret":                {"JWT_SECRET", "", "JWT_SECRET"},
		"a short secret":           {"JWT_SECRET", "secret", "32 bytes"},
		"no address":               {"PUBLIC_URL", "", "PUBLIC_URL"},
		"a short secret of OAuth":  {"OAUTH_SECRET", "secret", "OAUTH_SECRET"},
		"a provider without an id": {"OAUTH_GITHUB_ID", "", "OAUTH_GITHUB_ID"},
	} {
		t.Run(name, func(t *testing.T) {
			settings(t, map[string]string{c.variable: c.value})
			if _, err := config.FromEnv(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("FromEnv with %s=%q gives %v, want an error about %s", c.variable, c.value, err, c.want)
			}
		})
	}
}

func TestAllWrongSettingsAreNamed(t *testing.T) {
	settings(t, map[string]string{"JWT_SECRET": "", "PUBLIC_URL": "", "OAUTH_GITHUB_ID": "", "OAUTH_INTRANET_SECRET": "", "PORT": "x"})
	_, err := config.FromEnv()
	for _, want := range []string{"JWT_SECRET", "PUBLIC_URL", "OAUTH_SECRET", "OAUTH_GITHUB_ID", "OAUTH_INTRANET_ID", "PORT"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("FromEnv = %v, want it to name %s", err, want)
		}
	}
}

func TestTheAddressOfTheAppIsItsOwnOrigin(t *testing.T) {
	settings(t, nil)
	cfg, err := config.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), "GET", "http://10.0.0.7:3030/", nil)
	for origin, want := range map[string]bool{"https://forum.example": true, "https://other.example": false} {
		r.Header.Set("Origin", origin)
		if got := cfg.Origins.Allowed(r); got != want {
			t.Errorf("behind a proxy a page of %s is allowed: %v, want %v", origin, got, want)
		}
	}
}

func TestProductionWarnsOfWhatIsOpen(t *testing.T) {
	settings(t, map[string]string{"PUBLIC_URL": "http://forum.example", "ORIGINS": "*"})
	cfg, err := config.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	cfg.Warn(slog.New(slog.NewTextHandler(&log, nil)))
	for _, want := range []string{"PUBLIC_URL", "ORIGINS"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s:\n%s", want, log.String())
		}
	}
}

func TestSettingsShowNoSecrets(t *testing.T) {
	settings(t, nil)
	cfg, err := config.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Origins.IsAny() || cfg.Temporary || cfg.Unset != nil {
		t.Errorf("production has what development has: %+v", cfg)
	}
	if text := fmt.Sprintf("%v %+v %#v", cfg, cfg, cfg); strings.Contains(text, secret) || strings.Contains(text, password) {
		t.Errorf("settings print their secrets: %s", text)
	}
}

func TestDevelopmentNeedsNoSettings(t *testing.T) {
	settings(t, map[string]string{"APP_ENV": "", "JWT_SECRET": "", "PUBLIC_URL": "", "OAUTH_GITHUB_ID": "", "OAUTH_GITHUB_SECRET": ""})
	cfg, err := config.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	if !cfg.Origins.IsAny() || !cfg.Temporary || !slices.Equal(cfg.Unset, []string{"github"}) || cfg.OAuth.BaseURL != "http://127.0.0.1:3030" {
		t.Errorf("FromEnv = %+v", cfg)
	}
}

// provider is a site whose only account is number 7.
func provider(t *testing.T, profile string) string {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"access_token":"x","token_type":"bearer"}`)
	})
	mux.HandleFunc("GET /profile", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, profile)
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site.URL
}

// loginElsewhere runs the app, and returns it with where a login ends that
// uses an account with this profile.
func loginElsewhere(t *testing.T, profile string) (*runtime.App, *url.URL) {
	t.Helper()
	site := provider(t, profile)
	settings(t, map[string]string{"PUBLIC_URL": "http://localhost:3030", "OAUTH_INTRANET_AUTH_URL": site + "/auth",
		"OAUTH_INTRANET_TOKEN_URL": site + "/token", "OAUTH_INTRANET_PROFILE_URL": site + "/profile"})
	cfg, err := config.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	a, logins, err := app.New(t.Context(), app.Options{Logger: slog.New(slog.DiscardHandler), DB: db, Tokens: cfg.Tokens, Logins: cfg.Logins})
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := app.OAuth(a, logins, cfg.OAuth)
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string, cookies []*http.Cookie) (*url.URL, []*http.Cookie) {
		r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		accounts.ServeHTTP(w, r)
		location, err := w.Result().Location()
		if err != nil {
			t.Fatalf("GET %s = %d %s, %v", path, w.Code, w.Body, err)
		}
		return location, w.Result().Cookies()
	}
	login, cookies := get("/oauth/intranet", nil)
	end, _ := get("/oauth/intranet/callback?code=x&state="+url.QueryEscape(login.Query().Get("state")), cookies)
	return a, end
}

func TestAnAccountElsewhereBecomesAUser(t *testing.T) {
	long := strings.Repeat("Seven ", 10)
	a, end := loginElsewhere(t, `{"id":7,"email":"seven@example.com","name":"`+long+`"}`)
	token, ok := strings.CutPrefix(end.Fragment, "access_token=")
	if !ok {
		t.Fatalf("the login ends at %s", end)
	}
	id, err := a.Identify(t.Context(), http.Header{"Authorization": {token}})
	if err != nil {
		t.Fatal(err)
	}
	user := id.User.(*model.User)
	if user.Email != "seven@example.com" || user.Name == nil || *user.Name != long[:40] || user.IntranetID == nil || *user.IntranetID != "7" {
		t.Errorf("the user is %+v", user)
	}
}

func TestAnAccountWithoutAnAddressIsToldSo(t *testing.T) {
	_, end := loginElsewhere(t, `{"id":7,"name":"Seven"}`)
	if want := "error=your intranet account shows no email address, and users need one here"; end.Fragment != want {
		t.Errorf("the login ends at %q, want %q", end.Fragment, want)
	}
}
