package spec

import (
	"bytes"
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field reads a field in one of its three forms: the field language, the same
// as an unquoted YAML list of one type, or a mapping.
func (p *parser) field(e entry) *Field {
	f := &Field{Name: e.key}
	switch {
	case e.value.Kind == yaml.ScalarNode && !isNull(e.value):
		p.language(f, newText(p.src, e.value))
	case e.value.Kind == yaml.SequenceNode:
		p.fieldList(f, e.value)
	case e.value.Kind == yaml.MappingNode:
		p.fieldMapping(f, e)
	default:
		p.wrongShape(e.value, "a type", "field "+Quote(e.key.Value)).Fix = "write a type, as in name: string!"
		f.Broken = true
	}
	p.broken = p.broken || f.Broken
	return f
}

// fieldList reads [type], which YAML takes for a list when it is not quoted.
func (p *parser) fieldList(f *Field, n *yaml.Node) {
	if len(n.Content) != 1 || n.Content[0].Kind != yaml.ScalarNode {
		p.wrongShape(n, "one type", "the list of field "+Quote(f.Name.Value)).Fix = `write "[string]"`
		f.Broken = true
		return
	}
	item := newText(p.src, n.Content[0])
	p.language(f, item)
	if f.Type.List || f.Required.On || f.Nullable.On || len(f.Modifiers) > 0 || f.Default != nil {
		p.errorf(item.Span, "field-syntax", "inside the brackets stands a type and nothing else").
			Fix = `put all in quotes and the rest behind the bracket, as in "[string]! index"`
		f.Broken = true
	}
	f.Type.List = true
}

// fieldMapping reads the form for what does not fit on a line. Its type may be
// in the field language; a key that says the same again is refused.
func (p *parser) fieldMapping(f *Field, e entry) {
	entries := p.entries(e.value, fieldShape)
	m := mappingField{parser: p, field: f}
	for _, e := range entries {
		if e.key.Value == "type" {
			m.typed = p.fieldType(f, e.value)
		}
	}
	if !m.typed {
		if lookup(e.value, "type") == nil {
			p.errorf(e.key.Span, "missing-key", "field %s has no type", Quote(e.key.Value)).Fix = "add type: string or another type"
		}
		f.Broken = true
	}
	for _, e := range entries {
		m.key(e)
	}
	if f.Type.Name == "enum" && len(f.Type.Enum) == 0 && !f.Broken {
		p.errorf(f.Type.Span, "missing-key", "an enum needs its values").Fix = "write type: enum(a|b), or add values: [a, b]"
		f.Broken = true
	}
}

func (p *parser) fieldType(f *Field, n *yaml.Node) bool {
	if n.Kind == yaml.SequenceNode {
		p.fieldList(f, n)
		return true
	}
	t := p.text(n, "type")
	if !t.Given() {
		return false
	}
	if t.Value == "enum" {
		f.Type = Type{Name: "enum", Span: t.Span}
		return true
	}
	p.language(f, t)
	return true
}

type mappingField struct {
	*parser
	field *Field
	typed bool
}

func (m mappingField) key(e entry) {
	t := &m.field.Type
	switch key := e.key.Value; key {
	case "values":
		m.values(e)
	case "min":
		m.bound(e, &t.Min, &t.ListMin)
	case "max":
		m.bound(e, &t.Max, &t.ListMax)
	case "required":
		m.set(e, &m.field.Required)
	case "nullable":
		m.set(e, &m.field.Nullable)
	case "unique", "index", "readonly", "writeonly", "immutable":
		m.modifier(e)
	case "visible", "writable":
		m.viewers(e)
	case "default":
		m.defaultValue(e)
	case "doc":
		m.field.Doc = m.text(e.value, "doc")
	}
}

// twice reports a key that repeats what the type's text says.
func (m mappingField) twice(e entry) {
	m.errorf(e.key.Span, "duplicate-setting", "%s is already said by the type", Quote(e.key.Value)).Fix = "keep one of the two"
}

func (m mappingField) values(e entry) {
	t := &m.field.Type
	switch {
	case m.typed && t.Name != "enum":
		m.errorf(e.key.Span, "wrong-shape", "only an enum has values").Fix = "write type: enum"
	case len(t.Enum) > 0:
		m.twice(e)
	default:
		t.Enum = m.distinct(m.texts(e.value, "values"), "values")
		for _, v := range t.Enum {
			m.enumValue(m.field, v)
		}
	}
}

// bound reads min or max: of a list its length, else of the value.
func (m mappingField) bound(e entry, value, list *Number) {
	target := value
	if m.field.Type.List {
		target = list
	}
	if !target.Span.IsZero() {
		m.twice(e)
		return
	}
	*target = m.number(e.value, e.key.Value)
}

func (m mappingField) set(e entry, flag *Flag) {
	if !flag.Span.IsZero() {
		m.twice(e)
		return
	}
	if f := m.flag(e.value, e.key.Value); f.On {
		*flag = Flag{On: true, Span: e.key.Span}
	}
}

func (m mappingField) modifier(e entry) {
	for _, mod := range m.field.Modifiers {
		if mod.Value == e.key.Value {
			m.twice(e)
			return
		}
	}
	if f := m.flag(e.value, e.key.Value); f.On {
		m.field.Modifiers = append(m.field.Modifiers, e.key)
	}
}

func (m mappingField) viewers(e entry) {
	words := m.field.words(e.key.Value)
	if *words != nil {
		m.twice(e)
		return
	}
	m.field.Modifiers = append(m.field.Modifiers, e.key)
	*words = m.parser.viewers(e.value, e.key.Value)
}

func (m mappingField) defaultValue(e entry) {
	if m.field.Default != nil {
		m.twice(e)
		return
	}
	v, ok := m.value(e.value)
	if !ok {
		m.field.Broken = true
		return
	}
	m.field.Default = v
}

// value reads a default from YAML. A mapping becomes JSON; a list stays a list
// so that its items can be checked.
func (p *parser) value(n *yaml.Node) (*Value, bool) {
	v := &Value{Span: p.span(n), Text: n.Value}
	switch n.Kind {
	case yaml.SequenceNode:
		v.Kind = List
		for _, item := range n.Content {
			iv, ok := p.value(item)
			if !ok {
				return nil, false
			}
			v.Items = append(v.Items, iv)
		}
		return v, true
	case yaml.MappingNode:
		v.Kind = Raw
		text, ok := p.object(n)
		v.Text = text
		return v, ok
	}
	if n.Tag == "!!str" && !strings.HasPrefix(n.Value, "$") {
		v.Kind = Quoted
	}
	if n.Tag == "!!null" {
		v.Text = "null"
	}
	return v, true
}

func (p *parser) object(n *yaml.Node) (string, bool) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, e := range p.entries(n, jsonValueShape) {
		if i > 0 {
			b.WriteByte(',')
		}
		v, ok := p.value(e.value)
		if !ok {
			return "", false
		}
		b.WriteString(jsonText(e.key.Value))
		b.WriteByte(':')
		text, ok := v.JSON()
		if !ok {
			p.errorf(v.Span, "bad-default", "%s can not be written as JSON", Quote(v.Text)).Fix = "put a text in quotes"
			return "", false
		}
		b.WriteString(text)
	}
	b.WriteByte('}')
	return b.String(), true
}

// JSON returns the value as JSON by its form alone, which is what a field of
// type json holds. ok is false for a bare word that is no JSON.
func (v *Value) JSON() (text string, ok bool) {
	switch v.Kind {
	case Quoted:
		return jsonText(v.Text), true
	case List:
		parts := make([]string, len(v.Items))
		for i, item := range v.Items {
			if parts[i], ok = item.JSON(); !ok {
				return "", false
			}
		}
		return "[" + strings.Join(parts, ",") + "]", true
	}
	return v.Text, json.Valid([]byte(v.Text))
}

// jsonText writes a text as JSON, with <, > and & as they are.
func jsonText(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	// A string can always be encoded.
	_ = enc.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}
