package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/project"
)

// copiedRuntime is the folder whose files are reported as one line: they are
// many, and nobody's concern.
const copiedRuntime = "third_party/featherscaffold/"

// words are how a report names an action, done and not yet done.
var words = map[project.Action]struct{ done, pending, style string }{
	project.Create:   {"created", "would create", styleCreate},
	project.Update:   {"updated", "would update", styleChange},
	project.Move:     {"moved", "would move", styleChange},
	project.Merge:    {"merged", "would merge", styleChange},
	project.Extend:   {"extended", "would extend", styleChange},
	project.Delete:   {"deleted", "would delete", styleDelete},
	project.Keep:     {"kept", "would keep", styleQuiet},
	project.Conflict: {"conflict", "conflict", styleError},
	project.Orphan:   {"orphan", "orphan", styleError},
	project.Refuse:   {"in the way", "in the way", styleError},
}

// report prints what a run did, or would do.
func (c *cli) report(p *project.Plan, pending bool) {
	if p.Empty() && !p.NeedsPerson() {
		fmt.Fprintf(c.stdout, "nothing to do: %s up to date%s\n", count(p.Unchanged+p.Count(project.Keep), "file"), keptNote(p))
		return
	}
	c.changes(c.stdout, p.Changes, pending)
	if !p.Empty() && p.Count(project.Keep) == len(p.Changes) {
		c.line(c.stdout, project.Update, pending, ".featherscaffold/lock", "")
	}
	fmt.Fprintf(c.stdout, "%s unchanged\n", count(p.Unchanged, "file"))
	if n := p.Count(project.Conflict, project.Orphan); n > 0 {
		fmt.Fprintf(c.stdout, "%s for you to decide%s; until then the project may not build\n", count(n, "file"), remedy(p))
	}
}

// remedy names the commands that help to decide.
func remedy(p *project.Plan) string {
	var commands []string
	for _, change := range p.Changes {
		if change.Action == project.Conflict && change.Saved != "" {
			commands = append(commands, "featherscaffold resolve")
			break
		}
	}
	if p.Count(project.Orphan) > 0 {
		commands = append(commands, "featherscaffold prune")
	}
	if commands == nil {
		return ""
	}
	return " (" + strings.Join(commands, ", ") + ")"
}

func keptNote(p *project.Plan) string {
	n := p.Count(project.Keep)
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d of them as you changed them", n)
}

// changes prints one line a change; those of the copied runtime are summed up
// after the others.
func (c *cli) changes(w io.Writer, changes []project.Change, pending bool) {
	copied := map[project.Action]int{}
	for _, change := range changes {
		if strings.HasPrefix(change.Path, copiedRuntime) && isWrite(change.Action) && change.Saved == "" {
			copied[change.Action]++
			continue
		}
		c.line(w, change.Action, pending, change.Path, note(change))
		for _, n := range change.Notes {
			fmt.Fprintf(w, "%s%s\n", indent(pending), place(change.Path, n))
		}
	}
	for _, action := range []project.Action{project.Create, project.Update, project.Delete} {
		if n := copied[action]; n > 0 {
			c.line(w, action, pending, copiedRuntime, count(n, "file")+" of the runtime")
		}
	}
}

// place is a note with its place as compilers write it, for terminals that
// make links of such.
func place(path string, n project.Note) string {
	if n.Line > 0 {
		path = fmt.Sprintf("%s:%d", path, n.Line)
	}
	return strings.TrimSuffix(path+": "+n.Text, ": ")
}

func isWrite(a project.Action) bool {
	return a == project.Create || a == project.Update || a == project.Delete
}

func (c *cli) line(w io.Writer, action project.Action, pending bool, path, note string) {
	word := words[action]
	text := word.done
	if pending {
		text = word.pending
	}
	if note != "" {
		note = " (" + note + ")"
	}
	padding := strings.Repeat(" ", max(1, len(indent(pending))-len(text)))
	fmt.Fprintf(w, "%s%s%s%s\n", c.paint(w, word.style, text), padding, path, note)
}

// indent is as wide as the column of the actions.
func indent(pending bool) string {
	if pending {
		return strings.Repeat(" ", 13)
	}
	return strings.Repeat(" ", 10)
}

// note says in a change's line what its action does not.
func note(change project.Change) string {
	parts := []string{}
	if change.From != "" {
		parts = append(parts, "from "+change.From)
	}
	if change.Reason != "" {
		parts = append(parts, change.Reason)
	}
	switch {
	case change.Saved != "" && change.Action == project.Conflict:
		parts = append(parts, "the new one waits in "+change.Saved)
	case change.Saved != "":
		parts = append(parts, "yours is kept as "+change.Saved)
	}
	return strings.Join(parts, "; ")
}

// refuse prints the files that are in the way of a run.
func (c *cli) refuse(p *project.Plan) error {
	for _, change := range p.Changes {
		if change.Action == project.Refuse {
			c.line(c.stderr, project.Refuse, false, change.Path, note(change))
		}
	}
	return fmt.Errorf("nothing was written: %s in the way; --adopt takes over (what it replaces is kept in .featherscaffold/backup)",
		count(p.Count(project.Refuse), "file"))
}

// count returns a number of things, "1 file" or "2 files".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
