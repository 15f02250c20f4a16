package model

import (
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// auth checks how users log in and what they may do. None of it runs yet, so
// where the spec has auth that alone is said to be missing.
func (b *builder) auth() {
	if a := b.file.Auth; a != nil {
		b.notAvailable(a.Key.Span, "auth", "remove auth and what builds on it: access, = $user, the channels authenticated and owner, channels.login")
		b.authService(a)
	}
	for _, s := range b.services {
		for _, entry := range s.syntax.Access {
			b.access(s, entry)
		}
	}
}

func (b *builder) authService(a *spec.Auth) {
	if !a.Service.Given() {
		if !b.file.Broken {
			b.errorf(a.Key.Span, "missing-key", "auth has no service").Fix = "name the service that users are in: auth: { service: users }"
		}
		return
	}
	users := b.lookup(a.Service)
	if users == nil || a.Strategies != nil && !contains(values(a.Strategies), "local") {
		return
	}
	for _, f := range users.Fields {
		if f.Type == Password {
			return
		}
	}
	if len(users.broken) == 0 {
		b.errorf(a.Service.Span, "password-missing", "strategy local needs a password, and %s has no field of that type", users.Name).
			Fix = "add password: password! to its fields"
	}
}

// access checks one entry: a method, and who may call it.
func (b *builder) access(s *service, entry *spec.Access) {
	if m := entry.Method; m.Given() {
		b.accessMethod(s, m)
	}
	word := entry.Word
	switch {
	case !word.Given() || word.Value == "public":
	case b.file.Auth == nil:
		b.errorf(word.Span, "access-without-auth", "access %s needs users who log in, and the spec has no auth", quote(word.Value)).
			Fix = "auth is not available in this version: use access: public, or leave access out"
	case word.Value == "authenticated":
	case word.Value == "owner":
		b.owner(s, word)
	default:
		b.role(word)
	}
}

func (b *builder) accessMethod(s *service, method spec.Text) {
	known := append([]string{"default"}, s.Methods...)
	for _, c := range s.syntax.Custom {
		known = append(known, c.Name.Value)
	}
	if contains(known, method.Value) {
		return
	}
	d := b.errorf(method.Span, "unknown-method", "%s has no method %s that clients may call", s.Name, quote(method.Value))
	d.Fix = "use default, a method of the list methods, or a custom method"
	d.Suggest(method.Value, known)
}

// owner checks that a record knows whose it is.
func (b *builder) owner(s *service, word spec.Text) {
	if s.owned || s.Name == b.file.Auth.Service.Value || len(s.broken) > 0 {
		return
	}
	b.errorf(word.Span, "owner-missing", "%s has no owner: no field is set to the user", s.Name).
		Fix = "add a field such as author: -> " + b.file.Auth.Service.Value + "! = $user"
}

// role checks that the users' enum has the value.
func (b *builder) role(word spec.Text) {
	users := b.byName[b.file.Auth.Service.Value]
	if users == nil || len(users.broken) > 0 {
		return
	}
	known := []string{"public", "authenticated", "owner"}
	for _, f := range users.Fields {
		known = append(known, enumValues(f)...)
	}
	if contains(known, word.Value) {
		return
	}
	d := b.errorf(word.Span, "unknown-role", "access %s is no word for access and no role of %s", quote(word.Value), users.Name)
	d.Fix = "use public, authenticated, owner, or a value of an enum field of " + users.Name + " such as role: enum(admin|member)"
	d.Suggest(word.Value, known)
}

// isAuthWord reports whether a channel's name in publish speaks of users.
func (b *builder) isAuthWord(name string) bool { return name == "authenticated" || name == "owner" }

// authChannel checks such a name.
func (b *builder) authChannel(s *service, text spec.Text) {
	switch {
	case b.file.Auth == nil:
		b.errorf(text.Span, "auth-missing", "publish to %s needs users who log in, and the spec has no auth", text.Value).
			Fix = "auth is not available in this version: use everybody, or a channel that Go code lets connections join"
	case text.Value == "owner":
		b.owner(s, text)
	}
}
