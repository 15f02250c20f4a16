package project

import (
	"fmt"
	"maps"

	"github.com/featherscaffold/featherscaffold/generator/plan"
)

// ejected reports whether the user has taken the file over.
func (t *target) ejected() bool {
	return t.known && t.entry.class == plan.Once && t.Class != plan.Once
}

func (c *comparison) ejected(t *target) error {
	reason := "ejected"
	if t.have == "" {
		reason = "ejected and deleted"
	}
	c.keep(t, reason)
	c.keepEntry(t.Path, t.entry)
	return nil
}

// Eject returns the plan that gives files to the user for good: no run writes
// to them again, until Compare adopts one by name.
func (f *Folder) Eject(paths ...string) (*Plan, error) {
	c := f.revision()
	for _, path := range paths {
		e, known := f.lock.entries[path]
		switch {
		case !known:
			return nil, f.notOurs(path)
		case e.class == plan.Once:
			return nil, fmt.Errorf("%s is yours already", f.display(path))
		}
		data, err := f.read(path)
		if err != nil {
			return nil, err
		}
		if data == nil {
			return nil, fmt.Errorf("%s does not exist", f.display(path))
		}
		c.plan.add(Change{
			Path: path, Class: plan.Once, Template: e.template, Unit: e.unit, Action: Keep,
			Reason: "ejected: no run writes to it again", before: data, after: data,
		})
		c.next.entries[path] = entry{class: plan.Once, template: e.template, render: e.render, disk: e.disk, unit: e.unit}
	}
	return c.plan, c.finish()
}

// revision begins a comparison whose next lock is the present one.
func (f *Folder) revision() *comparison {
	next := *f.lock
	next.entries = maps.Clone(f.lock.entries)
	return &comparison{folder: f, plan: &Plan{}, next: &next, bases: map[string][]byte{}}
}

func (f *Folder) notOurs(path string) error {
	return fmt.Errorf("%s was not written by featherscaffold", f.display(path))
}
