package auth_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
)

const (
	secret   = "a secret of thirty-two bytes or more"
	plain    = "correct horse battery staple"
	jwtData  = `{"name":"JsonWebTokenError"}`
	ann, eve = "ann@example.com", "eve@example.com"
)

// hash is what is stored of plain: bcrypt, as cheap as it gets.
const hash = "$2a$04$5VXG2WVLAGU2f3dfBtTQ5OeJeTZRJ8T2j4nqhxl3JaAtWbrWv4F1i"

// The fields of users.
const (
	userID = iota
	userEmail
	userPassword
	userRole
	userNote
)

func userSchema() *record.Schema {
	return recordtest.Schema("users",
		record.Field{Name: "email", Type: record.String, Required: true, Unique: true},
		record.Field{Name: "password", Type: record.String, WriteOnly: true},
		record.Field{Name: "role", Type: record.String, Default: record.StringValue("member")},
		record.Field{Name: "note", Type: record.String},
	)
}

// The fields of keys.
const (
	_ = iota
	keyUser
	keyScopes
	keyKey
	keyHash
	keyExpires
)

func keySchema() *record.Schema {
	return recordtest.Schema("api-keys",
		record.Field{Name: "user", Type: record.Int, Ref: "users", Required: true},
		record.Field{Name: "scopes", Type: record.String, List: true, Required: true},
		record.Field{Name: "key", Type: record.String, Nullable: true, ReadOnly: true},
		record.Field{Name: "hash", Type: record.String, Required: true, Unique: true, ReadOnly: true, WriteOnly: true},
		record.Field{Name: "expiresAt", Type: record.Time, Nullable: true},
	)
}

// A world is an app with users ann, a member, and eve, an admin, who have the
// same password, and bob, who has none; with notes, and with API keys.
type world struct {
	t     testing.TB
	app   *runtime.App
	auth  *auth.Auth
	users *runtime.Service
	rest  http.Handler
	log   *log

	mu     sync.Mutex
	logins []string
}

var everyMethod = []runtime.Method{runtime.Find, runtime.Get, runtime.Create, runtime.Update, runtime.Patch, runtime.Remove}

