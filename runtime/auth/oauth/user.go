package oauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// login returns an access token for the user whose account it is.
func (h *Handler) login(ctx context.Context, p *provider, s *session, a answer) (token string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errors.New("panic in a login")
			h.app.Logger().LogAttrs(ctx, slog.LevelError, "panic in a login", slog.String("provider", p.name),
				slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
		}
	}()
	profile, err := h.client.profile(ctx, p, s, a)
	if err != nil {
		return "", err
	}
	user, err := h.user(ctx, p, profile, s.link)
	if err != nil {
		return "", err
	}
	return h.tokens.Issue(ctx, user)
}

// user returns the user whose account it is: the one that it was linked to
// before, the one that is logged in, or a new one.
func (h *Handler) user(ctx context.Context, p *provider, profile *Profile, link string) (record.Record, error) {
	id, ok := p.id.Parse(profile.ID)
	if !ok {
		return nil, failed("read the profile", fmt.Errorf("%s can not hold its id", p.id.Name))
	}
	user, err := h.find(ctx, p, id)
	switch {
	case err != nil:
		return nil, err
	case link != "":
		return h.link(ctx, p, user, id, link)
	case user != nil:
		return user, nil
	}
	return h.create(ctx, p, profile, id)
}

// find returns the user with the account, nil for none.
func (h *Handler) find(ctx context.Context, p *provider, id record.Value) (record.Record, error) {
	q := query.Where(query.Is(p.field, id))
	q.Limit = 1
	recs, err := h.do(ctx, &runtime.Call{Method: runtime.Find, Query: q})
	if err != nil || len(recs) == 0 {
		return nil, err
	}
	// A hook may have changed the query, but nobody logs in as another.
	if user := recs[0]; user.Schema() == h.users.Schema && record.Equal(user.Value(p.field), id) {
		return user, nil
	}
	return nil, fmt.Errorf("find in %s: a hook put another user in the result", h.users.Path)
}

// link gives the account to the user who is logged in. One that another user
// has stays there.
func (h *Handler) link(ctx context.Context, p *provider, has record.Record, id record.Value, link string) (record.Record, error) {
	schema := h.users.Schema
	to, ok := schema.Fields[schema.ID].Parse(link)
	if !ok {
		return nil, runtime.NotFound("No record found for id '%s'", link)
	}
	if has != nil {
		if record.Equal(has.Value(schema.ID), to) {
			return has, nil
		}
		return nil, runtime.Conflict("This %s account belongs to another user", p.name)
	}
	data := schema.New()
	data.SetValue(p.field, id)
	return h.one(ctx, &runtime.Call{Method: runtime.Patch, ID: to, Data: []record.Record{data}, Changed: record.Fields(p.field)})
}

// create makes a user for the account.
func (h *Handler) create(ctx context.Context, p *provider, profile *Profile, id record.Value) (record.Record, error) {
	var user record.Record
	if h.newUser != nil {
		var err error
		if user, err = h.newUser(ctx, profile); err != nil {
			return nil, err
		}
	}
	if user == nil {
		return nil, runtime.NotAuthenticated("No user has this %s account", p.name)
	}
	user.SetValue(p.field, id)
	made, err := h.one(ctx, &runtime.Call{Method: runtime.Create, Data: []record.Record{user}})
	if e := new(runtime.Error); errors.As(err, &e) && e.Code == 409 {
		// Another login with the account may have been quicker.
		if user, again := h.find(ctx, p, id); again == nil && user != nil {
			return user, nil
		}
	}
	return made, err
}

// one runs a call that returns one user.
func (h *Handler) one(ctx context.Context, c *runtime.Call) (record.Record, error) {
	recs, err := h.do(ctx, c)
	if err != nil {
		return nil, err
	}
	if len(recs) != 1 || recs[0].Schema() != h.users.Schema {
		return nil, fmt.Errorf("%s in %s: a hook took the user out of the result", c.Method, h.users.Path)
	}
	return recs[0], nil
}

// do runs a call of the users' service, hooks and events included.
func (h *Handler) do(ctx context.Context, c *runtime.Call) ([]record.Record, error) {
	c.Service = h.users
	if err := h.app.Do(ctx, c); err != nil {
		return nil, err
	}
	return c.Result.Records, nil
}
