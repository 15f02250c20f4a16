package project

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// follow makes the operations of a comparison, which saw the folder after the
// renames, fit what is on disk, and adds what the renames ask for beyond them.
func (c *comparison) follow(ops []op) ([]op, error) {
	r := c.folder.relocation
	if r == nil {
		return ops, nil
	}
	done := map[string]bool{}
	var list []op
	for _, o := range ops {
		if file := r.files[o.path]; file != nil {
			done[o.path] = true
			old, err := r.onDisk(o.path)
			if err != nil {
				return nil, err
			}
			if o.old = old; o.remove && old == "" {
				continue // it would have been moved there
			}
			o.perm = r.perm(file, o.perm)
		}
		list = append(list, o)
	}
	var puts, removes []op
	for _, p := range slices.Sorted(maps.Keys(r.files)) {
		if done[p] {
			continue
		}
		old, err := r.onDisk(p)
		if err != nil {
			return nil, err
		}
		file := r.files[p]
		switch {
		case file.data == nil && old != "":
			removes = append(removes, op{path: p, remove: true, old: old})
		case file.data != nil && (p != file.from || !bytes.Equal(file.data, file.was)):
			puts = append(puts, op{path: p, data: file.data, old: old, hash: Hash(file.data), perm: r.perm(file, 0o666), durable: true})
		}
	}
	for _, o := range append(slices.Clone(puts), removes...) {
		if err := c.folder.checkTarget(o.path); err != nil {
			return nil, err
		}
	}
	return slices.Concat(puts, list, removes), nil
}

// onDisk returns the hash of what is really at a path, "" for nothing.
func (r *relocation) onDisk(p string) (string, error) {
	data, err := r.folder.readDisk(p)
	return hashOf(data), err
}

// perm returns the mode of a file that came from elsewhere.
func (r *relocation) perm(file *relocated, otherwise fs.FileMode) fs.FileMode {
	if file.from == "" {
		return otherwise
	}
	info, err := r.folder.root.Stat(file.from)
	if err != nil {
		return otherwise
	}
	return info.Mode().Perm()
}

// read returns what is at a path after the renames; known is false where that
// is what is on disk.
func (r *relocation) read(p string) (data []byte, known bool) {
	if data, known = r.bases[p]; known {
		return data, true
	}
	file, known := r.files[p]
	if !known {
		return nil, false
	}
	return file.data, true
}

// list corrects the names in a folder.
func (r *relocation) list(dir string, names map[string]bool) map[string]bool {
	for p, file := range r.files {
		if path.Dir(p) != dir {
			continue
		}
		if file.data == nil {
			delete(names, path.Base(p))
			continue
		}
		if names == nil {
			names = map[string]bool{}
		}
		names[path.Base(p)] = true
	}
	return names
}

// moved says in the plan which files follow a rename.
func (c *comparison) moved() {
	r := c.folder.relocation
	if r == nil {
		return
	}
	for p, base := range r.bases {
		if hash := path.Base(p); c.bases[hash] == nil {
			c.bases[hash] = base
		}
	}
	for _, p := range slices.Sorted(maps.Keys(r.files)) {
		if file := r.files[p]; file.data != nil && !strings.HasPrefix(p, stateDir+"/") {
			c.reportMoved(p, file)
		}
	}
}

func (c *comparison) reportMoved(p string, file *relocated) {
	at := slices.IndexFunc(c.plan.Changes, func(change Change) bool { return change.Path == p })
	if at < 0 {
		e, planned := c.next.entries[p]
		if planned {
			c.plan.Unchanged--
		}
		at = len(c.plan.Changes)
		c.plan.add(Change{Path: p, Class: e.class, Template: e.template, Unit: e.unit, Action: Keep, after: file.data})
	}
	change := &c.plan.Changes[at]
	change.before = file.was
	change.Notes = append(change.Notes, movedNotes(file)...)
	moves := p != file.from
	if moves {
		change.From = file.from
	}
	switch {
	case change.Action != Keep:
	case moves:
		change.Action, change.Reason = Move, ""
	case !bytes.Equal(file.was, file.data):
		change.Action, change.Reason = Update, "names follow the spec"
	}
}

func movedNotes(file *relocated) (list []Note) {
	for _, u := range file.unsure {
		list = append(list, Note{Line: u.Line, Text: fmt.Sprintf("%s is called %s now, if it is that of a %s", u.From, u.To, u.Type)})
	}
	if file.broken != nil {
		list = append(list, Note{Text: "names in it are the old ones: " + file.broken.Error()})
	}
	return list
}
