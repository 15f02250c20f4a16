package auth_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

// Auth makes and reads the tokens of logins elsewhere.
var _ oauth.Tokens = (*auth.Auth)(nil)

// named is a strategy with a name and fields.
type named struct {
	name   string
	fields []record.Field
}

func (n named) Name() string           { return n.name }
func (n named) Fields() []record.Field { return n.fields }
func (named) Authenticate(context.Context, auth.Credentials) (*auth.Proof, error) {
	return nil, runtime.NotAuthenticated("nobody")
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	schema := userSchema()
	users := &runtime.Service{Path: "users", Schema: schema, Store: memory.New(schema)}
	tokens := tokensAt(t, nil)
	noID := record.NewSchema("users", "", nil, nil)
	text := record.Field{Name: "text", Type: record.String}
	for want, o := range map[string]auth.Options{
		"no tokens":              {Users: users},
		"no service of users":    {Tokens: tokens},
		"with a store and an id": {Tokens: tokens, Users: &runtime.Service{Path: "users", Schema: noID, Store: memory.New(schema)}},
		"can not be accessToken": {Tokens: tokens, Users: users, Entity: "accessToken"},
		`"jwt" is there twice`:   {Tokens: tokens, Users: users, Strategies: []auth.Strategy{named{"jwt", nil}}},
		`"a" is there twice`:     {Tokens: tokens, Users: users, Strategies: []auth.Strategy{named{"a", nil}, named{"a", nil}}},
		`"" is there twice`:      {Tokens: tokens, Users: users, Strategies: []auth.Strategy{named{"", nil}}},
		"field text":             {Tokens: tokens, Users: users, Strategies: []auth.Strategy{named{"a", []record.Field{text}}, named{"b", []record.Field{{Name: "text", Type: record.Int}}}}},
		"more than 128":          {Tokens: tokens, Users: users, Strategies: []auth.Strategy{named{"a", manyFields(127)}}},
	} {
		if _, err := auth.New(runtime.New(runtime.Options{}), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New = %v, want an error with %q", err, want)
		}
	}
	app := runtime.New(runtime.Options{})
	shared := []auth.Strategy{named{"a", []record.Field{text}}, named{"b", []record.Field{text}}}
	if _, err := auth.New(app, auth.Options{Users: users, Tokens: tokens, Strategies: shared}); err != nil {
		t.Fatal(err)
	}
	if _, err := auth.New(app, auth.Options{Users: users, Tokens: tokens}); err == nil {
		t.Error("a second New of the app succeeds")
	}
}

func manyFields(n int) []record.Field {
	fields := make([]record.Field, n)
	for i := range fields {
		fields[i] = record.Field{Name: "f" + record.IntValue(int64(i)).String(), Type: record.String}
	}
	return fields
}

// badge is a strategy without tokens, by a header of its own. A user who has
// lost the badge is let in no more.
type badge struct {
	named
	w    *world
	mu   sync.Mutex
	lost bool
}

func (b *badge) AuthenticateHeader(ctx context.Context, h http.Header) (*auth.Proof, error) {
	if h.Get("Badge") == "" {
		return nil, nil
	}
	return b.prove(ctx)
}

func (b *badge) Renew(ctx context.Context, _ *runtime.Identity) (*auth.Proof, error) {
	return b.prove(ctx)
}

func (b *badge) prove(ctx context.Context) (*auth.Proof, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lost {
		return nil, runtime.NotAuthenticated("the badge is lost")
	}
	user, err := b.w.users.Store.Get(ctx, record.IntValue(2), everything)
	return &auth.Proof{User: user, NoToken: true}, err
}

func TestOwnStrategyByHeader(t *testing.T) {
	t.Parallel()
	b := &badge{named: named{name: "badge"}}
	w := newWorld(t, func(o *auth.Options) { o.Strategies = append(o.Strategies, b) })
	b.w = w
	w.expect("GET /notes", "", 200, "[]", "Badge", "1")
	s := w.connect("Badge", "1")
	if id := s.Identity(); id.Strategy != "badge" || !id.Has("admin") || id.Token != "" {
		t.Errorf("identity = %v with roles %v", id, id.Roles)
	}
	s.expect("find notes", "", "[]")
	b.mu.Lock()
	b.lost = true
	b.mu.Unlock()
	s.expect("find notes", "", refused("the badge is lost", ""))
	w.expect("GET /notes", "", 401, refused("the badge is lost", ""), "Badge", "1")
}

// claimant is a strategy whose tokens have a claim of their own.
type claimant struct {
	named
	w *world
}

func (c *claimant) Authenticate(ctx context.Context, _ auth.Credentials) (*auth.Proof, error) {
	user, err := c.w.users.Store.Get(ctx, record.IntValue(2), everything)
	return &auth.Proof{User: user, Claims: []token.Claim{{Name: "team", Value: []byte(`"red"`)}}}, err
}

func TestOwnClaims(t *testing.T) {
	t.Parallel()
	c := &claimant{named: named{name: "claim"}}
	w := newWorld(t, func(o *auth.Options) { o.Strategies = append(o.Strategies, c) })
	c.w = w
	_, body := w.do("POST /authentication", `{"strategy":"claim"}`)
	if !strings.Contains(body, `"sub":"2"`) || !strings.Contains(body, `,"team":"red"}}`) {
		t.Errorf("login = %s", body)
	}
}

func TestManyLoginsOfOneConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	tokens := []string{withToken(w.issue(1)), withToken(w.issue(2)), `{"strategy":"apikey","apiKey":"` + w.key(`["*"]`) + `"}`}
	s := w.connect()
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			for range 20 {
				s.call("create authentication", tokens[i%3])
				s.call("find notes", "")
				if i%4 == 0 {
					s.call("remove authentication", "")
				}
			}
		})
	}
	all.Wait()
	s.call("create authentication", tokens[0])
	s.expect("find notes", "", "[]")
}

func BenchmarkAuthenticate(b *testing.B) {
	w := newWorld(b, nil)
	for name, h := range map[string]http.Header{
		"jwt":    {"Authorization": {"Bearer " + w.issue(1)}},
		"apikey": {"X-Api-Key": {w.key(`["notes:*"]`)}},
		"none":   {},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.auth.Authenticate(b.Context(), h); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRenew(b *testing.B) {
	w := newWorld(b, nil)
	for name, s := range map[string]*socket{
		"jwt":    w.connect("Authorization", w.issue(1)),
		"apikey": w.connect("X-Api-Key", w.key(`["notes:*"]`)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			id := s.Identity()
			for b.Loop() {
				if _, err := w.auth.Renew(b.Context(), id); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
