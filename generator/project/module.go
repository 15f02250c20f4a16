package project

import (
	"bytes"

	"github.com/featherscaffold/featherscaffold/generator/gomod"
)

func isModuleFile(path string) bool { return path == "go.mod" || path == "go.sum" }

// moduleFile merges go.mod and go.sum: the user and the go command write to
// them all the time.
func (c *comparison) moduleFile(t *target) error {
	if t.known && t.entry.render == t.want {
		if t.edited() {
			c.keep(t, "you changed it")
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
		c.change(t, t.Content, Change{Action: Refuse, Reason: err.Error()})
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
	change := Change{Action: Merge, Reason: "with your lines"}
	if dropsComment(t.data, merged) {
		if change.Saved, err = c.save(t.Path, t.data); err != nil {
			return err
		}
	}
	return c.put(t, merged, change)
}

// dropsComment reports whether a comment of the user's is not in the merged
// file: it goes with the line that it stands at.
func dropsComment(user, merged []byte) bool {
	for line := range bytes.Lines(user) {
		_, comment, found := bytes.Cut(line, []byte("//"))
		if found && !bytes.Contains(merged, bytes.TrimSpace(comment)) {
			return true
		}
	}
	return false
}

func (c *comparison) mergeModuleFile(t *target) ([]byte, error) {
	if t.Path == "go.sum" {
		return gomod.MergeSum(t.data, t.Content), nil
	}
	base, err := c.base(t)
	if err != nil {
		return nil, err
	}
	return gomod.Merge(base, canonical(t.data), t.Content)
}
