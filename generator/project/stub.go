package project

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/merge"
)

// stub brings a file that is the user's from birth up to what the spec asks of
// it: only declarations that they have not touched change, and what is missing
// is appended.
func (c *comparison) stub(t *target) error {
	if t.entry.render == t.want {
		c.usersOwn(t)
		return nil
	}
	if over, err := c.resolved(t); over || err != nil {
		return err
	}
	base, err := c.base(t)
	if err != nil {
		return err
	}
	siblings := &siblings{folder: c.folder, path: t.Path}
	merged, notes, err := merge.Stub(base, t.data, t.Content, siblings.declare)
	if siblings.err != nil {
		return siblings.err
	}
	if err != nil {
		return c.offer(t, "what the spec asks of it was not written: "+err.Error())
	}
	if wanted := wantedNotes(notes); wanted != nil {
		return c.unfinished(t, merged, Change{Action: Conflict, Reason: summary(notes), Notes: wanted})
	}
	return c.putMerged(t, merged, Change{Action: Extend, Reason: summary(notes), Notes: keptNotes(notes)}, t.want)
}

// unfinished writes what could be done for a stub and reports what is left to
// a person. Its base stays, so that the next run looks for the same again.
func (c *comparison) unfinished(t *target, merged []byte, change Change) error {
	if change.Reason != "" {
		change.Reason += "; "
	}
	change.Reason += "the spec asks for something else than you have written"
	if !bytes.Equal(merged, t.data) {
		return c.putMerged(t, merged, change, t.entry.render)
	}
	c.change(t, t.data, change)
	c.lockAs(t, entry{render: t.entry.render, disk: t.entry.disk})
	return nil
}

// wantedNotes lists what a person has to change in the file. What they have in
// another file is not looked at again, and would be asked for for ever.
func wantedNotes(notes []merge.Note) (list []Note) {
	for _, n := range notes {
		if n.Action == merge.Wanted && n.Line > 0 {
			list = append(list, Note{Line: n.Line, Text: "want " + firstLine(n.Wanted)})
		}
	}
	return list
}

// keptNotes lists what may be of interest, once.
func keptNotes(notes []merge.Note) (list []Note) {
	for _, n := range notes {
		switch n.Action {
		case merge.Wanted:
			list = append(list, Note{Text: n.Key.String() + " is in another file; want " + firstLine(n.Wanted)})
		case merge.Kept:
			list = append(list, Note{Line: n.Line, Text: "the spec no longer asks for " + n.Key.String()})
		}
	}
	return list
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// summary says what was done to a stub: "added Greet, Wave; removed Trim".
func summary(notes []merge.Note) string {
	var parts []string
	for _, did := range []struct {
		action merge.Action
		word   string
	}{{merge.Added, "added"}, {merge.Changed, "changed"}, {merge.Removed, "removed"}} {
		var names []string
		for _, n := range notes {
			if n.Action == did.action {
				names = append(names, n.Key.Name)
			}
		}
		if len(names) > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", did.word, strings.Join(names, ", ")))
		}
	}
	return strings.Join(parts, "; ")
}

// siblings are the other files of a file's package. They are read when they
// are asked for.
type siblings struct {
	folder *Folder
	path   string
	known  map[merge.Key]bool
	err    error
}

// declare reports whether one of them declares a name. A file that does not
// parse declares nothing.
func (s *siblings) declare(key merge.Key) bool {
	if s.known == nil {
		s.known = map[merge.Key]bool{}
		s.err = s.read()
	}
	return s.known[key]
}

func (s *siblings) read() error {
	dir := path.Dir(s.path)
	names, err := s.folder.list(dir)
	if err != nil {
		return err
	}
	for name := range names {
		sibling := path.Join(dir, name)
		if sibling == s.path || !isGo(sibling) || isTest(sibling) != isTest(s.path) {
			continue
		}
		src, err := s.folder.read(sibling)
		if err != nil {
			return err
		}
		declared, err := merge.Declarations(src)
		if err != nil {
			continue
		}
		for _, d := range declared {
			s.known[d.Key] = true
		}
	}
	return nil
}

func isGo(path string) bool   { return strings.HasSuffix(path, ".go") }
func isTest(path string) bool { return strings.HasSuffix(path, "_test.go") }
