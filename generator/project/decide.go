package project

import (
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/gomod"
	"github.com/featherscaffold/featherscaffold/generator/plan"
)

// decide is the table of who wins, by what the lock knows, what is on disk and
// what was rendered.
func (c *comparison) decide(t *target) error {
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
	default:
		return c.usersOwn(t)
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
	c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Keep, Reason: "you deleted it"})
	c.keepEntry(t.Path, t.entry)
	return nil
}

// unknown files are there though no run wrote them.
func (c *comparison) unknown(t *target) error {
	if !c.opts.Adopt {
		c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Refuse, Reason: "exists and is not featherscaffold's"})
		return nil
	}
	switch {
	case t.Class == plan.Stub || t.Class == plan.Once:
		// Locked as if ours had been written, the user's bytes count as edited.
		c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Keep, Reason: "adopted as it is"})
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

// usersOwn files are never touched once they exist. Their entry and base stay
// those of the day they were made.
func (c *comparison) usersOwn(t *target) error {
	e := t.entry
	e.class = t.Class
	lacking, err := c.lacking(t)
	if err != nil {
		return err
	}
	switch {
	case len(lacking) > 0:
		c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Keep, Reason: "yours; not written yet: " + strings.Join(lacking, ", ")})
	case t.edited():
		c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Keep, Reason: "yours"})
	default:
		c.plan.Unchanged++
		e.disk = t.have
	}
	c.keepEntry(t.Path, e)
	return nil
}

// shared files are the tool's as long as the user has not changed them.
func (c *comparison) shared(t *target) error {
	switch {
	case !t.edited():
		return c.put(t, t.Content, Change{Action: Update})
	case t.entry.render == t.want:
		c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Keep, Reason: "you changed it"})
		c.lockAs(t, entry{render: t.want, disk: t.entry.disk})
		return nil
	case c.opts.Force:
		return c.replace(t, "your changes were replaced")
	}
	waiting, err := c.folder.read(incomingPath(t.Path))
	if err != nil {
		return err
	}
	if t.entry.pending == t.want && waiting == nil {
		// The user took what they wanted and deleted the offer.
		c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Keep, Reason: "you resolved the conflict"})
		c.lockAs(t, entry{render: t.want, disk: t.want})
		return nil
	}
	return c.offer(t, "you changed it, and so did its template")
}

func isModuleFile(path string) bool { return path == "go.mod" || path == "go.sum" }

// moduleFile merges go.mod and go.sum: the user and the go command write to
// them all the time.
func (c *comparison) moduleFile(t *target) error {
	if t.known && t.entry.render == t.want {
		if t.edited() {
			c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Keep, Reason: "you changed it"})
		} else {
			c.plan.Unchanged++
		}
		c.lockAs(t, entry{render: t.want, disk: t.entry.disk})
		return nil
	}
	if t.known && t.have == t.entry.render {
		return c.put(t, t.Content, Change{Action: Update})
	}
	merged, err := c.mergeModuleFile(t)
	if err != nil && !t.known {
		c.plan.add(Change{Path: t.Path, Class: t.Class, Action: Refuse, Reason: err.Error()})
		return nil
	}
	if err != nil {
		return c.offer(t, err.Error())
	}
	if Hash(merged) == t.have {
		c.plan.Unchanged++
		c.lockAs(t, entry{render: t.want, disk: t.have})
		return nil
	}
	return c.put(t, merged, Change{Action: Update, Reason: "merged with your lines"})
}

func (c *comparison) mergeModuleFile(t *target) ([]byte, error) {
	if t.Path == "go.sum" {
		return gomod.MergeSum(t.data, t.Content), nil
	}
	var base []byte
	if t.known {
		data, err := c.folder.read(basePath(t.entry.render))
		if err != nil {
			return nil, err
		}
		if data != nil && Hash(data) == t.entry.render {
			base = data
		}
	}
	return gomod.Merge(base, canonical(t.data), t.Content)
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
	have, saved := Hash(data), ""
	if !e.wrote(have) {
		if !c.opts.Force {
			c.plan.add(Change{Path: path, Class: e.class, Action: Orphan, Reason: "no longer generated, but you changed it; delete it when nothing needs it"})
			c.keepEntry(path, e)
			return nil
		}
		if saved, err = c.save(path, data); err != nil {
			return err
		}
	}
	if err := c.folder.checkTarget(path); err != nil {
		return err
	}
	c.plan.add(Change{Path: path, Class: e.class, Action: Delete, Saved: saved})
	c.removes = append(c.removes, op{path: path, remove: true, old: have})
	return nil
}
