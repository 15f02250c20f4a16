package auth_test

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
)

// An Invitation lets the first user in who brings the code.
type Invitation struct {
	Users *runtime.Service
	Code  string
}

// Name is what clients give as strategy.
func (*Invitation) Name() string { return "invitation" }

// Fields are what clients give beside it.
func (*Invitation) Fields() []record.Field {
	return []record.Field{{Name: "code", Type: record.String}}
}

// Authenticate returns the user that the code stands for.
func (i *Invitation) Authenticate(ctx context.Context, given auth.Credentials) (*auth.Proof, error) {
	if subtle.ConstantTimeCompare([]byte(given.Text("code")), []byte(i.Code)) == 0 {
		return nil, runtime.NotAuthenticated("Invalid login")
	}
	user, err := i.Users.Store.Get(ctx, record.IntValue(1), query.Cond{})
	if err != nil {
		return nil, err
	}
	if user == nil {
		return nil, runtime.NotAuthenticated("Invalid login")
	}
	return &auth.Proof{User: user}, nil
}

// A strategy of one's own: clients log in with a code.
func ExampleStrategy() {
	schema := recordtest.Schema("users", record.Field{Name: "name", Type: record.String})
	users := &runtime.Service{Path: "users", Schema: schema, Store: memory.New(schema), Methods: []runtime.Method{runtime.Create}}
	app := runtime.New(runtime.Options{})
	if err := app.Use(users); err != nil {
		fmt.Println(err)
		return
	}
	keys, err := token.ParseKeys("a secret of 32 bytes or more, from the environment", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = auth.New(app, auth.Options{
		Users:      users,
		Tokens:     token.New(keys, token.Options{}),
		Strategies: []auth.Strategy{&Invitation{users, "open sesame"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ann := schema.New()
	ann.SetValue(1, record.StringValue("ann"))
	if err := users.Store.Create(context.Background(), ann); err != nil {
		fmt.Println(err)
		return
	}
	for _, code := range []string{"open sesame", "open barley"} {
		r := httptest.NewRequest("POST", "/authentication", strings.NewReader(`{"strategy":"invitation","code":"`+code+`"}`))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		rest.New(app, rest.Options{}).ServeHTTP(w, r)
		fmt.Println(code, w.Code)
	}
	// Output:
	// open sesame 201
	// open barley 401
}
