package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

const (
	servicePath = "authentication"
	jwtName     = "jwt"
)

// Options are the settings of an Auth. Users and Tokens are needed.
type Options struct {
	Users  *runtime.Service // the users; with a store, and an id field
	Tokens *token.Tokens

	// Entity is the key of the user in the answer to a login: "user". The
	// user is left out without it.
	Entity string
	// Strategies are those beside jwt, which is always there.
	Strategies []Strategy
	// Roles returns the roles of a user; nil for an app without roles.
	Roles func(user record.Record) []string
	// Logins bounds how often logins are tried from one address, whether they
	// succeed or not; nil for no bound. Tokens are not counted: they are not
	// guessed, and many clients bring theirs when a server starts.
	Logins Limiter
	// Hooks of the service authentication.
	Hooks runtime.Hooks
}

// A Limiter bounds how often callers may do something, each by itself. Allow
// may be called at any time from any goroutine. A *ratelimit.Limiter is one.
type Limiter interface {
	Allow(address string) bool
}

// Auth is the authentication of one app. Its methods may be called at the
// same time.
type Auth struct {
	app        *runtime.App
	users      *runtime.Service
	tokens     *token.Tokens
	entity     []byte
	roles      func(record.Record) []string
	logins     Limiter
	strategies map[string]Strategy
	headers    []HeaderStrategy
}

var _ runtime.Authenticator = (*Auth)(nil)

// New adds the service authentication to the app, and has the app ask the
// returned Auth who its clients are. It is called once, before the app serves.
//
// Errors tell what is wrong with the options, or that the app has a service
// authentication already.
func New(app *runtime.App, o Options) (*Auth, error) {
	a := &Auth{app: app, users: o.Users, tokens: o.Tokens, entity: entityKey(o.Entity), roles: o.Roles,
		logins: o.Logins, strategies: map[string]Strategy{}}
	if err := a.check(o); err != nil {
		return nil, fmt.Errorf("authentication: %w", err)
	}
	schema, err := newSchema(o.Strategies)
	if err != nil {
		return nil, fmt.Errorf("authentication: %w", err)
	}
	if err := app.Use(a.service(schema, o.Hooks)); err != nil {
		return nil, err
	}
	app.SetAuthenticator(a)
	return a, nil
}

// check looks at the options, and enters the strategies.
func (a *Auth) check(o Options) error {
	switch {
	case o.Tokens == nil:
		return errors.New("there are no tokens")
	case o.Users == nil || o.Users.Store == nil || o.Users.Schema.ID < 0:
		return errors.New("there is no service of users with a store and an id")
	case slices.Contains([]string{"accessToken", "authentication"}, o.Entity):
		return fmt.Errorf("the user's key can not be %s", o.Entity)
	}
	for _, s := range o.Strategies {
		if s.Name() == "" || s.Name() == jwtName || a.strategies[s.Name()] != nil {
			return fmt.Errorf("strategy %q is there twice, or has no name", s.Name())
		}
		a.strategies[s.Name()] = s
		if h, ok := s.(HeaderStrategy); ok {
			a.headers = append(a.headers, h)
		}
	}
	return nil
}

// service returns the service authentication. Everybody may create; remove
// itself tells those apart who are not logged in, in the words of Feathers.
func (a *Auth) service(schema *record.Schema, hooks runtime.Hooks) *runtime.Service {
	return &runtime.Service{
		Path:    servicePath,
		Schema:  schema,
		Methods: []runtime.Method{runtime.Create, runtime.Remove},
		Run:     map[runtime.Method]runtime.Hook{runtime.Create: a.create, runtime.Remove: a.remove},
		Hooks:   hooks,
		Access:  map[runtime.Method]runtime.Access{runtime.Create: {Public: true}, runtime.Remove: {Policy: true}},
		Policy:  func(context.Context, *runtime.Call) error { return nil },
	}
}
