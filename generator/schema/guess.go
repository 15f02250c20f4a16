package schema

import (
	"fmt"
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// A Guess is a rename that the spec does not name, but that looks like one.
type Guess struct {
	Kind     model.MoveKind
	Service  string // of a field or method, "" for a service
	From, To string
}

// Entry returns what to add to the spec's key moved.
func (g Guess) Entry() string {
	if g.Kind == model.MovedService {
		return fmt.Sprintf("- service: { from: %s, to: %s }", g.From, g.To)
	}
	return fmt.Sprintf("- %s: { service: %s, from: %s, to: %s }", g.Kind, g.Service, g.From, g.To)
}

// Guesses returns what went while something of the same form came: a service
// with the same fields, a field of the same type, a method or event that is the
// only one. What could be meant by more than one is left out.
func Guesses(before, after *Schema, moves []Move) []Guess {
	predecessor := before.Before(moves)
	moved := map[*Service][]Move{}
	for _, m := range moves {
		moved[m.New] = append(moved[m.New], m)
	}
	var came []*Service
	was := map[string]bool{}
	for _, svc := range after.Services {
		if old := predecessor(svc.Name); old != nil {
			was[old.Name] = true
		} else {
			came = append(came, svc)
		}
	}
	gone := slices.DeleteFunc(slices.Clone(before.Services), func(svc *Service) bool { return was[svc.Name] })
	var list []Guess
	for _, p := range pairs(gone, came, alike) {
		list = append(list, Guess{Kind: model.MovedService, From: p[0].Name, To: p[1].Name})
	}
	for _, svc := range after.Services {
		if old := predecessor(svc.Name); old != nil {
			list = append(list, members(old, svc, moved[svc])...)
		}
	}
	return list
}

// pairs returns what went with what came, where both have one counterpart.
func pairs[T any](gone, came []T, alike func(a, b T) bool) [][2]T {
	var list [][2]T
	for _, a := range gone {
		var match, back []T
		for _, b := range came {
			if alike(a, b) {
				match = append(match, b)
			}
		}
		if len(match) != 1 {
			continue
		}
		for _, other := range gone {
			if alike(other, match[0]) {
				back = append(back, other)
			}
		}
		if len(back) == 1 {
			list = append(list, [2]T{a, match[0]})
		}
	}
	return list
}

// alike reports whether two services have the same fields, or without any the
// same methods.
func alike(a, b *Service) bool {
	if len(a.Fields) <= 1 && len(b.Fields) <= 1 { // the id
		return len(a.Methods) > 0 && slices.Equal(a.Methods, b.Methods)
	}
	return slices.EqualFunc(a.Fields, b.Fields, func(x, y *Field) bool { return x.Name == y.Name && sameType(x, y) })
}

func sameType(a, b *Field) bool {
	return a.Type == b.Type && a.List == b.List && a.Ref == b.Ref && a.Key == b.Key && a.Auto == b.Auto && slices.Equal(a.Values, b.Values)
}

// members guesses at the fields, methods and events of a service, whose moves
// are known.
func members(old, now *Service, moves []Move) []Guess {
	moved := func(kind model.MoveKind, name string) bool {
		return slices.ContainsFunc(moves, func(m Move) bool {
			return m.Kind == kind && (m.From == name || m.To == name)
		})
	}
	lost := func(kind model.MoveKind, all []string, other *Service) []string {
		return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return other.has(kind, name) || moved(kind, name) })
	}
	var list []Guess
	guess := func(kind model.MoveKind, before, after []string, alike func(a, b string) bool) {
		for _, p := range pairs(lost(kind, before, now), lost(kind, after, old), alike) {
			list = append(list, Guess{Kind: kind, Service: now.Name, From: p[0], To: p[1]})
		}
	}
	one := func(string, string) bool { return true }
	guess(model.MovedField, fieldNames(old), fieldNames(now), func(a, b string) bool { return sameType(old.Field(a), now.Field(b)) })
	guess(model.MovedMethod, old.Methods, now.Methods, one)
	guess(model.MovedEvent, old.Events, now.Events, one)
	return list
}

func fieldNames(s *Service) []string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}
