package model

import (
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// role resolves the roles.
func (b *builder) role(a *spec.Auth, auth *Auth) {
	if auth.Role = b.roleField(a); auth.Role == nil {
		return
	}
	b.roleValues = make(map[string]EnumValue, len(auth.Role.Enum))
	for _, v := range auth.Role.Enum {
		b.roleValues[v.Value] = v
		if contains(accessWords(), v.Value) {
			b.errorf(b.users.places[auth.Role], "reserved-name", "a role can not be called %s, which says something else in access", quote(v.Value)).
				Fix = "choose another word for the role"
		}
	}
}

// roleField finds the field whose values are the roles, nil for none.
func (b *builder) roleField(a *spec.Auth) *Field {
	if !a.Role.Given() {
		return b.usualRole(a)
	}
	f := b.userField(a, a.Role, "", "roles are the values of", "enum(admin|member) = member")
	if f == nil || f.Type == Enum {
		return f
	}
	b.errorf(a.Role.Span, "bad-type", "roles are the values of an enum, and %s is %s", f.Name, typeWord(f)).
		Fix = "write " + f.Name + ": enum(admin|member) = member"
	return nil
}

// usualRole returns the enum that is called role or roles, nil for none.
func (b *builder) usualRole(a *spec.Auth) *Field {
	var found []*Field
	for _, name := range []string{"role", "roles"} {
		if f := b.users.byName[name]; f != nil && f.Type == Enum {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 0:
		return nil
	case 2:
		b.errorf(a.Key.Span, "role-ambiguous", "%s has the enums role and roles, and the roles are the values of one field", b.users.Name).
			Fix = "say which one: auth: { role: role }"
	}
	return found[0]
}

// protects reports whether clients may not write a field of the users though
// no word says so: who could, would make an admin of himself, or log in as
// another.
func (a *Auth) protects(f *Field) bool {
	return f == a.Role || slices.ContainsFunc(a.OAuth, func(p Provider) bool { return p.Field == f })
}

// roleFix writes the line of a role that users have from the start: the last
// of the values, which is mostly the least.
func roleFix(f *Field) string {
	last := enumValues(f)[len(f.Enum)-1]
	text := "enum(" + strings.Join(enumValues(f), "|") + ")"
	if f.List {
		text, last = `"[`+text+"]", "["+last+`]"`
	}
	return "write " + f.Name + ": " + text + " = " + last + ", or add the roles that give it, as in writable(" + enumValues(f)[0] + ")"
}

// roles resolves the words that are roles, and passes over the others.
func (b *builder) roles(words []spec.Text) []EnumValue {
	var out []EnumValue
	for _, word := range words {
		if v, is := b.roleValues[word.Value]; is {
			out = append(out, v)
		}
	}
	return out
}

// roleOf checks that a word is a role. known are the other words that the
// place takes.
func (b *builder) roleOf(word spec.Text, where string, known []string) {
	if b.users == nil || len(b.users.broken) > 0 || b.project.Auth == nil {
		return
	}
	role := b.project.Auth.Role
	switch {
	case role == nil && b.file.Auth.Role.Given():
		return // reported there
	case role == nil:
		d := b.errorf(word.Span, "unknown-role", "%s %s would be a role, and %s has no field of roles", where, quote(word.Value), b.users.Name)
		d.Fix = "add role: enum(admin|member) = member to its fields"
		if len(known) > 0 {
			d.Fix += ", or use " + orList(known)
		}
		d.Suggest(word.Value, known)
		return
	}
	if _, is := b.roleValues[word.Value]; is {
		return
	}
	const shown = 12
	first := role.Enum[:min(shown, len(role.Enum))]
	known = append(slices.Clone(known), enumValues(&Field{Enum: first})...)
	d := b.errorf(word.Span, "unknown-role", "%s can not be %s, which is no role of %s", where, quote(word.Value), b.users.Name)
	d.Fix = "use " + orList(known)
	d.Suggest(word.Value, append(known, enumValues(role)...))
}
