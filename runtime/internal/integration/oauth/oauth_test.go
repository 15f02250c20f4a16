// Package oauth_test has the official client read where logins with other
// sites' accounts end.
package oauth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

// TestPoint holds one test for each point of the protocol reference that
// needs Node, by its number: go test -run 'Point/104'.
func TestPoint(t *testing.T) {
	t.Parallel()
	t.Run("104", clientReadsTheToken)
}

func clientReadsTheToken(t *testing.T) {
	t.Parallel()
	h, tokens := handler(t)
	const origin = "http://app.example.com"
	var pages []string
	for _, redirect := range []string{"", "/chat?room=1", "/app#/welcome"} {
		pages = append(pages, origin+login(t, h, redirect, "code=c"))
	}
	refused := []string{"You said no", "100% & more + #1: Zoë", "a=b&access_token=c"}
	for _, text := range refused {
		pages = append(pages, origin+login(t, h, "", "error=x&error_description="+url.QueryEscape(text)))
	}
	answers := read(t, pages)
	for i, a := range answers[:3] {
		if c, err := tokens.Verify(a.Token); err != nil || c.Subject != "1" {
			t.Errorf("%s: the client reads the token %q, which is of %q: %v", pages[i], a.Token, c.Subject, err)
		}
		if strings.Contains(a.Rest, a.Token) {
			t.Errorf("%s: the client leaves %q", pages[i], a.Rest)
		}
	}
	for i, a := range answers[3:] {
		if a.Message != refused[i] || a.Name != "OauthError" {
			t.Errorf("%s: the client reads %+v, want the error %q", pages[i+3], a, refused[i])
		}
	}
}

// site answers for a provider.
type site struct{}

func (site) RoundTrip(r *http.Request) (*http.Response, error) {
	body := `{"access_token":"t","token_type":"bearer"}`
	if r.Method == http.MethodGet {
		body = `{"id":7}`
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// users issues and reads the tokens of users.
type users struct {
	*token.Tokens
	store runtime.Store
}

func (u users) Issue(_ context.Context, user record.Record) (string, error) {
	text, _, err := u.Tokens.Issue(user.Value(0).String())
	return text, err
}

func (u users) Who(ctx context.Context, text string) (*runtime.Identity, error) {
	c, err := u.Verify(text)
	if err != nil {
		return nil, err
	}
	page, err := u.store.Find(ctx, query.All())
	if err != nil || len(page.Records) != 1 || page.Records[0].Value(0).String() != c.Subject {
		return nil, errors.New("no such user")
	}
	return &runtime.Identity{User: page.Records[0]}, nil
}

func handler(t *testing.T) (http.Handler, *token.Tokens) {
	t.Helper()
	keys, err := token.ParseKeys("a secret of thirty-two bytes or more", "")
	if err != nil {
		t.Fatal(err)
	}
	schema := recordtest.Schema("users", record.Field{Name: "githubId", Type: record.String, Unique: true, ReadOnly: true})
	service := &runtime.Service{Path: "users", Schema: schema, Store: memory.New(schema)}
	app := runtime.New(runtime.Options{})
	if err := app.Use(service); err != nil {
		t.Fatal(err)
	}
	tokens := token.New(keys, token.Options{})
	h, err := oauth.New(oauth.Options{
		App: app, Users: service, Tokens: users{tokens, service.Store}, Secret: "of the cookies", BaseURL: "http://app.example.com",
		Providers: []oauth.Provider{{Name: "github", ClientID: "id", ClientSecret: "secret"}}, Transport: site{},
		NewUser: func(context.Context, *oauth.Profile) (record.Record, error) { return schema.Default(), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, tokens
}

// login returns where a login ends that comes back with this answer.
func login(t *testing.T, h http.Handler, redirect, answer string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/oauth/github?redirect="+url.QueryEscape(redirect), http.NoBody))
	to, err := w.Result().Location()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/oauth/github/callback?"+answer+"&state="+to.Query().Get("state"), http.NoBody)
	r.AddCookie(w.Result().Cookies()[0])
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Header().Get("Location")
}

type taken struct{ Token, Message, Name, Rest string }

// read returns what the client takes from the addresses of pages.
func read(t *testing.T, pages []string) (answers []taken) {
	t.Helper()
	node := need.Command(t, "node")
	dir := t.TempDir()
	// Node looks for packages in and above the script's own folder.
	if err := os.Symlink(filepath.Join(need.NPM(t, "."), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("location.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "location.mjs"), script, 0o644); err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(pages)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "location.mjs")
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node location.mjs: %v", err)
	}
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(pages) {
		t.Fatalf("node location.mjs: %v in %s", err, out)
	}
	return answers
}
