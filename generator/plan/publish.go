package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// publishView is the function that names the channels of a service's events.
type publishView struct {
	Always string // channels of every event when they are the same and fixed
	Cases  []publishCase
}

type publishCase struct {
	Events   []string // quoted
	Var      string   // variable for the record, "" when no channel needs it
	Type     string   // the record's Go type
	Channels string   // expressions, joined with commas
}

// newPublishView returns nil when the service sends no events.
func newPublishView(s *model.Service) *publishView {
	v := &publishView{}
	for _, e := range publishedEvents(s) {
		c := publishCase{Type: e.typ}
		channels, ok := e.channels(s)
		if !ok || len(channels) == 0 {
			continue
		}
		c.Channels = strings.Join(channels, ", ")
		if strings.Contains(c.Channels, e.variable+".") && !e.fixed(s) {
			c.Var = e.variable
		}
		same := func(d publishCase) bool {
			return d.Channels == c.Channels && d.Var == c.Var && (c.Var == "" || d.Type == c.Type)
		}
		if i := slices.IndexFunc(v.Cases, same); i >= 0 {
			v.Cases[i].Events = append(v.Cases[i].Events, strconv.Quote(e.name))
			continue
		}
		c.Events = []string{strconv.Quote(e.name)}
		v.Cases = append(v.Cases, c)
	}
	if len(v.Cases) == 0 {
		return nil
	}
	if len(v.Cases) == 1 && v.Cases[0].Var == "" && len(v.Cases[0].Events) == len(publishedEvents(s)) {
		v.Always = v.Cases[0].Channels
	}
	return v
}

func (v *publishView) importUsed(im imports) {
	for _, c := range v.Cases {
		if strings.Contains(c.Channels, "strconv.") {
			im.add("strconv")
		}
		if strings.Contains(c.Channels, "record.") {
			im.runtime("record")
		}
	}
}

// publishedEvent is one event with the record that it carries.
type publishedEvent struct {
	name     string
	variable string
	typ      string
	fields   []*model.Field
}

var eventOf = map[string]string{"create": "created", "update": "updated", "patch": "patched", "remove": "removed"}

// publishedEvents returns all events of a service: Go code may call methods
// that clients can not, so the standard four are always there.
func publishedEvents(s *model.Service) []publishedEvent {
	own := publishedEvent{variable: "rec", typ: "*model." + s.Type, fields: s.Fields}
	var list []publishedEvent
	if s.Store != "none" {
		for _, m := range []string{"create", "update", "patch", "remove"} {
			own.name = eventOf[m]
			list = append(list, own)
		}
	}
	for _, e := range s.Events {
		pe := publishedEvent{name: e.Name, variable: "rec"}
		switch c := e.FromCustom; {
		case c == nil:
			pe.typ, pe.fields = "*"+e.GoName, e.Fields
		case c.OutRef != nil:
			pe.typ, pe.fields = "*model."+c.OutRef.Type, c.OutRef.Fields
		default:
			pe.typ, pe.fields = "*"+c.GoName+"Result", c.Out
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

func (e publishedEvent) fixed(s *model.Service) bool {
	for _, c := range e.rule(s) {
		for _, part := range c.Parts {
			if part.Field != nil {
				return false
			}
		}
	}
	return true
}

// channels returns the Go expressions of the event's channels, false if one
// needs a field that the event's record lacks.
func (e publishedEvent) channels(s *model.Service) ([]string, bool) {
	var list []string
	for _, c := range e.rule(s) {
		var parts []string
		for _, part := range c.Parts {
			if part.Field == nil {
				parts = append(parts, strconv.Quote(part.Text))
				continue
			}
			i := slices.IndexFunc(e.fields, func(f *model.Field) bool { return f.Name == part.Field.Name })
			if i < 0 {
				return nil, false
			}
			parts = append(parts, e.text(e.fields[i]))
		}
		list = append(list, strings.Join(parts, " + "))
	}
	return list, true
}

// text returns the expression that prints a field in a channel's name.
func (e publishedEvent) text(f *model.Field) string {
	self := e.variable + "." + f.GoName
	g := goField{Field: f, record: &recordView{}}
	switch t := g.goType(); {
	case f.Type == model.Enum && !g.pointer():
		return "string(" + self + ")"
	case g.pointer() || f.List:
		if f.List {
			return t.value + "(" + self + ")"
		}
		return "record.Opt(" + self + ", " + t.value + ").String()"
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
