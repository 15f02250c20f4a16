package runtime_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

var userSchema = recordtest.Schema("users",
	record.Field{Name: "name", Type: record.String, Required: true},
	record.Field{Name: "email", Type: record.String, Required: true},
	record.Field{Name: "role", Type: record.String, Default: record.StringValue("member"), Enum: []string{"admin", "member"}},
)

// Fields of userSchema and paperSchema.
const (
	_ = iota
	userName
	userEmail
	userRole
)

var paperSchema = recordtest.Schema("papers",
	record.Field{Name: "text", Type: record.String},
	record.Field{Name: "author", Type: record.Int, Ref: "users", ReadOnly: true},
	record.Field{Name: "grade", Type: record.Int, Default: record.IntValue(0)},
	record.Field{Name: "draft", Type: record.String},
)

const (
	_ = iota
	paperText
	paperAuthor
	paperGrade
	paperDraft
)

// names is an Authenticator that believes the header Name.
type names struct{ users *runtime.Service }

func (n names) Authenticate(ctx context.Context, h http.Header) (*runtime.Identity, error) {
	name := h.Get("Name")
	if name == "" {
		return nil, nil
	}
	page, err := n.users.Store.Find(ctx, &query.Query{Where: query.Is(userName, record.StringValue(name)), Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(page.Records) == 0 {
		return nil, runtime.NotAuthenticated("nobody is called %s", name)
	}
	id := &runtime.Identity{User: page.Records[0], Roles: []string{page.Records[0].Value(userRole).Str()}}
	if h.Get("Only") != "" {
		id.Covers = func(s *runtime.Service, m runtime.Method) bool { return s.Path+":"+string(m) == h.Get("Only") }
	}
	return id, nil
}

func (n names) Concerns(schema *record.Schema) bool { return schema == userSchema }

func (n names) Renew(ctx context.Context, id *runtime.Identity) (*runtime.Identity, error) {
	found, err := n.users.Store.Get(ctx, id.UserID(), query.Cond{})
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, runtime.NotFound("nobody has the id %s", id.UserID())
	}
	now := *id
	now.User, now.Roles = found, []string{found.Value(userRole).Str()}
	return &now, nil
}

// guarded returns an app with users and papers, where ann and bob are members,
// eve is an admin, and each has written a paper.
func guarded(t testing.TB, change func(papers *runtime.Service)) *runtime.App {
	t.Helper()
	app := runtime.New(runtime.Options{Logger: discard})
	users := &runtime.Service{Path: "users", Schema: userSchema, Store: memory.New(userSchema), Methods: everyMethod,
		Owner:    record.Fields(0),
		Access:   map[runtime.Method]runtime.Access{runtime.Create: {Public: true}, runtime.Patch: {Owner: true}, runtime.Update: {Owner: true}},
		Visible:  map[int]runtime.Viewers{userEmail: {Owner: true, Roles: []string{"admin"}}},
		Writable: map[int][]string{userRole: {"admin"}},
		Publish:  func(context.Context, *runtime.Event, *runtime.Call) []string { return []string{"everybody"} },
	}
	papers := &runtime.Service{Path: "papers", Schema: paperSchema, Store: memory.New(paperSchema), Methods: everyMethod,
		Multi: []runtime.Method{runtime.Create, runtime.Patch, runtime.Remove}, Owner: record.Fields(paperAuthor)}
	if change != nil {
		change(papers)
	}
	for _, s := range []*runtime.Service{users, papers} {
		if err := app.Use(s); err != nil {
			t.Fatal(err)
		}
	}
	app.SetAuthenticator(names{users})
	for i, name := range []string{"ann", "bob", "eve"} {
		role := map[string]string{"eve": "admin"}[name]
		user := userSchema.Default()
		user.SetValue(userName, record.StringValue(name))
		user.SetValue(userEmail, record.StringValue(name+"@example.com"))
		if role != "" {
			user.SetValue(userRole, record.StringValue(role))
		}
		paper := paperSchema.Default()
		paper.SetValue(paperText, record.StringValue("by "+name))
		paper.SetValue(paperAuthor, record.IntValue(int64(i+1)))
		paper.SetValue(paperDraft, record.StringValue("draft of "+name))
		for s, rec := range map[*runtime.Service]record.Record{users: user, papers: paper} {
			if err := s.Store.Create(t.Context(), rec); err != nil {
				t.Fatal(err)
			}
		}
	}
	return app
}

// as makes one call as a REST client with a name does, "" for nobody. what is
// "method path id?query".
func as(t testing.TB, app *runtime.App, name, what, body string) string {
	t.Helper()
	target, q, _ := strings.Cut(what, "?")
	words := strings.Fields(target)
	req := &runtime.Request{Service: app.Service(words[1]), Method: runtime.Method(words[0]), Body: []byte(body)}
	if len(words) > 2 {
		req.ID = record.StringValue(words[2])
	}
	var err error
	if req.Params.Query, err = query.ParseString(q); err != nil {
		t.Fatal(err)
	}
	req.Params.Provider, req.Params.Headers = "test", http.Header{}
	if name, only, ok := strings.Cut(name, " only "); name != "" {
		req.Params.Headers.Set("Name", name)
		if ok {
			req.Params.Headers.Set("Only", only)
		}
	}
	c, err := app.Handle(t.Context(), req)
	if err != nil {
		e := runtime.ErrorOf(err)
		return e.Name + " " + e.Message + string(e.Data)
	}
	return string(c.AppendResult(nil))
}

// step is a call by somebody, with a part of what is answered.
type step struct{ name, what, body, want string }

func run(t *testing.T, app *runtime.App, steps []step) {
	t.Helper()
	for _, s := range steps {
		if got := as(t, app, s.name, s.what, s.body); !strings.Contains(got, s.want) {
			t.Errorf("%s: %s %s = %s, want %s", s.name, s.what, s.body, got, s.want)
		}
	}
}

func TestUsersOnlyMayCallWhatNothingIsSaidAbout(t *testing.T) {
	t.Parallel()
	run(t, guarded(t, nil), []step{
		{"", "find papers", "", "NotAuthenticated Not authenticated"},
		{"mallory", "find papers", "", "NotAuthenticated nobody is called mallory"},
		{"ann", "get papers 2", "", `"text":"by bob"`},
		{"", "create papers", `{"unknown":1}`, "NotAuthenticated Not authenticated"},
	})
}

func TestBadCredentialsDoNotMatterWhereNoneAreNeeded(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(s *runtime.Service) { s.Access = map[runtime.Method]runtime.Access{runtime.Find: {Public: true}} })
	run(t, app, []step{{"mallory", "find papers", "", "by ann"}, {"", "find papers", "", "by ann"}})
}

