package model

import (
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// defaultEvents are the events that standard methods send, with the method.
func defaultEvents() [][2]string {
	return [][2]string{{"created", "create"}, {"updated", "update"}, {"patched", "patch"}, {"removed", "remove"}}
}

func isDefaultEvent(name string) bool {
	return slices.ContainsFunc(defaultEvents(), func(e [2]string) bool { return e[0] == name })
}

// events resolves the custom events: those of the spec, then those that
// custom methods send.
func (b *builder) events(s *service) {
	for _, syntax := range s.syntax.Events {
		if !b.eventName(syntax.Name) {
			continue
		}
		e := &Event{Name: syntax.Name.Value, GoName: goName(syntax.Name.Value), Doc: syntax.Doc.Value, Local: b.stays(syntax.Sync)}
		if e.Fields = b.dataFields(s, syntax.Fields, "an event"); e.Fields == nil {
			e.Fields = []*Field{} // nil is for events that a custom method sends
		}
		s.Events = append(s.Events, e)
	}
	for _, syntax := range s.syntax.Custom {
		c := s.custom(syntax.Name.Value)
		if c == nil || !syntax.Emits.Given() || !b.eventName(syntax.Emits) {
			continue
		}
		name := syntax.Emits
		if other := s.event(name.Value); other != nil {
			b.errorf(name.Span, "duplicate-event", "event %s is there already, and an event carries one kind of data", quote(name.Value)).
				Fix = "choose another name for the event that " + c.Name + " sends"
			continue
		}
		c.Emits = &Event{Name: name.Value, GoName: goName(name.Value), FromCustom: c}
		s.Events = append(s.Events, c.Emits)
	}
}

func (s *service) event(name string) *Event {
	for _, e := range s.Events {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func (s *service) custom(name string) *Custom {
	for _, c := range s.Custom {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func (b *builder) eventName(name spec.Text) bool {
	switch {
	case isDefaultEvent(name.Value):
		b.errorf(name.Span, "default-event", "%s is sent by the standard methods", quote(name.Value)).
			Fix = "choose another name: a custom event has a name of its own"
	case name.Value == "error" || name.Value == "newListener" || name.Value == "removeListener" || isPrototypeName(name.Value):
		b.errorf(name.Span, "reserved-name", "an event can not be called %s: clients use the name themselves", quote(name.Value)).
			Fix = "choose another name"
	case name.Value == "resync":
		b.errorf(name.Span, "reserved-name", "an event can not be called resync: clients hear it when they missed others").
			Fix = "choose another name"
	case !b.goIdentifier(name, "an event"):
	default:
		return true
	}
	return false
}
