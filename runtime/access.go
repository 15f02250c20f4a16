package runtime

import (
	"context"
	"fmt"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Access says which clients may call a method. The zero value lets every user
// call who is logged in; once Roles, Owner or Policy is set, only those who
// fit one of them. In an app without an Authenticator everybody may call.
type Access struct {
	Public bool     // everybody may call, known or not
	Roles  []string // users who have one of these roles
	Policy bool     // those whom Service.Policy lets pass
	// Owner lets a user reach the records that belong to them: the call finds,
	// changes and removes no others. A create makes records of their own.
	Owner bool
}

// authorize refuses a call that the client may not make. What Policy decides
// is left to the time when the call is read.
func (c *Call) authorize(ctx context.Context, m *method) error {
	if c.App.auth == nil {
		return nil
	}
	rule := c.Service.Access[m.name]
	err := c.App.identify(ctx, &c.Params)
	id := c.Params.Identity
	switch {
	case rule.Public && (err == nil || ctx.Err() == nil):
		if err != nil || id != nil && id.Covers != nil && !id.Covers(c.Service, m.name) {
			c.Params.Identity = nil // credentials that are no good do not matter
		}
		return nil
	case err != nil:
		return err
	case id == nil && !rule.Policy:
		return NotAuthenticated("Not authenticated")
	case id != nil && id.Covers != nil && !id.Covers(c.Service, m.name):
		return Forbidden("the credentials do not cover '%s' of '%s'", m.name, c.Service.Path)
	case id.Has(rule.Roles...):
	case rule.Policy:
		c.policy, c.ownToo = true, rule.Owner && id != nil
	case rule.Owner:
		c.own = true
	case len(rule.Roles) > 0:
		return Forbidden("'%s' of '%s' is not for you", m.name, c.Service.Path)
	}
	return nil
}

// narrow keeps a call that only an owner may make to the owner's records, and
// asks the policy.
func (c *Call) narrow(ctx context.Context) error {
	if c.own && c.Query != nil {
		var owned []query.Cond
		for field := range c.Service.Owner.All() {
			owned = append(owned, query.Is(field, c.Params.Identity.UserID()))
		}
		c.Query.And(query.Any(owned...))
	}
	if !c.policy {
		return nil
	}
	if !c.ownToo {
		return c.Service.Policy(ctx, c)
	}
	return c.policyOrOwner(ctx)
}

// policyOrOwner lets owners reach their records where the policy refuses.
func (c *Call) policyOrOwner(ctx context.Context) error {
	var asked query.Query
	if c.Query != nil {
		asked = *c.Query
	}
	err := c.Service.Policy(ctx, c)
	if err == nil || c.Query == nil || ErrorOf(err).Code >= 500 {
		return err
	}
	*c.Query = asked
	c.policy, c.own = false, true
	return c.narrow(ctx)
}

// checkAccess refuses rules that nothing is there for.
func (s *Service) checkAccess() error {
	for name, rule := range s.Access {
		m := s.methods[name]
		switch {
		case m == nil:
			return fmt.Errorf("service %s: access to %s, which is no method", s.Path, name)
		case rule.Owner && (s.Owner.Empty() || !m.name.Standard()):
			return fmt.Errorf("service %s: access to %s is for owners, and its records have none", s.Path, name)
		case rule.Policy && s.Policy == nil:
			return fmt.Errorf("service %s: access to %s is for a policy to decide, and there is none", s.Path, name)
		}
	}
	return nil
}

// owns reports whether a record belongs to the user.
func (s *Service) owns(id *Identity, rec record.Record) bool {
	if id == nil {
		return false
	}
	user := id.UserID()
	for field := range s.Owner.All() {
		if v := rec.Value(field); !v.IsNull() && record.Equal(v, user) {
			return true
		}
	}
	return false
}

// ownerFields returns the fields that the server sets to the user on create.
// The id of a user's own record is none of them.
func (s *Service) ownerFields() record.FieldSet {
	fields := s.Owner
	fields.Remove(max(s.Schema.ID, 0))
	return fields
}
