package model

import (
	"regexp"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

var (
	serviceName = regexp.MustCompile(`^[\pL\d_][\pL\pM\d_-]*$`)
	typeForm    = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
)

const longestName = 63 // of services, fields, methods and events: what databases allow

// names decides what the service is called in Go.
func (b *builder) names(s *service) {
	name := s.syntax.Name
	s.Package = packageName(s.Name, b.project.Static)
	switch {
	case s.Name == "":
		b.errorf(name.Span, "invalid-name", "a service has no name").Fix = "give it one, such as messages"
	case len(s.Name) > longestName:
		b.errorf(name.Span, "invalid-name", "the service's name is longer than %d bytes", longestName).Fix = "choose a shorter one"
	case strings.Contains(s.Name, "/"):
		b.errorf(name.Span, "invalid-name", "a service's name has no slashes").
			Fix = "name it by one word and write the rest as its path: " + quote(strings.Trim(s.Name, "/"))
	case !serviceName.MatchString(s.Name):
		b.errorf(name.Span, "invalid-name", "a service can not be called %s", quote(s.Name)).
			Fix = "use letters, digits, _ and -; what clients see can differ: path"
	case isPrototypeName(s.Name):
		b.errorf(name.Span, "reserved-name", "a service can not be called %s: JavaScript clients have that name on every object", quote(s.Name)).
			Fix = "choose another name"
	case s.Package == "":
		b.errorf(name.Span, "invalid-name", "%s has no letter that a Go package can be named by", quote(s.Name)).
			Fix = "use a name with Latin letters, and write what clients see as path: " + s.Name
	}
	b.typeName(s)
}

// typeName decides what the record is called in Go.
func (b *builder) typeName(s *service) {
	s.Type = typeName(s.Name)
	if given := s.syntax.Type; given.Given() {
		s.Type = given.Value
		if !typeForm.MatchString(given.Value) {
			b.errorf(given.Span, "invalid-name", "a Go type can not be called %s", quote(given.Value)).
				Fix = "begin with a capital, then letters and digits: type: Message"
			s.Type = goName(given.Value)
		}
	}
	s.Article = article(s.Type)
	s.File = fileName(s.Type)
}

func (b *builder) store(s *service) {
	word := s.syntax.Store
	if !word.Given() {
		word = b.file.Store
	}
	s.Store = word.Value
	switch word.Value {
	case "":
		s.Store = "memory"
	case "postgres", "mysql":
		if b.once(word.Span, "not-available") {
			b.notAvailable(word.Span, "store "+word.Value, "use store: sqlite or store: memory")
		}
	}
	if s.Store == "memory" {
		b.memory(s, word)
	}
}

// memory reports records that several processes would each have for
// themselves.
func (b *builder) memory(s *service, word spec.Text) {
	at := word.Span
	if at.IsZero() {
		at = s.syntax.Name.Span
	}
	workers := b.file.Cluster != nil && b.file.Cluster.Mode.Value == "workers"
	switch {
	case workers && b.once(at, "memory-with-workers"):
		b.errorf(at, "memory-with-workers", "store memory with several workers: each worker would have records of its own").
			Fix = "use store: sqlite, or cluster: { mode: single }"
	case !workers && !s.Local && b.brokered() && b.once(at, "memory-with-sync"):
		b.diags.Warnf(at, "memory-with-sync", "store memory with sync: %s: instances hear of each other's records, and each has its own", b.backend()).
			Fix = "use store: sqlite for instances of one host, or run one instance"
	}
}

// id makes the id field, which is the record's first.
func (b *builder) id(s *service) {
	f := &Field{Name: "id", IDType: Int, Auto: AutoID, ReadOnly: true}
	at := s.syntax.Name.Span
	if id := s.syntax.ID; id != nil {
		at = id.Key.Span
		if id.Name.Given() {
			f.Name, at = id.Name.Value, id.Name.Span
			b.fieldName(id.Name)
		}
		b.idType(f, id.Type.Value)
	}
	f.Type = f.IDType
	f.GoName = fieldName(f.Name)
	s.ID = f
	s.add(f, at)
}

func (b *builder) idType(f *Field, word string) {
	const longestID = 255
	switch word {
	case "uuid":
		f.IDType, f.ReadOnly, f.Immutable = UUID, false, true
	case "string":
		f.IDType, f.ReadOnly, f.Immutable, f.Auto, f.Required = String, false, true, AutoNone, true
		f.Min, f.Max = pointer(1), pointer(longestID)
	}
}

func pointer(v float64) *float64 { return &v }

// add appends a field whose name is free.
func (s *service) add(f *Field, at spec.Span) {
	s.Fields = append(s.Fields, f)
	s.byName[f.Name] = f
	s.places[f] = at
}

// indexes resolves the indexes over several fields.
func (b *builder) indexes(s *service) {
	seen := map[string]bool{}
	for _, names := range s.syntax.Indexes {
		var fields []*Field
		complete := true
		for _, name := range names {
			f := b.fieldOf(s, name, "index")
			if f == nil || !b.indexable(f, name.Span, "an index") {
				complete = false
				continue
			}
			fields = append(fields, f)
		}
		if !complete {
			continue
		}
		key := strings.Join(values(names), "\x00")
		if seen[key] {
			b.errorf(names[0].Span, "duplicate-item", "this index is there already").Fix = "keep one of the two"
			continue
		}
		seen[key] = true
		s.Indexes = append(s.Indexes, fields)
	}
}

// fieldOf finds a field of the record by name, and reports when there is none.
func (b *builder) fieldOf(s *service, name spec.Text, where string) *Field {
	if f := s.byName[name.Value]; f != nil || s.broken[name.Value] {
		return f
	}
	d := b.errorf(name.Span, "missing-field", "%s names %s, which is no field of %s", where, quote(name.Value), s.Name)
	d.Fix = "the fields are " + strings.Join(fieldNames(s.Fields), ", ")
	d.Suggest(name.Value, fieldNames(s.Fields))
	if isTimestamp(name.Value) {
		d.Fix = "add timestamps: true, which makes createdAt and updatedAt"
	}
	return nil
}

func fieldNames(fields []*Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

func (b *builder) paginate(s *service) {
	const standard, standardMax, most = 25, 100, 100_000
	s.Paginate = Paginate{Default: standard, Max: standardMax}
	p := s.syntax.Paginate
	if p == nil {
		return
	}
	if p.Off {
		s.Paginate = Paginate{Off: true}
		return
	}
	size := func(n spec.Number, what string, value *int) {
		if n.Span.IsZero() {
			return
		}
		*value = int(min(n.Value, most))
		if n.Value != float64(int64(n.Value)) || n.Value < 1 || n.Value > most {
			b.errorf(n.Span, "bad-range", "%s must be a whole number from 1 to %d", what, most).
				Fix = "write paginate: { default: 25, max: 100 }"
			*value = standard
		}
	}
	size(p.Default, "paginate.default", &s.Paginate.Default)
	size(p.Max, "paginate.max", &s.Paginate.Max)
	switch {
	case s.Paginate.Default <= s.Paginate.Max:
	case p.Max.Span.IsZero():
		s.Paginate.Max = s.Paginate.Default
	case p.Default.Span.IsZero():
		s.Paginate.Default = s.Paginate.Max
	default:
		b.errorf(p.Default.Span, "bad-range", "the default page of %d is larger than the largest, %d", s.Paginate.Default, s.Paginate.Max).
			Fix = "raise max, or lower default"
	}
}

// methods decides which standard methods clients may call.
func (b *builder) methods(s *service) {
	exposed := values(s.syntax.Methods)
	switch {
	case s.Store == "none":
		b.withoutStore(s)
		return
	case s.syntax.Methods == nil:
		exposed = DefaultMethods()
	}
	for _, m := range standardMethods() {
		if slices.Contains(exposed, m) {
			s.Methods = append(s.Methods, m)
		}
	}
	for _, m := range s.syntax.Multi {
		if !slices.Contains(exposed, m.Value) {
			b.errorf(m.Span, "method-not-exposed", "multi names %s, which is no method of %s", m.Value, s.Name).
				Fix = "add it to methods, or remove it here"
		}
	}
	for _, m := range []string{"create", "patch", "remove"} {
		if slices.Contains(values(s.syntax.Multi), m) {
			s.Multi = append(s.Multi, m)
		}
	}
}

// withoutStore refuses what only a store can do.
func (b *builder) withoutStore(s *service) {
	for _, m := range append(slices.Clone(s.syntax.Methods), s.syntax.Multi...) {
		b.errorf(m.Span, "store-missing", "%s needs a store, and %s has none", m.Value, s.Name).
			Fix = "use store: sqlite, or a custom method"
	}
}

// DefaultMethods returns the standard methods of a service that lists none.
func DefaultMethods() []string { return []string{"find", "get", "create", "patch", "remove"} }

func standardMethods() []string {
	return []string{"find", "get", "create", "update", "patch", "remove"}
}
