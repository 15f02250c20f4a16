package model

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

const longestChannel = 200 // bytes of a channel's name in the spec

// piece is a part of a channel's name: text, or the name of a field.
type piece struct {
	text       string
	field      bool
	start, end int // of the piece in the name
}

// splitChannel splits "rooms/{room}". ok is false when the brackets do not
// match.
func splitChannel(name string) (pieces []piece, ok bool) {
	for pos := 0; pos < len(name); {
		open := strings.IndexAny(name[pos:], "{}")
		if open < 0 {
			open = len(name) - pos
		}
		if open > 0 {
			pieces = append(pieces, piece{text: name[pos : pos+open], start: pos, end: pos + open})
		}
		pos += open
		if pos == len(name) {
			break
		}
		end := strings.IndexAny(name[pos+1:], "{}")
		if name[pos] != '{' || end <= 0 || name[pos+1+end] != '}' {
			return nil, false
		}
		pieces = append(pieces, piece{text: name[pos+1 : pos+1+end], field: true, start: pos + 1, end: pos + 1 + end})
		pos += end + 2
	}
	return pieces, true
}

// channelOf makes a channel of its pieces, or tells which field is missing.
func channelOf(pieces []piece, field func(string) *Field) (c Channel, lacking string) {
	for _, p := range pieces {
		if !p.field {
			c.Parts = append(c.Parts, ChannelPart{Text: p.text})
			continue
		}
		f := field(p.text)
		if f == nil {
			return c, p.text
		}
		c.Parts = append(c.Parts, ChannelPart{Field: f})
	}
	return c, ""
}

// channelName splits a channel's name, and reports what is wrong with it.
func (b *builder) channelName(text spec.Text) ([]piece, bool) {
	name := text.Value
	notGraphic := func(r rune) bool { return !unicode.IsGraphic(r) }
	switch {
	case name == "" || strings.TrimSpace(name) != name:
		b.errorf(text.Span, "bad-channel", "a channel's name is empty, or begins or ends with a space").Fix = "write a name, such as everybody"
	case len(name) > longestChannel:
		b.errorf(text.Span, "bad-channel", "a channel's name has at most %d bytes", longestChannel).Fix = "choose a shorter one"
	case strings.IndexFunc(name, notGraphic) >= 0:
		b.errorf(text.Span, "bad-channel", "the channel %s has a character that can not be seen", quote(name)).Fix = "remove it"
	default:
		pieces, ok := splitChannel(name)
		if !ok {
			b.errorf(text.Span, "bad-channel", "the brackets of channel %s do not match", quote(name)).Fix = `write a field as in "rooms/{room}"`
		}
		return pieces, ok
	}
	return nil, false
}

// channel resolves a channel's name for an event, "" for the record's own.
func (b *builder) channel(s *service, text spec.Text, event string) (Channel, bool) {
	pieces, ok := b.channelName(text)
	if !ok {
		return Channel{}, false
	}
	var c Channel
	for _, p := range pieces {
		if !p.field {
			c.Parts = append(c.Parts, ChannelPart{Text: p.text})
			continue
		}
		f := b.channelField(s, text, p, event)
		if f == nil {
			ok = false
			continue
		}
		c.Parts = append(c.Parts, ChannelPart{Field: f})
	}
	if ok {
		b.unjoined(text)
	}
	return c, ok
}

func (b *builder) channelField(s *service, text spec.Text, p piece, event string) *Field {
	at := text.At(p.start, p.end)
	owner, fields := s.Name, s.byName
	if payload := s.payload(event); payload != nil {
		owner, fields = "event "+event, payload
	} else if s.broken[p.text] {
		return nil
	}
	if strings.Contains(p.text, ".") {
		b.errorf(at, "missing-field", "%s is not a field of %s", quote(p.text), owner).
			Fix = "name a field of what is sent; {user.…} is for channels.login"
		return nil
	}
	f := fields[p.text]
	if f == nil {
		if b.file.Broken && owner != s.Name {
			return nil
		}
		d := b.errorf(at, "missing-field", "channel %s names %s, which is no field of %s", quote(text.Value), quote(p.text), owner)
		d.Fix = "use a field of what is sent"
		d.Suggest(p.text, names(fields, s.Fields))
		return nil
	}
	return b.scalarPart(f, at)
}

// scalarPart refuses fields that make no channel's name, and lists.
func (b *builder) scalarPart(f *Field, at spec.Span) *Field {
	if !f.List {
		return b.channelPart(f, at)
	}
	b.errorf(at, "bad-channel", "a channel can not be named by %s: it is a list", quote(f.Name)).Fix = "use a field with a single, visible value"
	return nil
}

// channelPart refuses fields that make no channel's name.
func (b *builder) channelPart(f *Field, at spec.Span) *Field {
	problem := ""
	switch {
	case f.Type == JSON:
		problem = "it is JSON"
	case f.WriteOnly:
		problem = "clients may not see it"
	default:
		return f
	}
	b.errorf(at, "bad-channel", "a channel can not be named by %s: %s", quote(f.Name), problem).Fix = "use a field with a single, visible value"
	return nil
}

// names lists the keys of fields, in the record's order where they are its.
func names(fields map[string]*Field, order []*Field) []string {
	var out []string
	for _, f := range order {
		if fields[f.Name] == f {
			out = append(out, f.Name)
		}
	}
	if len(out) > 0 {
		return out
	}
	return slices.Sorted(maps.Keys(fields))
}