func TestRolesOpenMethods(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(s *runtime.Service) {
		s.Access = map[runtime.Method]runtime.Access{runtime.Remove: {Roles: []string{"admin"}}}
	})
	run(t, app, []step{
		{"", "remove papers 1", "", "NotAuthenticated"},
		{"ann", "remove papers 1", "", "Forbidden"},
		{"eve", "remove papers 1", "", "by ann"},
	})
}

func TestOwnersReachTheirRecordsOnly(t *testing.T) {
	t.Parallel()
	own := runtime.Access{Owner: true, Roles: []string{"admin"}}
	app := guarded(t, func(s *runtime.Service) {
		s.Access = map[runtime.Method]runtime.Access{}
		for _, m := range everyMethod {
			s.Access[m] = own
		}
	})
	run(t, app, []step{
		{"ann", "find papers", "", `[{"id":1,"text":"by ann","author":1,"grade":0,"draft":"draft of ann"}]`},
		{"ann", "find papers ?$or[0][author]=2&$or[1][author]=3", "", `[]`},
		{"ann", "find papers ?author=2", "", `[]`},
		{"ann", "get papers 2", "", "NotFound"},
		{"ann", "patch papers 2", `{"text":"mine"}`, "NotFound"},
		{"ann", "update papers 2", `{"text":"mine"}`, "NotFound"},
		{"ann", "remove papers 2", "", "NotFound"},
		{"ann", "patch papers", `{"text":"all"}`, `[{"id":1,"text":"all","author":1,"grade":0,"draft":"draft of ann"}]`},
		{"eve", "get papers 2", "", "by bob"},
		{"eve", "find papers", "", `"author":2`},
		{"ann", "remove papers", "", `[{"id":1,`},
		{"eve", "find papers", "", `"author":2`},
	})
}

