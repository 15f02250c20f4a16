package auth

import (
	"context"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// create logs a client in. A login that fails leaves the connection as it is.
func (a *Auth) create(ctx context.Context, c *runtime.Call) error {
	if c.Many || len(c.Data) != 1 {
		return runtime.MethodNotAllowed("Can not create multiple entries")
	}
	given, ok := c.Data[0].(*data)
	if !ok {
		return runtime.BadRequest("data of authentication must be what its schema makes")
	}
	id, payload, err := a.authenticate(ctx, c, given)
	if err != nil {
		return err
	}
	switch conn := c.Params.Connection; {
	case conn != nil:
		if err := conn.Login(ctx, id); err != nil {
			return err
		}
	case !c.Params.Internal():
		a.app.LoggedIn(ctx, id, nil)
	}
	c.Params.Identity = id
	c.Result = runtime.One(a.answer(id, payload))
	return nil
}

// authenticate asks the strategy that the client chose. It also returns the
// payload of the token, nil without one.
func (a *Auth) authenticate(ctx context.Context, c *runtime.Call, given *data) (*runtime.Identity, []byte, error) {
	name := given.values[dataStrategy].Str()
	switch {
	case name == "":
		return nil, nil, noStrategy()
	case name == jwtName:
		return a.verify(ctx, given.values[dataToken].Str())
	case a.strategies[name] == nil:
		return nil, nil, runtime.NotAuthenticated("Invalid authentication information (strategy not allowed in authStrategies)")
	case a.logins != nil && !c.Params.Internal() && !a.logins.Allow(c.Params.Address):
		return nil, nil, runtime.TooManyRequests("Too many logins, try again later")
	}
	proof, err := a.strategies[name].Authenticate(ctx, Credentials{given})
	if err != nil {
		return nil, nil, err
	}
	if !proof.NoToken {
		return a.issue(name, proof)
	}
	if c.Params.Connection == nil {
		return nil, nil, runtime.NotAuthenticated("Strategy '%s' has no logins over REST: send its credentials with each request", name)
	}
	return a.identity(name, proof), nil, nil
}

func noStrategy() error {
	return runtime.NotAuthenticated("Invalid authentication information (no `strategy` set)")
}

// remove logs a client out. Tokens stay good until they expire; it is for the
// client to forget its token.
func (a *Auth) remove(ctx context.Context, c *runtime.Call) error {
	id := c.Params.Identity
	if id == nil {
		return noStrategy()
	}
	if !c.ID.IsNull() && record.Secret(c.ID.Str()) != id.Token {
		return runtime.NotAuthenticated("Invalid access token")
	}
	out, err := a.leaving(ctx, id)
	if err != nil {
		return err
	}
	switch conn := c.Params.Connection; {
	case conn == nil:
		a.app.LoggedOut(ctx, id, nil)
	case sameLogin(conn.Identity(), id):
		conn.Logout(ctx)
	}
	c.Result = runtime.One(out)
	return nil
}

// leaving returns the answer to a logout, that of a login with the token.
func (a *Auth) leaving(ctx context.Context, id *runtime.Identity) (*answer, error) {
	if id.Token == "" {
		return a.answer(id, nil), nil
	}
	id, payload, err := a.verify(ctx, string(id.Token))
	if err != nil {
		return nil, err
	}
	return a.answer(id, payload), nil
}

// sameLogin tells whether a connection is still logged in as it was when its
// call began.
func sameLogin(now, was *runtime.Identity) bool {
	return now != nil && now.Token == was.Token && now.Strategy == was.Strategy
}
