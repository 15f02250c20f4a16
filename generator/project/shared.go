package project

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/merge"
)

// shared files are the tool's as long as the user has not changed them, and
// merged when both have.
func (c *comparison) shared(t *target) error {
	switch {
	case !t.edited():
		return c.put(t, t.Content, Change{Action: Update})
	case t.entry.render == t.want:
		c.keep(t, "you changed it")
		c.lockAs(t, entry{render: t.want, disk: t.entry.disk})
		return nil
	}
	if over, err := c.resolved(t); over || err != nil {
		return err
	}
	return c.merge(t)
}

// resolved looks whether the user is done with a conflict about the same
// version: without an offer to delete, they have removed the markers.
func (c *comparison) resolved(t *target) (bool, error) {
	if t.entry.pending != t.want {
		return false, nil
	}
	waiting, err := c.folder.hash(incomingPath(t.Path))
	if err != nil || waiting != "" {
		return false, err
	}
	if line := markerLine(t.data); line > 0 && !c.opts.Force {
		c.change(t, t.data, Change{Action: Conflict, Reason: fmt.Sprintf("conflict markers are left in line %d", line)})
		c.keepEntry(t.Path, t.entry)
		return true, nil
	}
	if c.opts.Force {
		return false, nil
	}
	c.keep(t, "you resolved the conflict")
	c.lockAs(t, entry{render: t.want, disk: t.want})
	return true, nil
}

// merge brings what the template changed into a file that the user changed.
func (c *comparison) merge(t *target) error {
	base, err := c.base(t)
	if err != nil {
		return err
	}
	if base == nil {
		return c.conflict(t, "you changed it, and so did its template; what it was before is lost, so they can not be merged")
	}
	merged, conflicts, err := mergeFile(t, base, merge.Go, merge.Lines)
	switch {
	case err != nil:
		return c.conflict(t, "you changed it, and so did its template; "+err.Error())
	case len(conflicts) > 0 && c.opts.Markers && !c.opts.Force:
		return c.mark(t, base)
	case len(conflicts) > 0:
		return c.conflict(t, "you changed it, and so did its template"+places(conflicts))
	}
	return c.putMerged(t, merged, Change{Action: Merge, Reason: "with your changes"}, t.want)
}

// A merger is merge.Go or a variant of it.
type merger func(base, user, ours []byte) ([]byte, []merge.Conflict, error)

// A lineMerger is merge.Lines or a variant of it.
type lineMerger func(base, user, ours []byte) ([]byte, []merge.Conflict)

func mergeFile(t *target, base []byte, code merger, lines lineMerger) ([]byte, []merge.Conflict, error) {
	if isGo(t.Path) {
		return code(base, t.data, t.Content)
	}
	merged, conflicts := lines(base, t.data, t.Content)
	return merged, conflicts, nil
}

// conflict leaves a file that can not be merged to the user, or takes ours by
// force.
func (c *comparison) conflict(t *target, reason string) error {
	if c.opts.Force {
		return c.replace(t, "your changes were replaced")
	}
	return c.offer(t, reason)
}

// mark merges with conflict markers. What waited in incoming is in them now.
func (c *comparison) mark(t *target, base []byte) error {
	merged, conflicts, err := mergeFile(t, base, merge.GoMarkers, merge.Markers)
	if err != nil {
		return err
	}
	// A declaration that the template has no longer gets no markers; without
	// them nobody would see when the conflict is over.
	if markers(merged)-markers(t.data) < len(conflicts) {
		return c.offer(t, "you changed it, and so did its template"+places(conflicts))
	}
	change := Change{Action: Conflict, Reason: "you changed it, and so did its template; both are in it between markers"}
	for _, conflict := range conflicts {
		change.Notes = append(change.Notes, Note{Line: conflict.Line, Text: conflict.What})
	}
	e := entry{render: t.entry.render, disk: t.want, pending: t.want}
	if err := c.putAs(t, merged, change, e); err != nil {
		return err
	}
	to := incomingPath(t.Path)
	have, err := c.folder.hash(to)
	if have != "" && have == t.entry.pending {
		c.removes = append(c.removes, op{path: to, remove: true, old: have})
	}
	return err
}

// putMerged plans to write merged bytes, if they differ from those on disk,
// and locks them as based on a render. The user's edits in them stay edits:
// the lock then has a hash that the file has not.
func (c *comparison) putMerged(t *target, merged []byte, change Change, render string) error {
	e := entry{render: render, disk: t.want}
	if !t.edited() {
		e.disk = Hash(merged)
	}
	if !bytes.Equal(merged, t.data) {
		return c.putAs(t, merged, change, e)
	}
	if t.edited() {
		c.change(t, t.data, Change{Action: Keep, Reason: "yours", Notes: change.Notes})
	} else {
		c.plan.Unchanged++
	}
	c.lockAs(t, e)
	return nil
}

// base returns the bytes that the entry's render had, nil when they are lost.
func (c *comparison) base(t *target) ([]byte, error) {
	if !t.known {
		return nil, nil
	}
	data, err := c.folder.read(basePath(t.entry.render))
	if err != nil || hashOf(data) != t.entry.render {
		return nil, err
	}
	return data, nil
}

// places says where conflicts are, as far as a line has room.
func places(conflicts []merge.Conflict) string {
	var list []string
	for _, conflict := range conflicts[:min(3, len(conflicts))] {
		place := conflict.What
		if place == "" {
			place = fmt.Sprintf("line %d", conflict.Line)
		}
		list = append(list, place)
	}
	if more := len(conflicts) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	return ": " + strings.Join(list, ", ")
}

// markers counts the conflicts that are marked.
func markers(data []byte) int {
	return bytes.Count(append([]byte("\n"), data...), []byte("\n<<<<<<< "))
}

// markerLine returns the line of the first conflict marker, 0 when there is
// none. Only what begins a conflict is looked for: a line of equal signs also
// underlines headings.
func markerLine(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if bytes.HasPrefix(line, []byte("<<<<<<< ")) {
			return n
		}
	}
	return 0
}
