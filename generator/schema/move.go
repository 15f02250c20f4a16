package schema

import "github.com/featherscaffold/featherscaffold/generator/model"

// A Move is a rename of the spec that the project has not followed yet.
type Move struct {
	Kind     model.MoveKind
	From, To string
	GoFrom   string   // what From was called in Go; "" for a service
	Old, New *Service // before and after; what else they have may differ too
}

// Moves returns those of a spec's renames that the project has not followed:
// it still has the old name and not the new one. So an entry may stay in the
// spec, and a rename that was taken back may be made again.
func Moves(before, after *Schema, moved []model.Move) []Move {
	var list []Move
	was := map[string]*Service{} // the services before, by their names now
	for _, svc := range after.Services {
		was[svc.Name] = before.Service(svc.Name)
	}
	for _, m := range moved {
		if m.Kind != model.MovedService || before.Service(m.To) != nil {
			continue
		}
		// Of several names that led to this one, the last counts.
		if old := before.Service(m.From); old != nil {
			was[m.To] = old
		}
	}
	for _, svc := range after.Services {
		if old := was[svc.Name]; old != nil && old.Name != svc.Name {
			list = append(list, Move{Kind: model.MovedService, From: old.Name, To: svc.Name, Old: old, New: svc})
		}
	}
	for _, m := range moved {
		if m.Kind == model.MovedService {
			continue
		}
		old, now := was[m.Service.Name], after.Service(m.Service.Name)
		if old != nil && old.has(m.Kind, m.From) && !old.has(m.Kind, m.To) {
			list = append(list, Move{Kind: m.Kind, From: m.From, To: m.To, GoFrom: m.GoFrom, Old: old, New: now})
		}
	}
	return list
}

// Before returns a function that finds what a service was before renames, by
// its name of today; nil is for a new one.
func (s *Schema) Before(moves []Move) func(service string) *Service {
	n := namesBefore(moves)
	return func(service string) *Service { return s.Service(n.service(service)) }
}

// names tells what services and fields were called before.
type names struct {
	services map[string]string // name now → name before
	fields   map[[2]string]string
}

func namesBefore(moves []Move) names {
	n := names{map[string]string{}, map[[2]string]string{}}
	for _, m := range moves {
		switch m.Kind {
		case model.MovedService:
			n.services[m.To] = m.From
		case model.MovedField:
			n.fields[[2]string{m.New.Name, m.To}] = m.From
		}
	}
	return n
}

func (n names) service(now string) string {
	if before, ok := n.services[now]; ok {
		return before
	}
	return now
}

func (n names) field(service, now string) string {
	if before, ok := n.fields[[2]string{service, now}]; ok {
		return before
	}
	return now
}
