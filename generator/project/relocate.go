package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/merge"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

// A relocation is what the folder looks like once the renames of a spec have
// been followed: as if the last run had been for the names of today. Compare
// decides on that; follow then turns it into operations on what is really
// there.
type relocation struct {
	folder *Folder
	moves  []plan.Move
	names  []merge.Renaming
	own    map[string][]merge.Renaming // beyond names, by the folder of the package
	files  map[string]*relocated       // by path; what is missing here is as on disk
	bases  map[string][]byte           // base copies with the names of today, by their paths
}

// A relocated file is one whose path or bytes follow a rename, or a path that
// such a file has left.
type relocated struct {
	from   string // where it is on disk; "" for a path that is left
	was    []byte // its bytes there
	data   []byte // its bytes now; nil for a path that is left
	unsure []merge.Unsure
	broken error // its Go does not parse, and has the old names
}

// relocate follows moves until restore is called.
func (f *Folder) relocate(moves []plan.Move, planned []render.File) (restore func(), err error) {
	if len(moves) == 0 || f.root == nil {
		return func() {}, nil
	}
	r := &relocation{folder: f, moves: moves, own: map[string][]merge.Renaming{}, files: map[string]*relocated{}, bases: map[string][]byte{}}
	for _, m := range moves {
		r.names = append(r.names, m.Names...)
		if r.own[m.From], err = r.ownNames(m); err != nil {
			return nil, err
		}
	}
	paths, err := r.sources()
	if err != nil {
		return nil, err
	}
	if err := r.types(paths); err != nil {
		return nil, err
	}
	for _, p := range paths {
		if err := r.file(p); err != nil {
			return nil, err
		}
	}
	if err := r.free(); err != nil {
		return nil, err
	}
	before := f.lock
	if f.lock, err = r.relock(planned); err != nil {
		f.lock = before
		return nil, err
	}
	f.relocation = r
	return func() { f.relocation, f.lock = nil, before }, nil
}

// sources lists the user's Go files, and all files of folders that move. The
// folders within those are packages whose import paths change as well.
func (r *relocation) sources() (paths []string, err error) {
	err = fs.WalkDir(r.folder.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		m := r.mover(p)
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && m == nil && foreign(p):
			return fs.SkipDir
		case d.IsDir() && m != nil && p != m.From:
			r.subpackage(m, p)
		case d.Type().IsRegular() && (m != nil || isGo(p)):
			if r.folder.lock.entries[p].class != plan.Generated {
				paths = append(paths, p)
			}
		}
		return nil
	})
	return paths, err
}

// foreign reports whether a folder holds no packages that the user wrote.
func foreign(dir string) bool {
	switch name := path.Base(dir); name {
	case "vendor", "testdata", "node_modules", "third_party":
		return true
	default:
		return name[0] == '.' || name[0] == '_' || dir == "internal/gen"
	}
}

// mover returns the move that takes a path elsewhere, nil for none.
func (r *relocation) mover(p string) *plan.Move {
	for i := range r.moves {
		if m := &r.moves[i]; m.From != m.To && (p == m.From || strings.HasPrefix(p, m.From+"/")) {
			return m
		}
	}
	return nil
}

func (r *relocation) subpackage(m *plan.Move, dir string) {
	to := m.To + strings.TrimPrefix(dir, m.From)
	r.names = append(r.names, merge.Renaming{Kind: merge.RenameImport, From: m.Module + "/" + dir, To: m.Module + "/" + to})
}

// types gathers what the user's files tell of types, for files of the same
// package and for those that import it.
func (r *relocation) types(paths []string) error {
	for _, p := range paths {
		if !isGo(p) || isTest(p) {
			continue
		}
		src, err := r.folder.read(p)
		if err != nil {
			return err
		}
		dir := path.Dir(p)
		r.own[dir] = append(r.own[dir], merge.Types("", src)...)
		r.names = append(r.names, merge.Types(r.moves[0].Module+"/"+dir, src)...)
	}
	return nil
}

// target returns where a file goes. One that is called as its package follows
// that.
func (r *relocation) target(p string) string {
	m := r.mover(p)
	if m == nil {
		return p
	}
	rest := strings.TrimPrefix(p, m.From)
	for _, end := range []string{".go", "_test.go"} {
		if rest == "/"+path.Base(m.From)+end {
			rest = "/" + path.Base(m.To) + end
		}
	}
	return m.To + rest
}

func (r *relocation) file(p string) error {
	data, err := r.folder.read(p)
	if err != nil {
		return err
	}
	file := &relocated{from: p, was: data, data: data}
	to := r.target(p)
	if isGo(p) {
		if file.data, file.unsure, file.broken = r.rename(p, data); file.broken != nil {
			file.data = data
		}
	}
	if to == p && bytes.Equal(file.data, data) && len(file.unsure) == 0 {
		return nil
	}
	if other := r.files[to]; other != nil && other.from != "" {
		return r.inTheWay(to, p)
	}
	r.files[to] = file
	if to != p && r.files[p] == nil {
		r.files[p] = &relocated{}
	}
	return nil
}