func TestCreatedRecordsBelongToWhoeverMadeThem(t *testing.T) {
	t.Parallel()
	run(t, guarded(t, nil), []step{
		{"bob", "create papers", `{"text":"new"}`, `"author":2`},
		{"bob", "create papers", `[{"text":"a"},{"text":"b"}]`, `"text":"b","author":2`},
		{"bob", "create papers", `{"text":"new","author":1}`, "BadRequest"},
		{"bob", "patch papers 2", `{"author":1}`, "BadRequest"},
		{"bob", "update papers 2", `{"text":"x","author":1}`, "BadRequest"},
		{"bob", "update papers 2", `{"text":"x"}`, `"author":2`},
	})
}

func TestPoliciesDecideWithTheDataBeforeThem(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(s *runtime.Service) {
		s.Access = map[runtime.Method]runtime.Access{
			runtime.Create: {Policy: true}, runtime.Find: {Policy: true}, runtime.Remove: {Policy: true, Roles: []string{"admin"}},
		}
		s.Policy = func(_ context.Context, c *runtime.Call) error {
			switch {
			case c.Method == runtime.Find:
				c.Query.And(query.Is(paperGrade, record.IntValue(0)))
				return nil
			case c.Method == runtime.Create && c.Data[0].Value(paperText).Str() == "please":
				return nil
			}
			return runtime.Forbidden("the policy says no")
		}
	})
	run(t, app, []step{
		{"", "create papers", `{"text":"please"}`, `"please"`},
		{"bob", "create papers", `{"text":"now"}`, "Forbidden the policy says no"},
		{"bob", "remove papers 1", "", "Forbidden the policy says no"},
		{"eve", "remove papers 1", "", "by ann"},
		{"", "find papers", "", "by bob"},
	})
}

func TestFieldsAreShownToWhomTheyAreVisibleOnly(t *testing.T) {
	t.Parallel()
	run(t, guarded(t, nil), []step{
		{"ann", "get users 1", "", `{"id":1,"name":"ann","email":"ann@example.com","role":"member"}`},
		{"ann", "get users 2", "", `{"id":2,"name":"bob","role":"member"}`},
		{"ann", "find users ?$select[]=email", "", `[{"id":1,"email":"ann@example.com"},{"id":2},{"id":3}]`},
		{"eve", "get users 2", "", `"email":"bob@example.com"`},
		{"ann", "find users ?email=bob@example.com", "", "BadRequest"},
		{"ann", "find users ?$or[0][email][$gt]=b", "", "BadRequest"},
		{"ann", "find users ?$sort[email]=1", "", "BadRequest"},
		{"eve", "find users ?email=bob@example.com", "", `"name":"bob"`},
		{"", "create users", `{"name":"new","email":"new@example.com"}`, `{"id":4,"name":"new","role":"member"}`},
	})
}

