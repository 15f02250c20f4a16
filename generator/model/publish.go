package model

import (
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// publish resolves where events go: a rule an event, in the order of events,
// that of all others last.
func (b *builder) publish(s *service) {
	syntax := s.syntax.Publish
	if syntax == nil {
		b.unpublished(s, s.syntax.Name.Span, s.eventNames())
		return
	}
	rules := map[string]*spec.PublishRule{}
	for _, r := range syntax.Rules {
		if !r.Event.Given() || b.publishedEvent(s, r.Event) {
			rules[r.Event.Value] = r
		}
	}
	var left []string
	for _, name := range append(defaultEventNames(), s.customEventNames()...) {
		rule := rules[name]
		switch {
		case rule != nil:
			s.Publish = append(s.Publish, Publish{name, b.rule(s, rule, name)})
		case rules[""] == nil:
			left = append(left, name)
		case s.event(name) != nil:
			b.inherited(s, rules[""], name)
		}
	}
	if rule := rules[""]; rule != nil {
		s.Publish = append(s.Publish, Publish{"", b.rule(s, rule, "")})
		return
	}
	b.unpublished(s, syntax.Key.Span, s.sent(left))
}

// inherited gives an event with data of its own the channels of the rule for
// all events, as far as its data has the fields.
func (b *builder) inherited(s *service, rule *spec.PublishRule, event string) {
	payload := s.payload(event)
	named := func(t spec.Text) bool { return strings.Contains(t.Value, "{") || t.Value == "owner" }
	if payload == nil || !slices.ContainsFunc(rule.Channels, named) {
		return
	}
	out := Publish{Event: event}
	var missing []string
	for _, text := range rule.Channels {
		if isNobody(text.Value) {
			continue
		}
		c, lacking, ok := b.inheritedChannel(s, text, event, payload)
		if ok && lacking == "" {
			out.Channels = append(out.Channels, c)
		} else if lacking != "" {
			missing = append(missing, lacking)
		}
	}
	s.Publish = append(s.Publish, out)
	if len(missing) > 0 && s.known(missing) && !b.file.Broken {
		b.diags.Warnf(rule.Span, "event-not-sent", "event %s has no %s, so it is not sent to the channels named by that",
			event, strings.Join(missing, ", ")).Fix = "add the channels of this event: publish: { default: …, " + event + ": [everybody] }"
	}
}

// inheritedChannel resolves one channel of the rule for all events, or tells
// which field the event lacks. What is wrong with the channel itself is
// reported with the rule.
func (b *builder) inheritedChannel(s *service, text spec.Text, event string, payload map[string]*Field) (c Channel, lacking string, ok bool) {
	if !isAuthWord(text.Value) {
		pieces, ok := splitChannel(text.Value)
		c, lacking = channelOf(pieces, func(name string) *Field { return payload[name] })
		return c, lacking, ok
	}
	switch {
	case b.users == nil:
		return c, "", false
	case text.Value == "authenticated":
		return authenticatedChannel(), "", true
	}
	if f := b.ownerOfEvent(s, event); f != nil {
		return b.ownChannel(ChannelPart{Field: f}), "", true
	}
	if s.Owner == nil {
		return c, "", false
	}
	return c, s.Owner.Name, false
}

// known reports whether the record has the fields: if not, that is reported.
func (s *service) known(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return s.byName[name] == nil })
}

// unpublished warns about events that nobody will hear.
func (b *builder) unpublished(s *service, at spec.Span, events []string) {
	if !b.realtime() || b.file.Broken || len(events) == 0 {
		return
	}
	d := b.diags.Warnf(at, "not-published", "no client hears of %s in %s: there are no channels to publish to", orList(events), s.Name)
	d.Fix = "add publish: [everybody] or other channels, or publish: nobody to say so"
	if s.syntax.Publish != nil {
		d.Fix = "add default: with the channels of the other events, or default: nobody to say so"
	}
}

func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

func defaultEventNames() []string {
	var names []string
	for _, e := range defaultEvents() {
		names = append(names, e[0])
	}
	return names
}

func (s *service) customEventNames() []string {
	var names []string
	for _, e := range s.Events {
		names = append(names, e.Name)
	}
	return names
}

// eventNames lists what the service sends at all.
func (s *service) eventNames() []string {
	return s.sent(append(defaultEventNames(), s.customEventNames()...))
}

// sent drops the events of methods that the service does not have.
func (s *service) sent(names []string) []string {
	var out []string
	for _, name := range names {
		i := slices.Index(defaultEventNames(), name)
		if i < 0 || contains(s.Methods, defaultEvents()[i][1]) {
			out = append(out, name)
		}
	}
	return out
}

func (b *builder) publishedEvent(s *service, event spec.Text) bool {
	known := append(defaultEventNames(), s.customEventNames()...)
	for _, c := range s.syntax.Custom {
		known = append(known, c.Emits.Value)
	}
	for _, e := range s.syntax.Events {
		known = append(known, e.Name.Value)
	}
	if contains(known, event.Value) && event.Value != "" {
		return true
	}
	known = append(known, "default")
	d := b.errorf(event.Span, "unknown-event", "%s has no event %s", s.Name, quote(event.Value))
	d.Fix = "use default, created, updated, patched, removed or a custom event of the service"
	d.Suggest(event.Value, known)
	return false
}

// payload returns the fields of an event's data, nil for the record itself.
func (s *service) payload(event string) map[string]*Field {
	e := s.event(event)
	if e == nil {
		return nil
	}
	fields := e.Fields
	if c := e.FromCustom; c != nil {
		fields = c.Out
		if c.OutRef == s.Service {
			return nil
		}
		if c.OutRef != nil {
			fields = c.OutRef.Fields
		}
	}
	out := map[string]*Field{}
	for _, f := range fields {
		out[f.Name] = f
	}
	return out
}

// rule resolves the channels of one rule. nil is nobody.
func (b *builder) rule(s *service, rule *spec.PublishRule, event string) []Channel {
	var out []Channel
	for _, text := range rule.Channels {
		if isNobody(text.Value) {
			if len(rule.Channels) > 1 {
				b.errorf(text.Span, "conflict", "nobody stands alone").Fix = "remove nobody, or the other channels"
			}
			continue
		}
		resolve := b.channel
		if isAuthWord(text.Value) {
			resolve = b.authChannel
		}
		if c, ok := resolve(s, text, event); ok {
			out = append(out, c)
		}
	}
	return out
}

func isNobody(name string) bool { return name == "nobody" }
