package model

import (
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

const maxWords = 64 // of one access entry or modifier

// Visible says who sees a field. What it lists are alternatives: one that fits
// suffices. At least one is set.
type Visible struct {
	Owner         bool        // the user that Service.Owner says
	Authenticated bool        // every user who is logged in; nothing else is set then
	Roles         []EnumValue // users with one of these roles
}

// rights resolves what depends on all fields and on the users: whose a record
// is, and who sees and writes its fields.
func (b *builder) rights() {
	for _, s := range b.services {
		b.ownerField(s)
	}
	for _, s := range b.services {
		for _, syntax := range s.syntax.Fields {
			// A field with the id's name is reported, and is not the id.
			if f := s.byName[syntax.Name.Value]; f != nil && s.places[f] == syntax.Name.Span {
				b.fieldRights(s, f, syntax)
			}
		}
	}
}

// ownerField finds the field that says whose a record is.
func (b *builder) ownerField(s *service) {
	if s == b.users {
		s.Owner = s.ID
		return
	}
	for _, f := range s.Fields {
		switch {
		case !f.User:
		case s.Owner == nil:
			s.Owner = f
		default:
			b.errorf(s.places[f], "conflict", "%s is set to the user as is %s, and a record has one owner", f.Name, s.Owner.Name).
				Fix = "remove = $user from one of them, and set it in a hook"
		}
	}
}

// fieldRights resolves the words about who sees and who writes a field.
func (b *builder) fieldRights(s *service, f *Field, syntax *spec.Field) {
	at := modifierPlaces(syntax)
	if span, given := at["visible"]; given {
		b.visible(s, f, syntax, span)
	}
	span, given := at["writable"]
	if given {
		b.writable(f, syntax, span)
	}
	if s != b.users || given || b.project.Auth == nil || !b.project.Auth.protects(f) {
		return
	}
	_, said := at["readonly"]
	f.ReadOnly = true
	if !at["immutable"].IsZero() {
		b.errorf(at["immutable"], "conflict", "clients do not write %s, which decides who a user is or what he may do", f.Name).
			Fix = "remove immutable, or add the roles that may write it, as in writable(admin)"
	}
	if f.Required && !said {
		b.errorf(s.places[f], "role-required", "%s is required, and no client can give it: who could, would choose what he may do", f.Name).
			Fix = roleFix(f)
	}
}

func modifierPlaces(syntax *spec.Field) map[string]spec.Span {
	at := make(map[string]spec.Span, len(syntax.Modifiers))
	for _, m := range syntax.Modifiers {
		at[m.Value] = m.Span
	}
	return at
}

// visible resolves who sees a field.
func (b *builder) visible(s *service, f *Field, syntax *spec.Field, at spec.Span) {
	if b.withoutUsers(at, "visible") {
		return
	}
	if f.WriteOnly {
		b.errorf(at, "conflict", "%s is never shown, so visible says nothing", f.Name).Fix = "remove visible"
	}
	known := []string{"owner", "authenticated"}
	words := capped(b, at, syntax.Visible, maxWords, "words")
	f.Visible = &Visible{}
	for _, word := range words {
		switch word.Value {
		case "owner":
			f.Visible.Owner = true
			b.owner(s, word)
		case "authenticated":
			f.Visible.Authenticated = true
			b.alone(word, words, "every user sees the field, so the other words say nothing")
		default:
			b.roleOf(word, "visible", known)
		}
	}
	f.Visible.Roles = b.roles(words)
}

// writable resolves who writes a field.
func (b *builder) writable(f *Field, syntax *spec.Field, at spec.Span) {
	if b.withoutUsers(at, "writable") {
		return
	}
	switch {
	case f.User:
		b.errorf(at, "conflict", "%s is set to the user when a record is created, and not written by clients", f.Name).
			Fix = "remove writable, or = $user"
	case f.ReadOnly:
		b.errorf(at, "conflict", "%s is readonly: it is set by the server alone", f.Name).Fix = "remove writable, or readonly"
	}
	words := capped(b, at, syntax.Writable, maxWords, "words")
	for _, word := range words {
		b.roleOf(word, "writable", nil)
	}
	f.Writable = b.roles(words)
}

func (b *builder) withoutUsers(at spec.Span, word string) bool {
	if b.file.Auth == nil {
		b.errorf(at, "auth-missing", "%s is about users who log in, and the spec has no auth", word).
			Fix = "add auth: { service: users }, or remove " + word
	}
	return b.file.Auth == nil
}

// owner checks that records of a service know whose they are.
func (b *builder) owner(s *service, word spec.Text) {
	if s.Owner != nil || s.owned || len(s.broken) > 0 || b.users == nil {
		return
	}
	b.errorf(word.Span, "owner-missing", "%s has no owner: no field is set to the user", s.Name).
		Fix = "add a field such as author: -> " + b.users.Name + "! = $user"
}
