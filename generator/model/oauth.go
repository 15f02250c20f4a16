package model

import (
	"regexp"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

var providerName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// oauth resolves the providers that users come from.
func (b *builder) oauth(a *spec.Auth, auth *Auth) {
	const most = 32
	for _, name := range capped(b, a.Key.Span, a.OAuth, most, "providers") {
		if !providerName.MatchString(name.Value) || len(name.Value) > longestName-len("Id") {
			d := b.errorf(name.Span, "invalid-name", "a provider can not be called %s", quote(name.Value))
			d.Fix = "use lower-case letters and digits, as in github"
			if lower := strings.ToLower(name.Value); providerName.MatchString(lower) {
				d.Suggestion = lower
			}
			continue
		}
		if f := b.providerField(name); f != nil {
			auth.OAuth = append(auth.OAuth, Provider{Name: name.Value, Field: f})
		}
	}
	if len(a.OAuth) == 0 {
		return
	}
	for _, f := range b.users.Fields {
		if f.Type == Password && f.Required {
			b.errorf(b.users.places[f], "oauth-password", "%s is required, and a user who comes from a provider has none", f.Name).
				Fix = "write " + f.Name + ": password, without the !"
		}
	}
}

// providerField finds the field of the user's id at a provider.
func (b *builder) providerField(provider spec.Text) *Field {
	name := provider.Value + "Id"
	line := name + `: "string? unique"`
	f := b.users.byName[name]
	switch {
	case f == nil && !b.users.broken[name]:
		b.errorf(provider.Span, "provider-field", "users from %s are known by %s, which is no field of %s", provider.Value, name, b.users.Name).
			Fix = "add " + line + " to its fields"
	case f == nil:
	case f.Type != String || f.List || !f.Unique || f.Required:
		b.errorf(b.users.places[f], "provider-field", "%s is a user's id at %s: a unique string that users from elsewhere lack", name, provider.Value).
			Fix = "write " + line
	default:
		return f
	}
	return nil
}
