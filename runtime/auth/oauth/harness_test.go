package oauth_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

const cookieSecret = "marked secret of the cookies, long enough"

// world is an app with users, a provider, and what became of logins.
type world struct {
	t      *testing.T
	site   *site
	url    string // of the app
	users  *runtime.Service
	app    *runtime.App
	logins chan *runtime.Identity

	mu  sync.Mutex
	log bytes.Buffer
}

func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

func (w *world) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

func origins(t *testing.T, list string) origin.Policy {
	t.Helper()
	p, err := origin.Parse(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func userSchema() *record.Schema {
	account := func(name string) record.Field {
		return record.Field{Name: name, Type: record.String, Unique: true, ReadOnly: true}
	}
	return recordtest.Schema("users",
		record.Field{Name: "name", Type: record.String},
		record.Field{Name: "email", Type: record.String, Unique: true},
		account("hereId"), account("thereId"),
	)
}

// newWorld starts an app whose providers here and there are one small site.
func newWorld(t *testing.T, change func(*oauth.Options)) *world {
	t.Helper()
	w := &world{t: t, site: newSite(t), logins: make(chan *runtime.Identity, 64)}
	schema := userSchema()
	w.users = &runtime.Service{Path: "users", Schema: schema, Store: memory.New(schema)}
	w.app = runtime.New(runtime.Options{Logger: slog.New(slog.NewTextHandler(w, nil))})
	if err := w.app.Use(w.users); err != nil {
		t.Fatal(err)
	}
	w.app.OnLogin(func(_ context.Context, id *runtime.Identity, _ *runtime.Connection) { w.logins <- id })
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w.url = server.URL
	here := oauth.Provider{Name: "here", ClientID: clientID, ClientSecret: clientSecret, Scopes: []string{"me"},
		AuthURL: w.site.url + "/authorize", TokenURL: w.site.url + "/token", ProfileURL: w.site.url + "/me"}
	there := here
	there.Name = "there"
	o := oauth.Options{
		App: w.app, Users: w.users, Tokens: tokens{w.app, w.users}, Secret: cookieSecret, BaseURL: w.url,
		Providers: []oauth.Provider{here, there}, NewUser: w.newUser,
	}
	if change != nil {
		change(&o)
	}
	h, err := oauth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/oauth/", h)
	return w
}

func (w *world) newUser(_ context.Context, p *oauth.Profile) (record.Record, error) {
	rec := w.users.Schema.Default().(*recordtest.Row)
	rec.Set("name", record.StringValue(p.Name))
	if p.Email != "" {
		rec.Set("email", record.StringValue(p.Email))
	}
	return rec, nil
}

// tokens issues tokens that anybody could make.
type tokens struct {
	app   *runtime.App
	users *runtime.Service
}

func (k tokens) Issue(ctx context.Context, user record.Record) (string, error) {
	k.app.LoggedIn(ctx, &runtime.Identity{User: user}, nil)
	return "token." + user.Value(0).String(), nil
}

func (k tokens) Who(ctx context.Context, token string) (*runtime.Identity, error) {
	id, ok := k.users.Schema.Fields[0].Parse(strings.TrimPrefix(token, "token."))
	if !ok {
		return nil, runtime.NotAuthenticated("jwt malformed")
	}
	user, err := k.users.Store.Get(ctx, id, query.Cond{})
	if err != nil || user == nil {
		return nil, runtime.NotFound("No record found for id '%s'", id)
	}
	return &runtime.Identity{User: user, Strategy: "jwt", Token: record.Secret(token)}, nil
}

// all returns the users as JSON, each on a line.
func (w *world) all() string {
	w.t.Helper()
	page, err := w.users.Store.Find(w.t.Context(), query.All())
	if err != nil {
		w.t.Fatal(err)
	}
	var lines []string
	for _, rec := range page.Records {
		lines = append(lines, string(rec.AppendJSON(nil, rec.Schema().Shown)))
	}
	return strings.Join(lines, "\n")
}

// browser follows no redirects by itself.
type browser struct {
	*world
	http *http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	transport := &http.Transport{}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &browser{w, &http.Client{Jar: jar, CheckRedirect: stay, Transport: transport}}
}

type reply struct {
	*http.Response
	body     string
	location string
}

// get asks for an address, or for a path of the app. headers are pairs.
func (b *browser) get(address string, headers ...string) reply {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.url + address
	}
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		b.t.Fatal(err)
	}
	return reply{resp, body.String(), resp.Header.Get("Location")}
}

// agree goes from the app to the provider, and returns the address to which
// the provider sends the browser back.
func (b *browser) agree(path string, headers ...string) string {
	b.t.Helper()
	start := b.get(path, headers...)
	if start.StatusCode != http.StatusSeeOther || !strings.HasPrefix(start.location, b.site.url) {
		b.t.Fatalf("GET %s: %d to %q %s", path, start.StatusCode, start.location, start.body)
	}
	return b.get(start.location).location
}

// login returns where a login ends.
func (b *browser) login(path string, headers ...string) string {
	b.t.Helper()
	return b.get(b.agree(path, headers...)).location
}

// with returns an address with another value in its query.
func with(t *testing.T, address, key, value string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}