func TestFieldsAreWrittenByRolesThatMayOnly(t *testing.T) {
	t.Parallel()
	run(t, guarded(t, nil), []step{
		{"", "create users", `{"name":"x","email":"x","role":"admin"}`, "BadRequest"},
		{"ann", "patch users 1", `{"role":"admin"}`, "BadRequest"},
		{"ann", "update users 1", `{"name":"ann","email":"a","role":"admin"}`, "BadRequest"},
		{"eve", "create users", `{"name":"y","email":"y","role":"admin"}`, `"role":"admin"`},
		{"eve", "update users 3", `{"name":"eve","email":"e"}`, `"role":"member"`}, // back to its default: she may
	})
}

func TestUpdateLeavesWhatTheUserMayNotWrite(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(s *runtime.Service) { s.Writable = map[int][]string{paperGrade: {"admin"}} })
	run(t, app, []step{
		{"eve", "patch papers 1", `{"grade":5}`, `"grade":5`},
		{"ann", "update papers 1", `{"text":"again"}`, `{"id":1,"text":"again","author":1,"grade":5`},
	})
}

func TestCredentialsCoverWhatTheySayOnly(t *testing.T) {
	t.Parallel()
	run(t, guarded(t, nil), []step{
		{"ann only papers:find", "find papers", "", "by ann"},
		{"ann only papers:find", "get papers 1", "", "Forbidden"},
		{"ann only papers:find", "create users", `{"name":"n","email":"n"}`, `"name":"n"`}, // public: as nobody
	})
}

func TestCallsFromGoAreNotAskedWhoTheyAre(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	c := &runtime.Call{Service: app.Service("papers"), Method: runtime.Get, ID: record.IntValue(2)}
	if err := app.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func TestRulesForWhatIsNotThereAreRefused(t *testing.T) {
	t.Parallel()
	for what, s := range map[string]*runtime.Service{
		"no method": {Access: map[runtime.Method]runtime.Access{"fly": {}}},
		"no owner":  {Access: map[runtime.Method]runtime.Access{runtime.Get: {Owner: true}}},
		"no seal":   {Sealed: record.Fields(paperText)},
		"no policy": {Access: map[runtime.Method]runtime.Access{runtime.Get: {Policy: true}}},
	} {
		s.Path, s.Schema, s.Store = "s", paperSchema, memory.New(paperSchema)
		if err := runtime.New(runtime.Options{}).Use(s); err == nil {
			t.Errorf("%s: Use = nil, want an error", what)
		}
	}
}

func TestPolicyAndOwnerAreAlternatives(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(s *runtime.Service) {
		s.Access = map[runtime.Method]runtime.Access{runtime.Get: {Policy: true, Owner: true}}
		s.Policy = func(_ context.Context, c *runtime.Call) error {
			if c.Params.Identity.Has("admin") {
				return nil
			}
			return runtime.Forbidden("no")
		}
	})
	run(t, app, []step{
		{"", "get papers 1", "", "Forbidden no"},
		{"ann", "get papers 1", "", "by ann"},
		{"ann", "get papers 2", "", "NotFound"},
		{"eve", "get papers 1", "", "by ann"},
	})
}

func TestPolicyThatPanicsFailsTheCallAlone(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(s *runtime.Service) {
		s.Access = map[runtime.Method]runtime.Access{runtime.Get: {Policy: true}}
		s.Policy = func(context.Context, *runtime.Call) error { panic("mistake") }
	})
	run(t, app, []step{{"ann", "get papers 1", "", "GeneralError"}})
}

func TestGoCodeWritesWhatOnlySomeRolesMay(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	user := userSchema.Default()
	user.SetValue(userName, record.StringValue("ann"))
	user.SetValue(userEmail, record.StringValue("a"))
	user.SetValue(userRole, record.StringValue("admin"))
	c := &runtime.Call{Service: app.Service("users"), Method: runtime.Update, ID: record.IntValue(1), Data: []record.Record{user}}
	if err := app.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if got := c.Result.Records[0].Value(userRole).Str(); got != "admin" {
		t.Errorf("role = %s, want admin", got)
	}
}
