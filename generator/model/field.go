package model

import (
	"regexp"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

const maxFields = 128 // of a record: the bits of the runtime's field set

var nameForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// shortestPassword is the length of stored passwords where the spec gives none.
const shortestPassword = 8

// fields resolves the record's fields behind the id.
func (b *builder) fields(s *service) {
	own := maxFields - 1 // the id
	if s.syntax.Timestamps.On {
		own -= 2
	}
	for _, syntax := range capped(b, s.syntax.Name.Span, s.syntax.Fields, own, "fields") {
		b.recordField(s, syntax)
	}
	b.timestamps(s)
}

func (b *builder) recordField(s *service, syntax *spec.Field) {
	name := syntax.Name
	if !b.fieldName(name) {
		s.broken[name.Value] = true
		return
	}
	if name.Value == s.ID.Name {
		d := b.errorf(name.Span, "reserved-name", "%s is the record's id, which is there by itself", quote(name.Value))
		d.Fix = "remove the field; its type is set by id: { name: " + name.Value + ", type: int | uuid | string }"
		return
	}
	if s.syntax.Timestamps.On && isTimestamp(name.Value) {
		b.errorf(name.Span, "reserved-name", "%s is there by itself with timestamps: true", quote(name.Value)).
			Fix = "remove the field, or timestamps"
		return
	}
	f := b.field(s, syntax)
	if f == nil {
		s.broken[name.Value] = true
		return
	}
	if f.Type == Password && f.Min == nil && (f.Max == nil || *f.Max >= shortestPassword) {
		low := float64(shortestPassword)
		f.Min = &low
	}
	b.modifiers(s, f, syntax)
	s.owned = s.owned || isUser(syntax.Default)
	s.add(f, name.Span)
}

func isTimestamp(name string) bool { return name == "createdAt" || name == "updatedAt" }

func (b *builder) timestamps(s *service) {
	if !s.syntax.Timestamps.On {
		return
	}
	at := s.syntax.Timestamps.Span
	s.add(&Field{Name: "createdAt", GoName: "CreatedAt", Type: Time, ReadOnly: true, Auto: AutoCreated}, at)
	s.add(&Field{Name: "updatedAt", GoName: "UpdatedAt", Type: Time, ReadOnly: true, Auto: AutoUpdated}, at)
}

// dataFields resolves the fields of what a method takes or returns, or of an
// event. nil stands for no fields.
func (b *builder) dataFields(s *service, list []*spec.Field, where string) []*Field {
	if len(list) == 0 {
		return nil
	}
	list = capped(b, list[0].Name.Span, list, maxFields, "fields")
	var out []*Field
	for _, syntax := range list {
		if !b.fieldName(syntax.Name) {
			continue
		}
		f := b.field(s, syntax)
		if f == nil {
			continue
		}
		for _, m := range syntax.Modifiers {
			b.errorf(m.Span, "not-allowed-here", "%s is for fields that are stored, and those of %s are not", m.Value, where).
				Fix = "remove the word"
		}
		if where != "in" {
			b.answered(f, syntax, where)
		} else if f.User {
			b.errorf(syntax.Default.Span, "not-allowed-here", "$user is for fields that are stored, and those of in are not").
				Fix = "remove the field: Go code knows who calls"
		}
		out = append(out, f)
	}
	b.goCollisions(list, out)
	return out
}

// answered refuses what has no sense in data that goes out.
func (b *builder) answered(f *Field, syntax *spec.Field, where string) {
	if f.Type == Password {
		b.errorf(syntax.Type.Span, "not-allowed-here", "a password never leaves the server").Fix = "remove the field"
	}
	if syntax.Default != nil {
		b.errorf(syntax.Default.Span, "not-allowed-here", "a default is for data that comes in, and that of %s goes out", where).
			Fix = "set the value in Go"
	}
}

// fieldName checks a name that stands in JSON, in queries and in SQL.
func (b *builder) fieldName(name spec.Text) bool {
	switch {
	case strings.HasPrefix(name.Value, "$"):
		b.errorf(name.Span, "reserved-name", "a field can not be called %s: names with $ belong to the query language", quote(name.Value)).
			Fix = "choose a name without $"
	case isPrototypeName(name.Value):
		b.errorf(name.Span, "reserved-name", "a field can not be called %s: JavaScript clients have that name on every object", quote(name.Value)).
			Fix = "choose another name"
	case !nameForm.MatchString(name.Value):
		d := b.errorf(name.Span, "invalid-name", "a field can not be called %s", quote(name.Value))
		d.Fix = "use ASCII letters, digits and _, not beginning with a digit"
		d.Suggestion = camel(name.Value)
	case len(name.Value) > longestName:
		b.errorf(name.Span, "invalid-name", "the field's name is longer than %d characters", longestName).Fix = "choose a shorter one"
	default:
		return true
	}
	return false
}

// camel turns words into a name such as a field has, "" where that is no help.
func camel(name string) string {
	if len(name) > longestName {
		return ""
	}
	words := splitWords(name)
	for i, w := range words {
		words[i] = asciiFold(strings.ToLower(w))
		if i > 0 {
			words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
		}
	}
	if s := strings.Join(words, ""); s != name && nameForm.MatchString(s) {
		return s
	}
	return ""
}

// fieldName returns a field's Go name, which no method of a record has.
func fieldName(name string) string {
	id := goName(name)
	switch id {
	case "Schema", "Value", "SetValue", "AppendJSON", "MarshalJSON", "Clone":
		return id + "Field"
	}
	return id
}

// field resolves a field but for its modifiers, nil when that can not be done.
func (b *builder) field(s *service, syntax *spec.Field) *Field {
	if syntax.Broken {
		return nil
	}
	t := syntax.Type
	f := &Field{
		Name: syntax.Name.Value, GoName: fieldName(syntax.Name.Value), Doc: syntax.Doc.Value,
		Type: Type(t.Name), List: t.List, Required: syntax.Required.On, Nullable: syntax.Nullable.On,
	}
	switch t.Name {
	case "ref":
		target := b.lookup(t.Ref)
		if target == nil {
			return nil
		}
		f.Ref, f.IDType = target.Service, target.ID.IDType
	case "id":
		f.Type, f.IDType = Ref, s.ID.IDType
	case "enum":
		const most = 256
		f.Enum = b.enum(capped(b, t.Span, t.Enum, most, "values"))
	}
	f.WriteOnly = f.Type == Password
	if f.Type == Password && f.List {
		b.errorf(t.Span, "bad-type", "a list of passwords is not possible").Fix = "use one password a record"
		return nil
	}
	b.bounds(f, t)
	if syntax.Default != nil {
		b.defaultValue(s, f, syntax)
	}
	return f
}

func (b *builder) enum(texts []spec.Text) []EnumValue {
	out := make([]EnumValue, len(texts))
	seen := map[string]string{}
	for i, t := range texts {
		v := EnumValue{Value: t.Value, GoName: enumName(t.Value)}
		if other, taken := seen[v.GoName]; taken {
			b.errorf(t.Span, "name-collision", "%s and %s are both called %s in Go", quote(t.Value), quote(other), v.GoName).
				Fix = "write one of the two differently"
		}
		seen[v.GoName] = t.Value
		out[i] = v
	}
	return out
}

// enumName returns the name of an enum value behind that of its type, so that
// it may begin with a digit.
func enumName(value string) string {
	name := joinWords(splitWords(value))
	if name == "" {
		// Only signs: their code points are as good a name as any.
		for _, r := range value {
			name += "U" + strings.ToUpper(hex(r))
		}
	}
	if strings.HasPrefix(value, "-") && name[0] >= '0' && name[0] <= '9' {
		name = "Minus" + name
	}
	return name
}

// modifiers sets what the words behind the type say.
func (b *builder) modifiers(s *service, f *Field, syntax *spec.Field) {
	for _, m := range syntax.Modifiers {
		switch m.Value {
		case "unique":
			f.Unique = b.indexable(f, m.Span, "unique")
		case "index":
			f.Index = b.indexable(f, m.Span, "index")
		case "readonly":
			f.ReadOnly = true
		case "writeonly":
			f.WriteOnly = true
		case "immutable":
			f.Immutable = true
		}
	}
	if !s.APIKeys {
		b.conflicts(f, modifierPlaces(syntax))
	}
}

// conflicts reports the words that contradict each other. A field that only
// the server's own code sets may be required and hidden at once, but a spec
// has no way to say who sets it.
func (b *builder) conflicts(f *Field, at map[string]spec.Span) {
	conflict := func(span spec.Span, message, fix string) {
		if !span.IsZero() {
			b.errorf(span, "conflict", "%s", message).Fix = fix
		}
	}
	if f.ReadOnly && f.Required && !f.User {
		conflict(at["readonly"], "a readonly field is set by the server, so clients can not be required to send it", "remove the ! or readonly")
	}
	if f.ReadOnly && f.WriteOnly && !f.User {
		conflict(at["writeonly"], "a field that is readonly and writeonly is never seen and never set", "remove one of the two")
	}
	if f.ReadOnly && f.Immutable {
		conflict(at["immutable"], "a readonly field is set by the server alone, so immutable says nothing", "remove one of the two")
	}
	if f.Unique && f.Default != nil && *f.Default != "null" {
		conflict(at["unique"], "a unique field with a default: the second record with it would be refused", "remove one of the two")
	}
}

// indexable reports whether a field can be found by its value, and reports
// when not.
func (b *builder) indexable(f *Field, at spec.Span, what string) bool {
	problem := ""
	switch {
	case f.List:
		problem = "a list"
	case f.Type == JSON:
		problem = "JSON"
	case f.Type == Password:
		problem = "a password"
	default:
		return true
	}
	b.errorf(at, "bad-type", "%s is not possible for %s, which is %s", what, quote(f.Name), problem).
		Fix = "choose a field with a single, visible value"
	return false
}

func isUser(v *spec.Value) bool { return v != nil && v.Kind == spec.Word && v.Text == "$user" }

// goCollisions reports fields that can not be told apart in Go or in SQL,
// where names that differ in case are one.
func (b *builder) goCollisions(list []*spec.Field, fields []*Field) {
	spans := map[string]spec.Span{}
	for _, f := range list {
		spans[f.Name.Value] = f.Name.Span
	}
	b.distinctFields(fields, func(f *Field) spec.Span { return spans[f.Name] })
}

func (b *builder) distinctFields(fields []*Field, at func(*Field) spec.Span) {
	byGo, byCase := map[string]*Field{}, map[string]*Field{}
	for _, f := range fields {
		lower := strings.ToLower(f.Name)
		sameGo, sameCase := byGo[f.GoName], byCase[lower]
		switch {
		case sameGo == nil && sameCase == nil || !b.once(at(f), "name-collision"):
		case sameGo != nil:
			b.errorf(at(f), "name-collision", "fields %s and %s are both called %s in Go", sameGo.Name, f.Name, f.GoName).
				Fix = "rename one of the two"
		default:
			b.errorf(at(f), "name-collision", "fields %s and %s differ in case alone, which SQL does not see", sameCase.Name, f.Name).
				Fix = "rename one of the two"
		}
		byGo[f.GoName], byCase[lower] = f, f
	}
}

func contains(words []string, word string) bool { return slices.Contains(words, word) }
