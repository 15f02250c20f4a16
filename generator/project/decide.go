package project

import (
	"github.com/featherscaffold/featherscaffold/generator/plan"
)

// decide is the table of who wins, by what the lock knows, what is on disk and
// what was rendered.
func (c *comparison) decide(t *target) error {
	if t.ejected() {
		if !c.opts.Adopt || c.opts.Only == nil {
			return c.ejected(t)
		}
		t.known = false
	}
	switch {
	case t.have == "":
		return c.missing(t)
	case t.have == t.want, !t.known && t.have == Hash(t.Content):
		c.plan.Unchanged++
		c.lockAs(t, entry{render: t.want, disk: t.have})
		return nil
	case !t.known:
		return c.unknown(t)
	}
	switch {
	case t.Class == plan.Generated:
		return c.generated(t)
	case t.Class == plan.Merge && isModuleFile(t.Path):
		return c.moduleFile(t)
	case t.Class == plan.Merge:
		return c.shared(t)
	case t.Class == plan.Stub:
		return c.stub(t)
	default:
		c.usersOwn(t)
		return nil
	}
}

// missing files are created. One that the user deleted stays away, unless the
// project would not build without it.
func (c *comparison) missing(t *target) error {
	buildNeedsIt := t.Class == plan.Generated || t.Class == plan.Stub || isModuleFile(t.Path)
	switch {
	case !t.known:
		return c.put(t, t.Content, Change{Action: Create})
	case buildNeedsIt:
		return c.put(t, t.Content, Change{Action: Create, Reason: "it was deleted, and the project does not build without it"})
	}
	c.keep(t, "you deleted it")
	c.keepEntry(t.Path, t.entry)
	return nil
}

// unknown files are there though no run wrote them.
func (c *comparison) unknown(t *target) error {
	if !c.opts.Adopt {
		c.change(t, t.Content, Change{Action: Refuse, Reason: "exists and is not featherscaffold's"})
		return nil
	}
	switch {
	case t.Class == plan.Stub || t.Class == plan.Once:
		// Locked as if ours had been written, the user's bytes count as edited.
		c.keep(t, "adopted as it is")
		c.lockAs(t, entry{render: t.want, disk: t.want})
		return nil
	case isModuleFile(t.Path):
		return c.moduleFile(t)
	}
	return c.replace(t, "adopted")
}

// replace puts our version and saves the user's.
func (c *comparison) replace(t *target, reason string) error {
	saved, err := c.save(t.Path, t.data)
	if err != nil {
		return err
	}
	return c.put(t, t.Content, Change{Action: Update, Reason: reason, Saved: saved})
}

func (c *comparison) generated(t *target) error {
	switch {
	case !t.edited():
		return c.put(t, t.Content, Change{Action: Update})
	case c.opts.Force:
		return c.replace(t, "your changes were replaced")
	}
	return c.offer(t, "you changed a generated file")
}

// usersOwn files are not touched: no run writes to a once file again, and this
// one has nothing for a stub. A once file's entry stays that of its birth.
func (c *comparison) usersOwn(t *target) {
	e := t.entry
	if t.edited() {
		c.keep(t, "yours")
	} else {
		c.plan.Unchanged++
		e.disk = t.have
	}
	if t.Class == plan.Once {
		c.keepEntry(t.Path, e)
		return
	}
	c.lockAs(t, entry{render: e.render, disk: e.disk})
}

// unplanned files were written by an earlier run and are no longer asked for.
func (c *comparison) unplanned(path string, e entry) error {
	data, err := c.folder.read(path)
	if err != nil {
		return err
	}
	switch {
	case data == nil:
		return nil
	case e.class == plan.Once:
		c.keepEntry(path, e)
		return nil
	}
	change := Change{Path: path, Class: e.class, Template: e.template, Unit: e.unit, Action: Delete, before: data}
	have := Hash(data)
	if !e.wrote(have) {
		if !c.opts.Force && !c.opts.Prune {
			change.Action, change.after = Orphan, data
			change.Reason = "no longer generated, but you changed it; featherscaffold prune deletes it"
			c.plan.add(change)
			c.keepEntry(path, e)
			return nil
		}
		if change.Saved, err = c.save(path, data); err != nil {
			return err
		}
	}
	if err := c.folder.checkTarget(path); err != nil {
		return err
	}
	c.plan.add(change)
	c.removes = append(c.removes, op{path: path, remove: true, old: have})
	return nil
}
