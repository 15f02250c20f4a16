package model

import (
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// A Move is a rename. It says what something was called once; whether a
// project still has it under that name, the project knows.
type Move struct {
	Kind    MoveKind
	Service *Service // the service, or that of the field, method or event
	From    string
	To      string // the name in this spec, whatever names were between
	GoFrom  string // what From was called in Go; "" for a service
}

// MoveKind is what a Move renames.
type MoveKind string

// The kinds of a Move.
const (
	MovedService MoveKind = "service"
	MovedField   MoveKind = "field" // of the record
	MovedMethod  MoveKind = "method"
	MovedEvent   MoveKind = "event"
)

// moved resolves the renames. Those of services come first, so that others
// may name a service as it was called when they were written.
func (b *builder) moved() {
	m := &mover{builder: b, out: map[thing]*spec.Move{}, in: map[thing]*spec.Move{}}
	var known []thing
	for _, services := range []bool{true, false} {
		for _, syntax := range b.file.Moved {
			if syntax.From.Given() && syntax.To.Given() && services == (syntax.Kind.Value == string(MovedService)) {
				if from, ok := m.declare(syntax); ok {
					known = append(known, from)
				}
			}
		}
	}
	for _, from := range known {
		m.resolve(from)
	}
}

// A thing is what can be moved. service is empty for a service.
type thing struct {
	kind          MoveKind
	service, name string
}

// mover is the state of moved: the entries by what they move, and by what it
// becomes.
type mover struct {
	*builder
	out, in map[thing]*spec.Move
}

// declare notes an entry, unless another one is about the same thing.
func (m *mover) declare(syntax *spec.Move) (from thing, ok bool) {
	from = thing{kind: MoveKind(syntax.Kind.Value), name: syntax.From.Value}
	if from.kind != MovedService {
		s := m.serviceOf(syntax)
		if s == nil {
			return from, false
		}
		from.service = s.Name
	}
	to := thing{from.kind, from.service, syntax.To.Value}
	switch earlier, later := m.out[from], m.in[to]; {
	case from == to:
		m.errorf(syntax.To.Span, "moved-circle", "%s is moved to itself", quote(from.name)).Fix = "remove the entry"
		return from, false
	case earlier != nil:
		m.errorf(syntax.From.Span, "moved-twice", "%s %s is moved in line %d already, to %s", from.kind, quote(from.name),
			earlier.From.Span.Line, quote(earlier.To.Value)).Fix = "keep one of the two"
		return from, false
	case later != nil:
		m.errorf(syntax.To.Span, "moved-twice", "%s %s comes from %s already, in line %d, and two can not become one", to.kind, quote(to.name),
			quote(later.From.Value), later.To.Span.Line).Fix = "keep one of the two"
		return from, false
	}
	m.out[from], m.in[to] = syntax, syntax
	return from, true
}

// serviceOf returns the service of a field, method or event, by its name or by
// one that it had.
func (m *mover) serviceOf(syntax *spec.Move) *service {
	if !syntax.Service.Given() {
		return nil // which the parser has reported
	}
	name := syntax.Service
	if last, ok := m.last(thing{kind: MovedService, name: name.Value}); ok {
		name.Value = last.name
	}
	return m.lookup(name)
}

// last follows the entries to the name that a thing has in the end; ok is false
// for a circle.
func (m *mover) last(t thing) (last thing, ok bool) {
	for range len(m.out) + 1 {
		syntax := m.out[t]
		if syntax == nil {
			return t, true
		}
		t.name = syntax.To.Value
	}
	return t, false
}

// resolve adds a move to the project, or reports why it can not be.
func (m *mover) resolve(from thing) {
	syntax := m.out[from]
	to, ok := m.last(from)
	switch {
	case !ok:
		m.errorf(syntax.From.Span, "moved-circle", "the moves of %s lead in a circle", quote(from.name)).
			Fix = "keep the entry of the last rename, and remove those before it"
	case m.has(from):
		m.errorf(syntax.From.Span, "moved-still-there", "%s %s is in the spec, so it was not renamed", from.kind, quote(from.name)).
			Fix = "remove this entry, or the " + string(from.kind)
	case !m.has(to):
		if syntax.To.Value == to.name { // of a chain, the last entry says it
			m.nowhere(syntax, to)
		}
	default:
		move := Move{Kind: to.kind, Service: m.owner(to).Service, From: from.name, To: to.name}
		switch to.kind {
		case MovedField:
			move.GoFrom = fieldName(from.name)
		case MovedMethod, MovedEvent:
			move.GoFrom = goName(from.name)
		}
		m.project.Moved = append(m.project.Moved, move)
	}
}

// owner returns the service that is, or has, a thing.
func (m *mover) owner(t thing) *service {
	if t.kind == MovedService {
		return m.byName[t.name]
	}
	return m.byName[t.service]
}

// has reports whether the spec has a thing, be it one that could not be read.
func (m *mover) has(t thing) bool {
	s := m.owner(t)
	if s == nil {
		return false
	}
	switch t.kind {
	case MovedField:
		return s.byName[t.name] != nil || s.broken[t.name]
	case MovedMethod:
		return s.custom(t.name) != nil
	case MovedEvent:
		return s.event(t.name) != nil
	}
	return true
}

// nowhere reports an entry whose new name is not in the spec.
func (m *mover) nowhere(syntax *spec.Move, to thing) {
	var names []string
	d := m.errorf(syntax.To.Span, "moved-nowhere", "%s is moved to %s, but there is no such %s", quote(syntax.From.Value), quote(to.name), to.kind)
	d.Fix = "rename it in the spec as well, or remove this entry"
	switch s := m.owner(to); to.kind {
	case MovedService:
		names = m.serviceNames()
	case MovedField:
		names = fieldNames(s.Fields)
	case MovedMethod:
		for _, c := range s.Custom {
			names = append(names, c.Name)
		}
	case MovedEvent:
		for _, e := range s.Events {
			names = append(names, e.Name)
		}
	}
	d.Suggest(to.name, names)
}
