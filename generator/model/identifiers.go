package model

import (
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// scope is a set of names that have to differ.
type scope struct {
	b     *builder
	taken map[string]string // name → what has it
	fold  bool              // names that differ in case alone are the same
}

func (b *builder) scope() scope { return scope{b: b, taken: map[string]string{}} }

// claim takes a name, and reports at a place when it is taken by another.
func (s scope) claim(name, what string, at spec.Span, fix string) {
	key := name
	if s.fold {
		key = strings.ToLower(name)
	}
	if other, taken := s.taken[key]; taken && other != what {
		if !s.b.once(at, "name-collision") {
			return
		}
		s.b.errorf(at, "name-collision", "%s and %s are both called %s in Go", other, what, name).Fix = fix
		return
	}
	s.taken[key] = what
}

// identifiers checks that what the spec names is still different in Go.
func (b *builder) identifiers() {
	packages, files, types := b.scope(), b.scope(), b.scope()
	files.fold = true
	for _, s := range b.services {
		at, what := s.syntax.Name.Span, "service "+s.Name
		rename := "rename one of the two, and keep what clients see with path"
		packages.claim(s.Package, what, at, rename)
		packages.claim(s.Package+"service", what, at, rename)
		fix := "name the record's Go type yourself: type: " + s.Type + "Record"
		types.claim(s.Type, what, at, fix)
		if types.taken[s.Type] == what {
			files.claim(s.File, what, at, fix)
		}
	}
	for _, s := range b.services {
		b.distinctFields(s.Fields, func(f *Field) spec.Span { return s.places[f] })
		b.recordIdentifiers(s, types)
		b.dataIdentifiers(s)
	}
}

// recordIdentifiers claims the names of one record in the package that all
// records share.
func (b *builder) recordIdentifiers(s *service, types scope) {
	fix := "rename one, or name the record's Go type yourself: type: " + s.Type + "Record"
	types.claim(s.Type+"Schema", "the schema of "+s.Name, s.syntax.Name.Span, fix)
	for _, f := range s.Fields {
		what := "field " + s.Name + "." + f.Name
		types.claim(s.Type+f.GoName, what, s.places[f], fix)
		for _, v := range f.Enum {
			types.claim(s.Type+f.GoName+v.GoName, "a value of "+what, s.places[f], fix)
		}
	}
}

// dataIdentifiers claims the names of a service's own package: its hooks and
// custom methods, what these take and return, and what events carry.
func (b *builder) dataIdentifiers(s *service) {
	const fix = "rename one of the two"
	methods, types := b.scope(), b.scope()
	methods.reserve("Unimplemented")
	types.reserve("Path", "Call", "Methods", "Unimplemented", "Register", "Service", "Of", "publish")
	for _, h := range s.syntax.Hooks {
		methods.claim(goName(h.Name.Value), "hook "+h.Name.Value, h.Name.Span, fix)
	}
	for _, syntax := range s.syntax.Custom {
		c, at := s.custom(syntax.Name.Value), syntax.Name.Span
		if c == nil {
			continue
		}
		what := "custom method " + c.Name
		methods.claim(c.GoName, what, at, fix)
		types.claim(c.GoName+"Call", "the call of "+what, at, fix)
		types.record(c.GoName+"Data", "the data of "+what, c.In, at)
		types.record(c.GoName+"Result", "the result of "+what, c.Out, at)
	}
	events := b.scope()
	for _, name := range defaultEventNames() {
		events.claim(goName(name), "event "+name, spec.Span{}, "")
	}
	for _, e := range s.Events {
		what, at := "event "+e.Name, s.eventPlace(e)
		events.claim(e.GoName, what, at, fix)
		if e.FromCustom == nil {
			types.record(e.GoName, what, e.Fields, at)
			types.claim("Emit"+e.GoName, "the function that sends "+what, at, fix)
		}
	}
}

// reserve takes names that generated code uses.
func (s scope) reserve(names ...string) {
	for _, name := range names {
		s.taken[name] = "a part of every service"
	}
}

// record takes the names of a record in a service's own package: the type,
// its schema, and those of its fields and their values. nil takes none.
func (s scope) record(typ, what string, fields []*Field, at spec.Span) {
	const fix = "rename one of the two"
	if fields == nil {
		return
	}
	s.claim(typ, what, at, fix)
	constant := strings.ToLower(typ[:1]) + typ[1:]
	s.claim(constant+"Schema", "the schema of "+what, at, fix)
	for _, f := range fields {
		s.claim(constant+f.GoName, what+"'s field "+f.Name, at, fix)
		if f.Type == Enum {
			s.claim(typ+f.GoName, what+"'s field "+f.Name, at, fix)
		}
		for _, v := range f.Enum {
			s.claim(typ+f.GoName+v.GoName, "a value of "+what+"'s field "+f.Name, at, fix)
		}
	}
}

// eventPlace returns where an event is named.
func (s *service) eventPlace(e *Event) spec.Span {
	for _, syntax := range s.syntax.Events {
		if e.FromCustom == nil && syntax.Name.Value == e.Name {
			return syntax.Name.Span
		}
	}
	for _, c := range s.syntax.Custom {
		if c.Emits.Value == e.Name {
			return c.Emits.Span
		}
	}
	return s.syntax.Name.Span
}
