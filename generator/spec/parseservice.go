package spec

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

func (p *parser) service(e entry) *Service {
	s := &Service{Name: e.key}
	for _, e := range p.entries(e.value, serviceShape) {
		p.serviceKey(s, e)
	}
	return s
}

func (p *parser) serviceKey(s *Service, e entry) {
	switch e.key.Value {
	case "doc":
		s.Doc = p.text(e.value, "doc")
	case "path":
		s.Path = p.text(e.value, "path")
	case "type":
		s.Type = p.text(e.value, "type")
	case "store":
		s.Store = p.word(e.value, "store", storeWords)
	case "id":
		s.ID = p.id(e)
	case "fields":
		s.Fields = p.fields(e.value, "fields")
	case "timestamps":
		s.Timestamps = p.flag(e.value, "timestamps")
	case "index":
		s.Indexes = p.indexes(e.value)
	case "paginate":
		s.Paginate = p.paginate(e)
	case "methods":
		s.Methods = p.words(e.value, "methods", methodWords)
	case "multi":
		s.Multi = p.words(e.value, "multi", multiWords)
	default:
		p.behaviourKey(s, e)
	}
}

// behaviourKey reads the keys that are about methods and events.
func (p *parser) behaviourKey(s *Service, e entry) {
	switch e.key.Value {
	case "custom":
		for _, c := range p.entries(e.value, customsShape) {
			s.Custom = append(s.Custom, p.custom(c))
		}
	case "events":
		for _, ev := range p.entries(e.value, eventsShape) {
			s.Events = append(s.Events, p.event(ev))
		}
	case "hooks":
		for _, h := range p.entries(e.value, hooksShape) {
			s.Hooks = append(s.Hooks, p.hooks(h)...)
		}
	case "publish":
		s.Publish = p.publish(e)
	case "sync":
		s.Sync = p.optional(e.value, "sync")
	case "outbox":
		s.Outbox = p.flag(e.value, "outbox")
	case "access":
		s.Access = p.access(e.value)
	}
}

// id reads the id field's name, or a mapping of its name and type.
func (p *parser) id(e entry) *ID {
	id := &ID{Key: e.key}
	if e.value.Kind == yaml.ScalarNode {
		id.Name = p.text(e.value, "id")
		return id
	}
	for _, e := range p.entries(e.value, idShape) {
		switch e.key.Value {
		case "name":
			id.Name = p.text(e.value, "id.name")
		case "type":
			id.Type = p.word(e.value, "id.type", idTypeWords)
		}
	}
	return id
}

func (p *parser) fields(n *yaml.Node, what string) []*Field {
	var out []*Field
	for _, e := range p.entries(n, shape{name: what}) {
		out = append(out, p.field(e))
	}
	return out
}

// indexes reads a list of lists of field names.
func (p *parser) indexes(n *yaml.Node) [][]Text {
	if n.Kind != yaml.SequenceNode {
		p.wrongShape(n, "a list of lists", "index").Fix = "write index: [[a, b]]"
		return nil
	}
	var out [][]Text
	for _, item := range n.Content {
		if item.Kind != yaml.SequenceNode {
			p.wrongShape(item, "a list of fields", "an item of index").
				Fix = "write index: [[a, b]] for one index on two fields, [[a], [b]] for two"
			continue
		}
		fields := p.distinct(p.texts(item, "index"), "an index")
		if len(item.Content) == 0 {
			p.errorf(p.span(item), "missing-value", "an index needs a field").Fix = "write index: [[a, b]]"
			continue
		}
		out = append(out, fields)
	}
	return out
}

// paginate reads false, or a mapping of two sizes.
func (p *parser) paginate(e entry) *Paginate {
	pg := &Paginate{Span: e.key.Span}
	if e.value.Kind != yaml.MappingNode {
		flag := p.paginateFlag(e.value)
		pg.Off = !flag.On
		return pg
	}
	for _, e := range p.entries(e.value, paginateShape) {
		switch e.key.Value {
		case "default":
			pg.Default = p.number(e.value, "paginate.default")
		case "max":
			pg.Max = p.number(e.value, "paginate.max")
		}
	}
	return pg
}

