package auth

import (
	"context"
	"net/http"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Strategy is a way to prove who one is. Its methods may be called at the
// same time.
type Strategy interface {
	// Name is what clients give as strategy: "local".
	Name() string
	// Fields are what clients may give beside it. Two strategies may share a
	// field of the same type. Which of them must be there is left to
	// Authenticate.
	Fields() []record.Field
	// Authenticate checks what a client gave. It returns a *runtime.Error for
	// what clients may know, usually NotAuthenticated; the errors for a wrong
	// name and a wrong password should not differ, nor the time they take.
	Authenticate(ctx context.Context, given Credentials) (*Proof, error)
}

// A HeaderStrategy is a Strategy whose credentials may also stand in the
// headers of a request, or of a connection's handshake.
type HeaderStrategy interface {
	Strategy
	// AuthenticateHeader returns nil without an error when the headers have
	// no credentials of the strategy.
	AuthenticateHeader(ctx context.Context, h http.Header) (*Proof, error)
}

// A Renewer is a Strategy without tokens that looks again, at each call on a
// connection, whether what it proved still holds. Without it the user is
// loaded anew, and that is all.
type Renewer interface {
	Strategy
	// Renew is given an identity that the strategy proved.
	Renew(ctx context.Context, id *runtime.Identity) (*Proof, error)
}

// A Keeper is a Strategy whose credentials are records. When one is removed,
// in whatever process, the connections that it logged in are logged out.
type Keeper interface {
	Strategy
	Credentials() *record.Schema
}

// A Proof is whom a strategy found a client to be.
type Proof struct {
	User record.Record // never nil; as the users' store has it

	// Claims are the app's own for the access token.
	Claims []token.Claim

	// NoToken makes no access token: the credentials are sent with each
	// request, or log in one connection. Over REST there is then no login.
	// The rest counts for such proofs only.
	NoToken bool
	// Expires is when the credentials end; zero for never.
	Expires time.Time
	// Covers and Credential are those of runtime.Identity.
	Covers     func(s *runtime.Service, m runtime.Method) bool
	Credential record.Record
}

// Credentials are what a client gave to log in.
type Credentials struct{ data *data }

// Value returns the value of a field, null when it was not given or is no
// field of any strategy.
func (c Credentials) Value(name string) record.Value {
	if i, ok := c.data.schema.Index(name); ok {
		return c.data.values[i]
	}
	return record.Value{}
}

// Text returns the text of a string field, "" when it was not given.
func (c Credentials) Text(name string) string { return c.Value(name).Str() }
