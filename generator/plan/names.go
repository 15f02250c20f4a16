package plan

import (
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// unused returns the name, with the suffix behind it as often as something
// else has it.
func unused(name, suffix string, taken func(string) bool) string {
	for taken(name) {
		name += suffix
	}
	return name
}

// runtimeName returns what a package of the runtime is called in files that
// import the packages of services too.
func runtimeName(p *model.Project, name string) string {
	return unused(name, "pkg", func(name string) bool {
		return slices.ContainsFunc(p.Services, func(s *model.Service) bool { return s.Package == name })
	})
}

// importAs imports a package of the runtime under a name.
func (im imports) importAs(sub, base, name string) {
	if name == base {
		name = ""
	}
	im.named(runtimePath+"/"+sub, name)
}

// policyName returns what the method is called that decides calls.
func policyName(s *model.Service) string {
	return unused("Allow", "Call", func(name string) bool {
		return slices.ContainsFunc(s.Hooks, func(h *model.Hook) bool { return h.GoName == name }) ||
			slices.ContainsFunc(s.Custom, func(c *model.Custom) bool { return c.GoName == name })
	})
}

// dataName returns a name for the package of a service, beside the records
// of its events.
func dataName(s *model.Service, name string) string {
	return unused(name, "Of", func(name string) bool {
		return slices.ContainsFunc(s.Events, func(e *model.Event) bool { return e.GoName == name })
	})
}
