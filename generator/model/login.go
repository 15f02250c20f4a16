package model

import (
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// local finds the fields that users log in with.
func (b *builder) local(a *spec.Auth, auth *Auth) {
	names := spec.Local{}
	if a.Local != nil {
		names = *a.Local
	}
	auth.Username = b.userField(a, names.Username, "email", "strategy local finds users by", "email! unique")
	auth.Password = b.password(a, names.Password)
	if f := auth.Username; f != nil {
		switch {
		case f.List || f.Type != String && f.Type != Text && f.Type != Email && f.Type != URL:
			b.errorf(b.users.places[f], "bad-type", "users log in with %s, which is %s and no text", f.Name, typeWord(f)).
				Fix = "write " + f.Name + ": string! unique, or name another field: local: { username: email }"
		case !f.Unique:
			b.errorf(b.users.places[f], "username-not-unique", "users log in with %s, and two of them could have the same", f.Name).
				Fix = "write " + f.Name + ": " + typeWord(f) + "! unique"
		}
	}
}

// userField finds a field of the user: the one that is named, or that of the
// default name. It reports when there is none, with the line to add.
func (b *builder) userField(a *spec.Auth, name spec.Text, standard, purpose, typ string) *Field {
	at := a.Service.Span
	if name.Given() {
		standard, at = name.Value, name.Span
	}
	if f := b.users.byName[standard]; f != nil || b.users.broken[standard] {
		return f
	}
	d := b.errorf(at, "missing-field", "%s %s, which is no field of %s", purpose, quote(standard), b.users.Name)
	d.Fix = "add " + standard + ": " + typ + " to its fields"
	if name.Given() {
		d.Fix += ", or name one of them"
		d.Suggest(standard, fieldNames(b.users.Fields))
	}
	return nil
}

// password finds the field that a login is held against.
func (b *builder) password(a *spec.Auth, name spec.Text) *Field {
	if !name.Given() && b.users.byName["password"] == nil {
		if !b.users.broken["password"] {
			b.errorf(a.Service.Span, "password-missing", "strategy local needs a password, and %s has no field of that name", b.users.Name).
				Fix = b.passwordFix()
		}
		return nil
	}
	f := b.userField(a, name, "password", "strategy local compares passwords with", "password!")
	if f != nil && f.Type != Password {
		b.errorf(b.users.places[f], "bad-type", "users log in with %s, which is %s and no password", f.Name, typeWord(f)).
			Fix = "write " + f.Name + ": password!, which is hashed when it is stored and never shown"
	}
	return f
}

func (b *builder) passwordFix() string {
	for _, f := range b.users.Fields {
		if f.Type == Password {
			return "name the field of that type: local: { password: " + f.Name + " }"
		}
	}
	return "add password: password! to its fields"
}
