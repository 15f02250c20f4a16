package project

import (
	"fmt"
	"maps"
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/merge"
	"github.com/featherscaffold/featherscaffold/generator/plan"
)

// A Side says how a conflict ends. The names are those of git: ours is what is
// in the project, theirs is what comes in.
type Side string

// The sides.
const (
	Ours   Side = "ours"   // the file stays as it is
	Theirs Side = "theirs" // what waits in incoming replaces it
	Merged Side = "merged" // the user has merged by hand, and it shows
)

// Conflicts lists the files in conflict, those at paths or all, sorted. Before
// is what is on disk and After what waits; Saved is where, or "" for a file
// with conflict markers.
func (f *Folder) Conflicts(paths ...string) ([]Change, error) {
	for _, path := range paths {
		if f.lock.entries[path].pending == "" {
			return nil, fmt.Errorf("%s is not in conflict", f.display(path))
		}
	}
	var list []Change
	for _, path := range slices.Sorted(maps.Keys(f.lock.entries)) {
		e := f.lock.entries[path]
		if e.pending == "" || len(paths) > 0 && !slices.Contains(paths, path) {
			continue
		}
		change := Change{Path: path, Class: e.class, Template: e.template, Unit: e.unit, Action: Conflict}
		var err error
		if change.before, err = f.read(path); err != nil {
			return nil, err
		}
		if change.after, err = f.read(incomingPath(path)); err != nil {
			return nil, err
		}
		if change.after != nil {
			change.Saved = incomingPath(path)
		}
		if line := markerLine(change.before); line > 0 {
			change.Notes = []Note{{Line: line, Text: "conflict marker"}}
		}
		list = append(list, change)
	}
	return list, nil
}

// Resolve returns the plan that ends conflicts, those of the files at paths or
// all.
func (f *Folder) Resolve(side Side, paths ...string) (*Plan, error) {
	conflicts, err := f.Conflicts(paths...)
	if err != nil {
		return nil, err
	}
	c := f.revision()
	for _, change := range conflicts {
		if side == Theirs {
			err = c.takeTheirs(change)
		} else {
			err = c.keepOurs(change, side)
		}
		if err != nil {
			return nil, err
		}
	}
	return c.plan, c.finish()
}

// keepOurs locks what was offered as the base of what the user has.
func (c *comparison) keepOurs(change Change, side Side) error {
	name := c.folder.display(change.Path)
	if change.Class == plan.Generated {
		return fmt.Errorf("%s is generated, and would be in conflict again: featherscaffold eject makes it yours", name)
	}
	if side == Merged {
		if line := markerLine(change.before); line > 0 {
			return fmt.Errorf("%s:%d: a conflict marker is left", name, line)
		}
		if err := checkGo(change.Path, change.before); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	e := c.next.entries[change.Path]
	e.render, e.disk, e.pending = e.pending, e.pending, ""
	c.next.entries[change.Path] = e
	change.Action, change.Reason, change.Saved, change.after = Keep, "resolved", "", change.before
	c.plan.add(change)
	return nil
}

// takeTheirs puts what was offered in the place of what the user has.
func (c *comparison) takeTheirs(change Change) error {
	if change.after == nil {
		return fmt.Errorf("%s: nothing waits in %s; remove its conflict markers and use --merged", c.folder.display(change.Path), incomingDir)
	}
	if err := c.folder.checkTarget(change.Path); err != nil {
		return err
	}
	e := c.next.entries[change.Path]
	hash := Hash(change.after)
	e.render, e.disk, e.pending = e.pending, hash, ""
	c.next.entries[change.Path] = e
	from := change.Saved
	change.Action, change.Reason, change.Saved = Update, "resolved", ""
	if change.before == nil {
		change.Action = Create
	} else {
		var err error
		if change.Saved, err = c.save(change.Path, change.before); err != nil {
			return err
		}
	}
	c.plan.add(change)
	c.puts = append(c.puts, op{
		path: change.Path, data: change.after, old: hashOf(change.before), hash: hash,
		perm: c.perm(change.Path, change.after), durable: true,
	})
	// The offer goes with its conflict, unless the user wrote to it.
	if was := c.folder.lock.entries[change.Path].pending; hash != was {
		c.removes = append(c.removes, op{path: from, remove: true, old: hash})
	}
	return nil
}

// checkGo says why Go source does not parse.
func checkGo(path string, src []byte) error {
	if !isGo(path) {
		return nil
	}
	_, err := merge.Declarations(src)
	return err
}
