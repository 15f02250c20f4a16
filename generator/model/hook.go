package model

import (
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// hooks resolves the hooks' names and the methods that they belong to.
func (b *builder) hooks(s *service) {
	checked := map[string]bool{}
	byGo := map[string]*Hook{}
	for _, syntax := range s.syntax.Hooks {
		if key := syntax.Type + " " + syntax.Method.Value; !checked[key] {
			checked[key] = true
			b.hookMethod(s, syntax.Method)
		}
		name := syntax.Name
		if !b.goIdentifier(name, "a hook") {
			continue
		}
		h := &Hook{Type: syntax.Type, Method: syntax.Method.Value, Name: name.Value, GoName: goName(name.Value)}
		if other := byGo[h.GoName]; other != nil && (other.Type == "around") != (h.Type == "around") {
			b.errorf(name.Span, "conflict", "hook %s is used around methods and not around them, which differ in Go: the one calls what comes next", h.Name).
				Fix = "use two names"
		}
		byGo[h.GoName] = h
		s.Hooks = append(s.Hooks, h)
	}
}

// hookMethod checks that a service has the method, exposed or not: hooks run
// for calls of the app itself as well.
func (b *builder) hookMethod(s *service, method spec.Text) {
	known := []string{"all"}
	if s.Store != "none" {
		known = append(known, standardMethods()...)
	}
	for _, c := range s.syntax.Custom {
		known = append(known, c.Name.Value)
	}
	if contains(known, method.Value) {
		return
	}
	d := b.errorf(method.Span, "unknown-method", "%s has no method %s", s.Name, quote(method.Value))
	d.Fix = "use one of " + strings.Join(known, ", ")
	d.Suggest(method.Value, known)
}