// rename gives names in a file at p their new form.
func (r *relocation) rename(p string, src []byte) ([]byte, []merge.Unsure, error) {
	return merge.Rename(src, slices.Concat(r.names, r.own[path.Dir(p)]))
}

// ownNames returns what a folder's own package calls differently. A method is
// that of each type that has it.
func (r *relocation) ownNames(m plan.Move) (list []merge.Renaming, err error) {
	var declared []merge.Declaration
	for _, n := range m.Own {
		if n.Kind != merge.RenameMember {
			list = append(list, n)
			continue
		}
		if declared == nil {
			if declared, err = r.declarations(m.From); err != nil {
				return nil, err
			}
		}
		for _, d := range declared {
			if n.Type = d.Recv; d.Recv != "" && d.Name == n.From {
				list = append(list, n)
			}
		}
	}
	return list, nil
}

func (r *relocation) declarations(dir string) ([]merge.Declaration, error) {
	names, err := r.folder.list(dir)
	if err != nil {
		return nil, err
	}
	list := []merge.Declaration{}
	for name := range names {
		if !isGo(name) || isTest(name) {
			continue
		}
		src, err := r.folder.read(path.Join(dir, name))
		if err != nil {
			return nil, err
		}
		declared, err := merge.Declarations(src)
		if err == nil { // one that does not parse declares nothing
			list = append(list, declared...)
		}
	}
	return list, nil
}

// free refuses moves to where something else is.
func (r *relocation) free() error {
	leaves := map[string]bool{}
	for to, file := range r.files {
		leaves[file.from] = leaves[file.from] || to != file.from
	}
	for _, to := range slices.Sorted(maps.Keys(r.files)) {
		file := r.files[to]
		if file.from == "" || file.from == to || leaves[to] {
			continue
		}
		if _, err := r.folder.root.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
			return r.inTheWay(to, file.from)
		}
	}
	return nil
}

func (r *relocation) inTheWay(to, from string) error {
	return fmt.Errorf("%s is in the way: the spec's key moved makes it of %s; rename one of them yourself", r.folder.display(to), from)
}

// relock returns the lock as the last run would have left it with the names of
// today.
func (r *relocation) relock(planned []render.File) (*lock, error) {
	l := *r.folder.lock
	l.entries = maps.Clone(l.entries)
	contents := map[string]render.File{}
	for _, file := range planned {
		contents[file.Path] = file
	}
	for _, file := range r.files {
		delete(l.entries, file.from)
	}
	for to, file := range maps.Clone(r.files) {
		e, known := r.folder.lock.entries[file.from]
		if !known {
			continue
		}
		if ours, ok := contents[to]; ok && e.wrote(Hash(file.was)) && (e.class == plan.Stub || e.class == plan.Merge) && !isModuleFile(to) {
			// Nobody has touched it: the comments follow as well.
			t := &target{File: ours}
			file.data, file.unsure = ours.Content, nil
			l.entries[to] = entry{class: e.class, template: e.template, unit: e.unit, render: Hash(t.render()), disk: Hash(ours.Content)}
			r.bases[basePath(Hash(t.render()))] = t.render()
			continue
		}
		var err error
		if l.entries[to], err = r.entry(to, file, e); err != nil {
			return nil, err
		}
	}
	return &l, nil
}

// entry returns a file's entry with the hashes of today's names.
func (r *relocation) entry(to string, file *relocated, e entry) (entry, error) {
	if e.wrote(Hash(file.was)) {
		e.disk, e.also = Hash(file.data), nil
	}
	base, err := r.folder.read(basePath(e.render))
	if err != nil {
		return e, err
	}
	if base != nil {
		renamed := r.renamed(file.from, base)
		if e.disk == e.render {
			e.disk = Hash(renamed)
		}
		e.render = Hash(renamed)
		r.bases[basePath(e.render)] = renamed
	}
	return r.incoming(to, file, e)
}

// incoming takes a version that waits for the user's decision along.
func (r *relocation) incoming(to string, file *relocated, e entry) (entry, error) {
	if e.pending == "" {
		return e, nil
	}
	from := incomingPath(file.from)
	waiting, err := r.folder.read(from)
	if err != nil || waiting == nil {
		return e, err
	}
	renamed := r.renamed(file.from, waiting)
	if Hash(waiting) == e.pending {
		e.pending = Hash(renamed)
	}
	if to != file.from {
		r.files[from] = &relocated{}
	}
	r.files[incomingPath(to)] = &relocated{from: from, was: waiting, data: renamed}
	return e, nil
}

// renamed is rename for a version of a file beside the user's.
func (r *relocation) renamed(p string, src []byte) []byte {
	if !isGo(p) {
		return src
	}
	out, _, err := r.rename(p, src)
	if err != nil {
		return src
	}
	return out
}
