package runtime

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An Identity is who a client proved to be. It is not changed once made.
type Identity struct {
	User     record.Record // never nil
	Strategy string        // how it was proved: "local", "jwt", "apikey"
	Token    record.Secret // the access token; "" for strategies without one
	Expires  time.Time     // when it ends; zero for never
	Roles    []string      // that the user has
	// Credential is the record that proved it, such as an API key; nil for
	// none. When it is removed, connections that it logged in are logged out.
	Credential record.Record

	// Covers tells whether the credentials, such as an API key with scopes,
	// allow a method of a service at all, whatever the user may. nil allows
	// all.
	Covers func(s *Service, m Method) bool
}

// UserID returns the user's id; null for no identity.
func (id *Identity) UserID() record.Value {
	if id == nil {
		return record.Value{}
	}
	return id.User.Value(id.User.Schema().ID)
}

// Format prints who it is, for every verb: the user and the credential have
// fields that nobody may see.
func (id Identity) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "%s %s by %s", id.User.Schema().Name, id.UserID(), id.Strategy)
}

// LogValue returns who it is.
func (id Identity) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(id)) }

// Has reports whether the user has one of the roles.
func (id *Identity) Has(roles ...string) bool {
	return id != nil && slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(id.Roles, r) })
}

// An Authenticator tells who clients are. Its methods may be called at the
// same time. Errors are NotAuthenticated where the credentials are not good.
type Authenticator interface {
	// Authenticate checks the credentials in the headers of a request or of a
	// connection's handshake. It returns nil without an error when there are
	// none.
	Authenticate(ctx context.Context, h http.Header) (*Identity, error)
	// Renew checks an identity that a connection has: that it has not ended,
	// and what the user is now. An error of 401 or 404 ends the login.
	Renew(ctx context.Context, id *Identity) (*Identity, error)
	// Concerns reports whether identities depend on the records of a schema:
	// users, and credentials that are kept.
	Concerns(schema *record.Schema) bool
}

// SetAuthenticator has the app ask who its clients are. From then on only
// users may call, but for what Service.Access says else. It is called before
// the app serves.
func (a *App) SetAuthenticator(auth Authenticator) { a.auth = auth }

// Identify returns who a client is that connects with these headers, nil for
// nobody in particular. Bad credentials are an error.
func (a *App) Identify(ctx context.Context, h http.Header) (*Identity, error) {
	if a.auth == nil {
		return nil, nil
	}
	return a.auth.Authenticate(ctx, h)
}

// identify finds out who makes the call: who its connection logged in as, or
// else who its headers name.
func (a *App) identify(ctx context.Context, p *Params) (err error) {
	if a.auth == nil {
		return nil
	}
	if p.Connection == nil {
		p.Identity, err = a.auth.Authenticate(ctx, p.Headers)
		return err
	}
	was := p.Connection.Identity()
	if was == nil {
		return nil
	}
	if p.Identity, err = a.auth.Renew(ctx, was); err == nil {
		p.Connection.renew(was, p.Identity)
	}
	return err
}
