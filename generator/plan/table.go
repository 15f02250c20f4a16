package plan

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// tableOptions returns the literal of a table's options.
func tableOptions(p *model.Project, s *model.Service) string {
	var parts []string
	add := func(key, typ, values string) {
		if values != "" {
			parts = append(parts, key+": "+typ+"{"+values+"}")
		}
	}
	lists := make([]string, len(s.Indexes))
	for i, fields := range s.Indexes {
		names := make([]string, len(fields))
		for j, f := range fields {
			names[j] = f.Name
		}
		lists[i] = "{" + quoted(names) + "}"
	}
	add("Indexes", "[][]string", strings.Join(lists, ", "))
	add("Before", "[]string", quoted(tablesBefore(p, s)))
	fields := fieldsBefore(p, s)
	var before []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		before = append(before, strconv.Quote(name)+": {"+quoted(fields[name])+"}")
	}
	add("FieldsBefore", "map[string][]string", strings.Join(before, ", "))
	return "sqlite.TableOptions{" + strings.Join(parts, ", ") + "}"
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strconv.Quote(name)
	}
	return strings.Join(list, ", ")
}

// tablesBefore returns what a table was called: as the service, the last name
// first. A name that a service has taken since is not its table's.
func tablesBefore(p *model.Project, s *model.Service) (names []string) {
	taken := func(name string) bool {
		return slices.ContainsFunc(p.Services, func(other *model.Service) bool { return strings.EqualFold(other.Path, name) })
	}
	for _, m := range slices.Backward(p.Moved) {
		if m.Kind == model.MovedService && m.Service == s && !taken(m.From) {
			names = append(names, m.From)
		}
	}
	return names
}

func fieldsBefore(p *model.Project, s *model.Service) map[string][]string {
	names := map[string][]string{}
	for _, m := range slices.Backward(p.Moved) {
		if m.Kind == model.MovedField && m.Service == s {
			names[m.To] = append(names[m.To], m.From)
		}
	}
	return names
}
