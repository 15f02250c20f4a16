package model

import (
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// isAuthWord reports whether a channel's name in publish speaks of users.
func isAuthWord(name string) bool { return name == "authenticated" || name == "owner" }

// authChannel resolves such a name for an event, "" for the record's own.
func (b *builder) authChannel(s *service, text spec.Text, event string) (Channel, bool) {
	switch {
	case b.file.Auth == nil:
		b.errorf(text.Span, "auth-missing", "publish to %s needs users who log in, and the spec has no auth", text.Value).
			Fix = "add auth: { service: users }, or use everybody, or a channel that Go code lets connections join"
		return Channel{}, false
	case b.users == nil:
		return Channel{}, false
	case text.Value == "owner":
		return b.ownerChannel(s, text, event)
	}
	b.unjoined(text)
	return authenticatedChannel(), true
}

// ownerChannel is the channel of the user whose record is sent.
func (b *builder) ownerChannel(s *service, text spec.Text, event string) (Channel, bool) {
	f := b.ownerOfEvent(s, event)
	switch {
	case f != nil:
		b.unjoined(text)
		return b.ownChannel(ChannelPart{Field: f}), true
	case s.event(event) == nil || s.Owner == nil:
		b.owner(s, text)
	case !b.file.Broken:
		b.errorf(text.Span, "owner-missing", "event %s does not tell whose it is", event).
			Fix = "add " + s.Owner.Name + ": -> " + b.users.Name + "! to what it carries, or name other channels"
	}
	return Channel{}, false
}

// ownerOfEvent finds the field of an event's data that says whose it is, nil
// for none. A field of the owner's name is not enough: the id of another
// service's record would name another user's channel.
func (b *builder) ownerOfEvent(s *service, event string) *Field {
	e := s.event(event)
	if e == nil {
		return s.Owner
	}
	fields := e.Fields
	if c := e.FromCustom; c != nil {
		if c.OutRef != nil {
			return c.OutRef.Owner
		}
		fields = c.Out
	}
	for _, f := range fields {
		user := f.Ref == b.users.Service || s == b.users && f.Type == Ref && f.Ref == nil
		if user && !f.List && s.Owner != nil && f.Name == s.Owner.Name {
			return f
		}
	}
	return nil
}
