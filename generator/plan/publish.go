package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// publishView is the function that names the channels of a service's events.
type publishView struct {
	Always []channelView // channels of every event when they are the same and fixed
	Cases  []publishCase
}

type publishCase struct {
	Events   []string // quoted
	Type     string   // the record's Go type, "" when no channel needs it
	Channels []channelView
}

// channelView is one channel: its name, and the condition under which the
// record has the fields in it, "" for always.
type channelView struct{ Name, If string }

// Names returns the channels that every such event goes to.
func (c publishCase) Names() string { return names(c.Channels) }

// AlwaysNames returns the channels of every event.
func (v *publishView) AlwaysNames() string { return names(v.Always) }

// Guarded returns the channels that depend on the record.
func (c publishCase) Guarded() []channelView {
	return slices.DeleteFunc(slices.Clone(c.Channels), func(ch channelView) bool { return ch.If == "" })
}

func names(channels []channelView) string {
	var list []string
	for _, ch := range channels {
		if ch.If == "" {
			list = append(list, ch.Name)
		}
	}
	return strings.Join(list, ", ")
}

// newPublishView returns nil when the service sends no events.
func newPublishView(s *model.Service) *publishView {
	v := &publishView{}
	all := publishedEvents(s)
	for _, e := range all {
		c, ok := e.publishCase(s)
		if !ok {
			continue
		}
		same := func(d publishCase) bool { return d.Type == c.Type && slices.Equal(d.Channels, c.Channels) }
		if i := slices.IndexFunc(v.Cases, same); i >= 0 {
			v.Cases[i].Events = append(v.Cases[i].Events, c.Events...)
		} else {
			v.Cases = append(v.Cases, c)
		}
	}
	if len(v.Cases) == 0 {
		return nil
	}
	if first := v.Cases[0]; first.Type == "" && len(first.Events) == len(all) {
		v.Always = first.Channels
	}
	return v
}

func (v *publishView) importUsed(im imports) {
	for _, c := range v.Cases {
		for _, ch := range c.Channels {
			ch.importUsed(im)
		}
	}
}

func (c channelView) importUsed(im imports) {
	if strings.Contains(c.Name, "strconv.") {
		im.add("strconv")
	}
	if strings.Contains(c.Name, "record.") {
		im.runtime("record")
	}
}

// publishedEvent is one event with the record that it carries.
type publishedEvent struct {
	name   string
	sentBy string // the standard method that causes it, "" for a custom event
	typ    string
	schema string // of a custom event's record
	fields []*model.Field
}

var eventOf = map[string]string{"create": "created", "update": "updated", "patch": "patched", "remove": "removed"}

// publishedEvents returns all events of a service: Go code may call methods
// that clients can not, so the standard four are always there.
func publishedEvents(s *model.Service) []publishedEvent {
	own := publishedEvent{typ: "*model." + s.Type, fields: s.Fields}
	var list []publishedEvent
	if s.Store != "none" {
		for _, m := range []string{"create", "update", "patch", "remove"} {
			own.name, own.sentBy = eventOf[m], m
			list = append(list, own)
		}
	}
	for _, e := range s.Events {
		pe := publishedEvent{name: e.Name}
		switch c := e.FromCustom; {
		case c == nil:
			pe.typ, pe.schema, pe.fields = "*"+e.GoName, lowerFirst(e.GoName)+"Schema", e.Fields
		case c.OutRef != nil:
			pe.typ, pe.schema, pe.fields = "*model."+c.OutRef.Type, "model."+c.OutRef.Type+"Schema", c.OutRef.Fields
		default:
			pe.typ, pe.schema, pe.fields = "*"+c.GoName+"Result", lowerFirst(c.GoName)+"ResultSchema", c.Out
		}
		if pe.fields != nil {
			list = append(list, pe)
		}
	}
	return list
}

func (e publishedEvent) rule(s *model.Service) []model.Channel {
	var rest []model.Channel
	for _, p := range s.Publish {
		if p.Event == e.name {
			return p.Channels
		}
		if p.Event == "" {
			rest = p.Channels
		}
	}
	return rest
}

// publishCase returns the event's channels, false when it has none or one
// needs a field that the event's record lacks.
func (e publishedEvent) publishCase(s *model.Service) (publishCase, bool) {
	c := publishCase{Events: []string{strconv.Quote(e.name)}}
	for _, rule := range e.rule(s) {
		ch, needs, ok := e.channel(rule)
		if !ok {
			return c, false
		}
		if needs {
			c.Type = e.typ
		}
		c.Channels = append(c.Channels, ch)
	}
	return c, len(c.Channels) > 0
}

// channel returns one channel, whether it needs the record, and whether that
// has all of its fields.
func (e publishedEvent) channel(rule model.Channel) (ch channelView, needs, ok bool) {
	var parts, guards []string
	for _, part := range rule.Parts {
		if part.Field == nil {
			parts = append(parts, strconv.Quote(part.Text))
			continue
		}
		i := slices.IndexFunc(e.fields, func(f *model.Field) bool { return f.Name == part.Field.Name })
		if i < 0 {
			return ch, false, false
		}
		needs = true
		text, guard := channelText("rec", e.fields[i])
		parts = append(parts, text)
		if guard != "" {
			guards = append(guards, guard)
		}
	}
	return channelView{strings.Join(parts, " + "), strings.Join(guards, " && ")}, needs, true
}

// channelText returns the expression that prints a field of the variable rec
// in a channel's name, and the condition under which there is something to
// print.
func channelText(rec string, f *model.Field) (text, guard string) {
	self := rec + "." + f.GoName
	if (goField{Field: f, record: &recordView{}}).pointer() {
		guard, self = self+" != nil", "*"+self
	}
	return channelValue(self, f), guard
}

// channelValue returns the expression that prints a value of a field's type.
func channelValue(self string, f *model.Field) string {
	switch t := (goField{Field: f, record: &recordView{}}).goType(); {
	case f.Type == model.Enum:
		return "string(" + self + ")"
	case t.name == "string":
		return self
	case t.name == "int64":
		return "strconv.FormatInt(" + self + ", 10)"
	case t.name == "bool":
		return "strconv.FormatBool(" + self + ")"
	default:
		return t.value + "(" + self + ").String()"
	}
}
