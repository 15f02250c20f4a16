package model

import (
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// channels resolves what connections join.
func (b *builder) channels() {
	for _, text := range b.file.Channels.Connection {
		b.connectionChannel(text)
	}
	b.login()
}

func (b *builder) connectionChannel(text spec.Text) {
	pieces, ok := b.channelName(text)
	switch {
	case !ok:
	case len(pieces) != 1 || pieces[0].field:
		b.errorf(text.Span, "bad-channel", "the channel %s is named by a field, and a connection has none", quote(text.Value)).
			Fix = "use a plain name here; join other channels in Go"
	case isNobody(text.Value) || isAuthWord(text.Value):
		b.errorf(text.Span, "bad-channel", "a connection can not join %s, which has a meaning in publish", quote(text.Value)).
			Fix = "use another name, such as everybody"
	default:
		b.project.Channels.Connection = append(b.project.Channels.Connection, text.Value)
	}
}

// login resolves what connections join when their user logs in.
func (b *builder) login() {
	const most = 128
	c, join := b.file.Channels, &b.project.Channels.Login
	switch {
	case b.file.Auth == nil && c.LoginKey.Given():
		b.errorf(c.LoginKey.Span, "auth-missing", "channels.login is for users who log in, and the spec has no auth").
			Fix = "add auth: { service: users }, or use channels: { connection: [everybody] }"
	case b.users == nil:
	case !c.LoginKey.Given():
		*join = []Channel{authenticatedChannel(), b.ownChannel(ChannelPart{Field: b.users.ID, User: true})}
	default:
		for _, text := range capped(b, c.LoginKey.Span, c.Login, most, "channels") {
			if channel, ok := b.loginChannel(text); ok {
				*join = append(*join, channel)
			}
		}
	}
}

// loginChannel resolves a channel that may be named by fields of the user.
func (b *builder) loginChannel(text spec.Text) (Channel, bool) {
	pieces, ok := b.channelName(text)
	if isNobody(text.Value) || text.Value == "owner" {
		b.errorf(text.Span, "bad-channel", "a user can not join %s, which has a meaning in publish", quote(text.Value)).
			Fix = "use another name; the channel of owner is " + b.ownChannelText()
		return Channel{}, false
	}
	var c Channel
	lists := 0
	for _, p := range pieces {
		if !p.field {
			c.Parts = append(c.Parts, ChannelPart{Text: p.text})
			continue
		}
		at := text.At(p.start, p.end)
		f := b.loginField(text, p, at)
		if f == nil {
			ok = false
			continue
		}
		if f.List {
			lists++
		}
		if lists > 1 {
			b.errorf(at, "bad-channel", "channel %s is named by two lists", quote(text.Value)).
				Fix = "use one list a channel, of which each item names one"
			lists, ok = 0, false
		}
		c.Parts = append(c.Parts, ChannelPart{Field: f, User: true})
		b.openChannel(f, at)
	}
	return c, ok
}

// loginField finds the user's field that a part of a channel is named by.
func (b *builder) loginField(text spec.Text, p piece, at spec.Span) *Field {
	name, ok := strings.CutPrefix(p.text, "user.")
	if !ok {
		b.errorf(at, "missing-field", "%s is not known at login", quote(p.text)).
			Fix = "use a field of the user: {user." + b.users.ID.Name + "}"
		return nil
	}
	f := b.users.byName[name]
	if f != nil {
		return b.channelPart(f, at)
	}
	if !b.users.broken[name] {
		d := b.errorf(at, "missing-field", "channel %s names %s, which is no field of %s", quote(text.Value), quote(name), b.users.Name)
		d.Fix = "use a field of the user"
		d.Suggest(name, fieldNames(b.users.Fields))
	}
	return nil
}

// openChannel warns of a channel that users let themselves into: who may write
// the field that names it chooses what he hears.
func (b *builder) openChannel(f *Field, at spec.Span) {
	if f == b.users.ID || f.ReadOnly || f.Writable != nil || !b.anyUserWrites(f) {
		return
	}
	d := b.diags.Warnf(at, "open-channel", "users write %s themselves, so they can join any channel that it names", f.Name)
	d.Fix = "make " + f.Name + " readonly, and set it in Go"
	if role := b.project.Auth.Role; role != nil {
		d.Fix = "write " + f.Name + ": … writable(" + role.Enum[0].Value + "), or make it readonly and set it in Go"
	}
}

// anyUserWrites reports whether a method that writes a field of the users is
// open to more than roles and those whom Go code lets.
func (b *builder) anyUserWrites(f *Field) bool {
	return slices.ContainsFunc(b.users.Access, func(a Access) bool {
		writes := a.Method == "create" || !f.Immutable && (a.Method == "update" || a.Method == "patch")
		return writes && (a.Owner || !a.Policy && a.Roles == nil)
	})
}

func authenticatedChannel() Channel { return Channel{Parts: []ChannelPart{{Text: "authenticated"}}} }

// ownChannel is the channel of one user, whose id is in the given part.
func (b *builder) ownChannel(id ChannelPart) Channel {
	return Channel{Parts: []ChannelPart{{Text: b.users.Name + "/"}, id}}
}

// ownChannelText writes that channel as channels.login does.
func (b *builder) ownChannelText() string { return b.users.Name + "/{user." + b.users.ID.Name + "}" }

// unjoined warns of a channel with a meaning that no connection joins by the
// spec.
func (b *builder) unjoined(text spec.Text) {
	given := b.file.Channels.LoginKey.Given()
	name, fix, joined := text.Value, "add authenticated to channels: { login: […] }", true
	switch text.Value {
	case "everybody":
		fix = "add channels: { connection: [everybody] }"
		joined = b.joins[name]
	case "authenticated":
		joined = !given || b.logins[name]
	case "owner":
		name = b.ownChannelText()
		fix = `add "` + name + `" to channels: { login: […] }`
		joined = !given || b.logins[name]
	}
	if joined || b.file.Broken || !b.once(spec.Span{}, "empty-channel "+text.Value) {
		return
	}
	b.diags.Warnf(text.Span, "empty-channel", "no connection joins the channel %s", name).Fix = fix
}
