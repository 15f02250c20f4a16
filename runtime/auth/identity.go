package auth

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Authenticate finds out who sent the headers: whom the access token in
// Authorization names, or else the first strategy that finds credentials. It
// returns nil without an error when there are none.
func (a *Auth) Authenticate(ctx context.Context, h http.Header) (*runtime.Identity, error) {
	if text := bearer(h.Get("Authorization")); text != "" {
		return a.Who(ctx, text)
	}
	for _, s := range a.headers {
		proof, err := s.AuthenticateHeader(ctx, h)
		if err != nil {
			return nil, err
		}
		if proof != nil {
			return a.identity(s.Name(), proof), nil
		}
	}
	return nil, nil
}

// bearer returns the token of an Authorization header, "" for none. As in
// Feathers, the scheme has "bearer" or "jwt" in it, in any letter case; other
// schemes are not ours, and a single word is the token itself.
func bearer(header string) string {
	scheme, rest, two := strings.Cut(strings.TrimSpace(header), " ")
	if !two {
		return scheme
	}
	const longest = 64 // of a scheme that is looked at
	if len(scheme) > longest {
		return ""
	}
	scheme = strings.ToLower(scheme)
	if !strings.Contains(scheme, "bearer") && !strings.Contains(scheme, "jwt") {
		return ""
	}
	text, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	return text
}

// Who returns whom an access token names.
//
// It returns NotAuthenticated for a token that is no good, and NotFound for a
// user who is no more.
func (a *Auth) Who(ctx context.Context, text string) (*runtime.Identity, error) {
	id, _, err := a.verify(ctx, text)
	return id, err
}

// verify also returns the token's payload.
func (a *Auth) verify(ctx context.Context, text string) (*runtime.Identity, []byte, error) {
	if text == "" {
		return nil, nil, runtime.NotAuthenticated("No access token")
	}
	claims, err := a.tokens.Verify(text)
	if err != nil {
		return nil, nil, err
	}
	if claims.Subject == "" {
		return nil, nil, runtime.NotFound("No record found for id 'undefined'")
	}
	key, ok := a.users.Schema.Fields[a.users.Schema.ID].Parse(claims.Subject)
	if !ok {
		return nil, nil, noUser(claims.Subject)
	}
	user, err := a.user(ctx, key)
	if err != nil {
		return nil, nil, err
	}
	return a.known(jwtName, user, text, claims), claims.Payload, nil
}

// Issue logs a user in whose identity was proved elsewhere: it makes an access
// token and runs the app's OnLogin functions, as for a login over REST.
func (a *Auth) Issue(ctx context.Context, user record.Record) (string, error) {
	id, _, err := a.issue(jwtName, &Proof{User: user})
	if err != nil {
		return "", err
	}
	a.app.LoggedIn(ctx, id, nil)
	return string(id.Token), nil
}

// issue makes an access token. It also returns the token's payload.
func (a *Auth) issue(strategy string, proof *Proof) (*runtime.Identity, []byte, error) {
	text, claims, err := a.tokens.Issue(proof.User.Value(a.users.Schema.ID).String(), proof.Claims...)
	if err != nil {
		return nil, nil, err
	}
	return a.known(strategy, proof.User, text, claims), claims.Payload, nil
}

// known returns the identity of a user with a token.
func (a *Auth) known(strategy string, user record.Record, text string, claims token.Claims) *runtime.Identity {
	return &runtime.Identity{User: user, Strategy: strategy, Token: record.Secret(text), Expires: claims.Expires, Roles: a.rolesOf(user)}
}

// identity returns the identity that a proof without a token makes.
func (a *Auth) identity(strategy string, p *Proof) *runtime.Identity {
	return &runtime.Identity{User: p.User, Strategy: strategy, Expires: p.Expires, Roles: a.rolesOf(p.User),
		Covers: p.Covers, Credential: p.Credential}
}

// Concerns reports whether a schema is that of the users, or of credentials
// that a strategy keeps.
func (a *Auth) Concerns(schema *record.Schema) bool {
	if schema == a.users.Schema {
		return true
	}
	for _, s := range a.strategies {
		if k, ok := s.(Keeper); ok && k.Credentials() == schema {
			return true
		}
	}
	return false
}

// Renew checks that an identity has not ended, and loads the user anew. A
// token's signature is not looked at again: the keys are what they were.
func (a *Auth) Renew(ctx context.Context, id *runtime.Identity) (*runtime.Identity, error) {
	if !id.Expires.IsZero() && !time.Now().Before(id.Expires) {
		return nil, expired(id)
	}
	if id.Token == "" {
		if s, ok := a.strategies[id.Strategy].(Renewer); ok {
			proof, err := s.Renew(ctx, id)
			if err != nil {
				return nil, err
			}
			return a.identity(id.Strategy, proof), nil
		}
	}
	user, err := a.user(ctx, id.User.Value(a.users.Schema.ID))
	if err != nil {
		return nil, err
	}
	now := *id
	now.User, now.Roles = user, a.rolesOf(user)
	return &now, nil
}

// expired returns the error of an identity that ended, for a token in the
// words of package token.
func expired(id *runtime.Identity) error {
	if id.Token == "" {
		return runtime.NotAuthenticated("the login has expired")
	}
	data := jsonio.AppendTime([]byte(`{"name":"TokenExpiredError","expiredAt":`), id.Expires)
	return runtime.NotAuthenticated("jwt expired").WithData(append(data, '}'))
}

// user loads a user.
func (a *Auth) user(ctx context.Context, key record.Value) (record.Record, error) {
	user, err := a.users.Store.Get(ctx, key, query.Cond{})
	if err != nil {
		return nil, err
	}
	if user == nil {
		return nil, noUser(key.String())
	}
	return user, nil
}

func noUser(key string) error { return runtime.NotFound("No record found for id '%s'", key) }

func (a *Auth) rolesOf(user record.Record) []string {
	if a.roles == nil {
		return nil
	}
	return a.roles(user)
}
