package model

import (
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// Access says who may call a method. What it lists are alternatives: one that
// fits suffices. With nothing set it is every user who is logged in.
type Access struct {
	Method string // a standard or custom method, never ""
	Public bool   // also who is not logged in; nothing else is set then
	// Owner is the user that Service.Owner says, of standard methods alone: find
	// answers the own records, the others are refused those of somebody else.
	// It is not set for create, where the record becomes the caller's own.
	Owner  bool
	Policy bool        // whom Go code in the service's file lets
	Roles  []EnumValue // users with one of these roles
}

// accessWords are the words of access that are no role.
func accessWords() []string { return []string{"public", "authenticated", "owner", "policy"} }

// grant is an entry of access as far as it does not depend on the method.
type grant struct {
	Access
	public, owner, every spec.Span // where these words stand, zero without them; every is authenticated
}

// everybody reports whether each user may call, and perhaps strangers too.
func (g grant) everybody() bool { return !g.Owner && !g.Policy && len(g.Roles) == 0 }

// access resolves who may call each method that clients can reach. Unless the
// spec says else a user's record is changed by that user alone: else one could
// set the password of another.
func (b *builder) access(s *service) {
	standard := grant{Access: Access{Public: b.file.Auth == nil}}
	own := map[string]grant{}
	said := false
	for _, entry := range s.syntax.Access {
		g := b.grant(s, capped(b, s.syntax.Name.Span, entry.Words, maxWords, "words"))
		if !entry.Method.Given() {
			standard, said = g, true
		} else if b.accessMethod(s, entry.Method) {
			own[entry.Method.Value] = g
		}
	}
	for _, method := range s.exposed() {
		g, given := own[method]
		switch {
		case given:
		case s == b.users && !said && changes(method):
			g = grant{Access: Access{Owner: true}}
		default:
			g = standard
		}
		if s == b.users {
			b.openUsers(s, method, g)
			b.noSignUp(s, method, g, given)
		}
		s.Access = append(s.Access, b.accessOf(s, method, g))
	}
}

// changes reports whether a standard method changes records that are there.
func changes(method string) bool {
	return method == "update" || method == "patch" || method == "remove"
}

// openUsers warns where users change each other: they could set each other's
// password.
func (b *builder) openUsers(s *service, method string, g grant) {
	at, who := g.every, "every user"
	if g.Public {
		at, who = g.public, "everybody"
	}
	if changes(method) && !at.IsZero() && g.everybody() && b.once(at, "open-users") {
		what := "every record of " + s.Name
		if method != "remove" {
			what += ", passwords too"
		}
		b.diags.Warnf(at, "open-users", "%s may %s %s", who, method, what).
			Fix = "write " + method + ": owner, or name the roles that may, as in " + method + ": [owner, admin]"
	}
}

// noSignUp warns where a user has to be there before the first one can be
// made. Who names create knows.
func (b *builder) noSignUp(s *service, method string, g grant, given bool) {
	if method != "create" || given || g.Public || !g.everybody() || len(b.file.Auth.OAuth) > 0 {
		return
	}
	b.diags.Warnf(s.syntax.Name.Span, "no-sign-up", "nobody can sign up: create in %s is for users who are logged in", s.Name).
		Fix = "write access: { create: public }, or create: authenticated to say so"
}

// exposed lists the methods that clients can reach.
func (s *service) exposed() []string {
	out := slices.Clone(s.Methods)
	for _, c := range s.Custom {
		out = append(out, c.Name)
	}
	return out
}

// accessMethod checks that an entry is for a method that there is.
func (b *builder) accessMethod(s *service, method spec.Text) bool {
	known := append([]string{"default"}, s.Methods...)
	for _, c := range s.syntax.Custom {
		known = append(known, c.Name.Value)
	}
	if contains(known, method.Value) {
		return true
	}
	d := b.errorf(method.Span, "unknown-method", "%s has no method %s that clients may call", s.Name, quote(method.Value))
	d.Fix = "use default, a method of the list methods, or a custom method"
	d.Suggest(method.Value, known)
	return false
}

// grant resolves the words of an entry.
func (b *builder) grant(s *service, words []spec.Text) grant {
	var g grant
	for _, word := range words {
		switch {
		case word.Value == "public":
			g.Public, g.public = true, word.Span
			b.alone(word, words, "everybody may call the method, so the other words say nothing")
		case b.file.Auth == nil:
			b.errorf(word.Span, "access-without-auth", "access %s needs users who log in, and the spec has no auth", quote(word.Value)).
				Fix = "add auth: { service: users }, or use access: public"
		case word.Value == "authenticated":
			g.every = word.Span
			b.alone(word, words, "every user may call the method, so the other words say nothing")
		case word.Value == "owner":
			g.Owner, g.owner = true, word.Span
			b.owner(s, word)
		case word.Value == "policy":
			g.Policy = true
		default:
			b.roleOf(word, "access", accessWords())
		}
	}
	g.Roles = b.roles(words)
	return g
}

// alone refuses a word that makes those beside it void, which its author can
// not have meant.
func (b *builder) alone(word spec.Text, words []spec.Text, reason string) {
	if len(words) > 1 {
		b.errorf(word.Span, "conflict", "%s stands alone: of several words one suffices, and %s", word.Value, reason).
			Fix = "remove " + word.Value + ", or the other words"
	}
}

// accessOf gives a method what was granted, where that is possible.
func (b *builder) accessOf(s *service, method string, g grant) Access {
	a := g.Access
	a.Method = method
	if g.Public && method == "create" {
		b.publicCreate(s, g.public)
	}
	if g.Owner {
		b.ownerOf(s, method, g.owner)
	}
	if g.Owner && method == "create" {
		return Access{Method: method} // who creates a record is its owner
	}
	return a
}

// publicCreate refuses that strangers create what has to bear their user.
func (b *builder) publicCreate(s *service, at spec.Span) {
	for _, f := range s.Fields {
		if f.User && f.Required && !f.Nullable && b.once(at, "user-missing") {
			b.errorf(at, "user-missing", "%s is required and set to the user, and who creates without a login is none", f.Name).
				Fix = "use create: authenticated, or write " + f.Name + ": -> " + f.Ref.Name + " = $user, without the !"
		}
	}
}

// ownerOf refuses owner for methods that have no record to look at.
func (b *builder) ownerOf(s *service, method string, at spec.Span) {
	switch {
	case s.custom(method) != nil && b.once(at, "owner of a custom method"):
		b.errorf(at, "not-allowed-here", "owner is checked against a record, and custom method %s has none", method).
			Fix = "write access: { " + method + ": authenticated }, or policy, with Go code that decides"
	case method == "create" && s == b.users:
		b.errorf(at, "not-allowed-here", "nobody owns a record of %s before it is created", s.Name).
			Fix = "write access: { create: public } for users who sign up by themselves, or name a role"
	}
}