func (p *parser) paginateFlag(n *yaml.Node) Flag {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!bool" {
		return p.flag(n, "paginate")
	}
	p.wrongShape(n, "false or a mapping", "paginate").Fix = "write paginate: { default: 25, max: 100 }, or paginate: false for plain arrays"
	return Flag{On: true}
}

func (p *parser) custom(e entry) *Custom {
	c := &Custom{Name: e.key}
	for _, e := range p.entries(e.value, customShape) {
		switch e.key.Value {
		case "doc":
			c.Doc = p.text(e.value, "doc")
		case "in":
			c.In = p.fields(e.value, "in")
		case "out":
			p.out(c, e.value)
		case "emits":
			c.Emits = p.text(e.value, "emits")
		}
	}
	return c
}

// out reads a map of fields, a service's name, or one in brackets.
func (p *parser) out(c *Custom, n *yaml.Node) {
	switch n.Kind {
	case yaml.SequenceNode:
		c.OutList = true
		if len(n.Content) != 1 {
			p.wrongShape(n, "fields, a service, or one service in brackets", "out")
			return
		}
		c.OutRef = p.text(n.Content[0], "out")
	case yaml.ScalarNode:
		t := p.text(n, "out")
		if len(t.Value) > 2 && strings.HasPrefix(t.Value, "[") && strings.HasSuffix(t.Value, "]") {
			c.OutList = true
			name := strings.TrimSpace(t.Value[1 : len(t.Value)-1])
			start := strings.Index(t.Value, name)
			t = t.part(start, start+len(name))
		}
		c.OutRef = t
	default:
		c.Out = p.fields(n, "out")
	}
}

// event reads a map of fields, or { doc, sync, fields } where fields is such a
// map.
func (p *parser) event(e entry) *Event {
	ev := &Event{Name: e.key}
	if !isLongEvent(e.value) {
		ev.Fields = p.fields(e.value, "event")
		return ev
	}
	for _, e := range p.entries(e.value, eventShape) {
		switch e.key.Value {
		case "doc":
			ev.Doc = p.text(e.value, "doc")
		case "sync":
			ev.Sync = p.optional(e.value, "sync")
		case "fields":
			ev.Fields = p.fields(e.value, "fields")
		}
	}
	return ev
}

// isLongEvent tells the two forms of an event apart: an event may have fields
// that are called fields, whose mapping form has a type, and sync, which is
// never true or false.
func isLongEvent(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}
	if sync := lookup(n, "sync"); sync != nil && sync.Tag == "!!bool" {
		return true
	}
	fields := lookup(n, "fields")
	return fields != nil && fields.Kind == yaml.MappingNode && lookup(fields, "type") == nil
}

func lookup(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// hooks reads one hook type: a map from methods to hook names.
func (p *parser) hooks(e entry) []*Hook {
	var out []*Hook
	for _, m := range p.entries(e.value, hookTypeShape) {
		what := "hooks." + e.key.Value + "." + m.key.Value
		for _, name := range p.distinct(p.texts(m.value, what), what) {
			out = append(out, &Hook{Type: e.key.Value, Method: m.key, Name: name})
		}
	}
	return out
}

// publish reads the channels of all events, or a map from events to channels.
func (p *parser) publish(e entry) *Publish {
	pub := &Publish{Key: e.key}
	if e.value.Kind != yaml.MappingNode {
		rule := &PublishRule{Span: e.key.Span}
		rule.Channels = p.distinct(p.texts(e.value, "publish"), "publish")
		pub.Rules = append(pub.Rules, rule)
		return pub
	}
	for _, e := range p.entries(e.value, publishShape) {
		what := "publish." + e.key.Value
		rule := &PublishRule{Span: e.key.Span, Channels: p.distinct(p.texts(e.value, what), what)}
		if e.key.Value != "default" {
			rule.Event = e.key
		}
		pub.Rules = append(pub.Rules, rule)
	}
	return pub
}