func newWorld(t testing.TB, change func(*auth.Options)) *world {
	t.Helper()
	w := &world{t: t, log: new(log)}
	w.app = runtime.New(runtime.Options{Logger: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	users, notes, keys := userSchema(), recordtest.Schema("notes", record.Field{Name: "text", Type: record.String}), keySchema()
	w.users = &runtime.Service{Path: "users", Schema: users, Store: memory.New(users), Methods: everyMethod, Owner: record.Fields(userID),
		Visible: map[int]runtime.Viewers{userNote: {Owner: true}}}
	keyService := &runtime.Service{Path: "api-keys", Schema: keys, Store: memory.New(keys), Methods: everyMethod, Owner: record.Fields(keyUser),
		Access: map[runtime.Method]runtime.Access{}, Publish: toAll}
	for _, m := range everyMethod {
		keyService.Access[m] = runtime.Access{Owner: true}
	}
	apiKeys := auth.NewAPIKeys(auth.APIKeyOptions{Keys: keyService, Users: w.users,
		User: keyUser, Scopes: keyScopes, Key: keyKey, Hash: keyHash, Expires: keyExpires})
	keyService.Hooks.Around = map[runtime.Method][]runtime.AroundHook{runtime.Create: {apiKeys.Issue}}
	w.use(w.users, keyService, &runtime.Service{Path: "notes", Schema: notes, Store: memory.New(notes), Methods: everyMethod, Publish: toAll})
	o := auth.Options{Users: w.users, Entity: "user", Tokens: tokensAt(t, nil),
		Strategies: []auth.Strategy{auth.Local(auth.LocalOptions{Users: w.users, Username: userEmail, Password: userPassword}), apiKeys},
		Roles:      func(user record.Record) []string { return []string{user.Value(userRole).Str()} }}
	if change != nil {
		change(&o)
	}
	var err error
	if w.auth, err = auth.New(w.app, o); err != nil {
		t.Fatalf("New: %v", err)
	}
	w.app.OnLogin(func(_ context.Context, id *runtime.Identity, c *runtime.Connection) { w.note("login", id, c) })
	w.app.OnLogout(func(_ context.Context, id *runtime.Identity, c *runtime.Connection) { w.note("logout", id, c) })
	w.rest = rest.New(w.app, rest.Options{})
	w.add(ann, hash, "member")
	w.add(eve, hash, "admin")
	w.add("bob@example.com", "", "member")
	return w
}

func toAll(context.Context, *runtime.Event, *runtime.Call) []string { return []string{"all"} }

func (w *world) use(services ...*runtime.Service) {
	w.t.Helper()
	for _, s := range services {
		if err := w.app.Use(s); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) add(email, hash, role string) record.Record {
	w.t.Helper()
	user := w.users.Schema.New().(*recordtest.Row)
	user.Set("email", record.StringValue(email))
	if hash != "" {
		user.Set("password", record.StringValue(hash))
	}
	user.Set("role", record.StringValue(role))
	user.Set("note", record.StringValue("seen by its owner"))
	if err := w.users.Store.Create(w.t.Context(), user); err != nil {
		w.t.Fatal(err)
	}
	return user
}

func (w *world) note(what string, id *runtime.Identity, c *runtime.Connection) {
	where := "rest"
	if c != nil {
		where = c.Provider
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logins = append(w.logins, strings.Join([]string{what, id.Strategy, id.User.Value(userEmail).Str(), where}, " "))
}

// noted returns what the OnLogin and OnLogout functions were told since the
// last time.
func (w *world) noted() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := strings.Join(w.logins, ", ")
	w.logins = nil
	return list
}

// tokensAt returns tokens of a clock; nil is the real one.
func tokensAt(t testing.TB, now func() time.Time) *token.Tokens {
	t.Helper()
	keys, err := token.ParseKeys(secret, "")
	if err != nil {
		t.Fatal(err)
	}
	return token.New(keys, token.Options{Now: now})
}

// do sends a request written as "VERB target" with headers and a body, and
// returns the status with the body.
func (w *world) do(request, body string, headers ...string) (int, string) {
	w.t.Helper()
	verb, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequestWithContext(w.t.Context(), verb, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	w.rest.ServeHTTP(answer, r)
	return answer.Code, answer.Body.String()
}

// expect sends a request and compares what is answered.
func (w *world) expect(request, body string, status int, want string, headers ...string) {
	w.t.Helper()
	if got, text := w.do(request, body, headers...); got != status || text != want {
		w.t.Errorf("%s %s %q = %d %s\nwant %d %s", request, body, headers, got, text, status, want)
	}
}

// login logs in over REST and returns the token.
func (w *world) login(email string) string {
	w.t.Helper()
	status, body := w.do("POST /authentication", local(email, plain))
	text, ok := strings.CutPrefix(body, `{"accessToken":"`)
	if status != 201 || !ok {
		w.t.Fatalf("login of %s answered %d %s", email, status, body)
	}
	text, _, _ = strings.Cut(text, `"`)
	return text
}

// issue returns a token of a user without a password's slow comparison.
func (w *world) issue(id int64) string {
	w.t.Helper()
	user, err := w.users.Store.Get(w.t.Context(), record.IntValue(id), everything)
	if err != nil || user == nil {
		w.t.Fatalf("user %d: %v, %v", id, user, err)
	}
	text, err := w.auth.Issue(w.t.Context(), user)
	if err != nil {
		w.t.Fatal(err)
	}
	w.noted()
	return text
}

func local(email, password string) string {
	return `{"strategy":"local","email":"` + email + `","password":"` + password + `"}`
}

func withToken(text string) string {
	return `{"strategy":"jwt","accessToken":"` + text + `"}`
}

func refused(message, data string) string {
	if data != "" {
		data = `,"data":` + data
	}
	return `{"name":"NotAuthenticated","message":"` + message + `","code":401,"className":"not-authenticated"` + data + `}`
}

func gone(id string) string {
	return `{"name":"NotFound","message":"No record found for id '` + id + `'","code":404,"className":"not-found"}`
}

const (
	noStrategy      = "Invalid authentication information (no `strategy` set)"
	unknownStrategy = "Invalid authentication information (strategy not allowed in authStrategies)"
	annSeen         = `{"id":1,"email":"ann@example.com","role":"member","note":"seen by its owner"}`
)

// A socket is a client of a connection, without a transport.
type socket struct {
	*runtime.Connection
	world   *world
	events  chan string
	expired chan struct{}
}

// connect connects a client with headers.
func (w *world) connect(headers ...string) *socket {
	w.t.Helper()
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	id, err := w.app.Identify(w.t.Context(), h)
	if err != nil {
		w.t.Fatalf("Identify(%v): %v", h, err)
	}
	s := &socket{world: w, events: make(chan string, 100), expired: make(chan struct{}, 1)}
	s.Connection = w.app.Connect(runtime.Handshake{Provider: "socket", Headers: h, Identity: id}, s)
	s.Join("all")
	return s
}

// Deliver keeps the event.
func (s *socket) Deliver(e *runtime.Event) { s.events <- e.Path + " " + e.Name + " " + string(e.Data) }

// Expired tells that the login is over.
func (s *socket) Expired() { s.expired <- struct{}{} }

// call calls "method service id" with data and returns what is answered.
func (s *socket) call(what, body string) string {
	s.world.t.Helper()
	words := strings.Fields(what)
	req := &runtime.Request{Service: s.world.app.Service(words[1]), Method: runtime.Method(words[0]), Body: []byte(body)}
	if len(words) > 2 {
		req.ID = record.StringValue(words[2])
	}
	req.Params = runtime.Params{Provider: s.Provider, Headers: s.Headers, Address: s.Address, Connection: s.Connection}
	c, err := s.world.app.Handle(s.world.t.Context(), req)
	if err != nil {
		return string(runtime.ErrorOf(err).AppendJSON(nil))
	}
	return string(c.AppendResult(nil))
}

// expect calls and compares what is answered.
func (s *socket) expect(what, body, want string) {
	s.world.t.Helper()
	if got := s.call(what, body); got != want {
		s.world.t.Errorf("%s %s = %s\nwant %s", what, body, got, want)
	}
}

// log is what was logged.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*log)(nil)

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
