package merge

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// An imported is one import of a file.
type imported struct {
	name       string // as written, "" when left out
	path       string
	top        int // where its doc comment starts
	start, end int
	decl       *ast.GenDecl
}

// local returns the name that a file calls the package by. Without one it is
// taken from the path, as package names usually are.
func (im imported) local() string {
	if im.name != "" {
		return im.name
	}
	return PackageName(im.path)
}

// text returns the import as it stands in parentheses.
func (im imported) text() string {
	if im.name == "" {
		return strconv.Quote(im.path)
	}
	return im.name + " " + strconv.Quote(im.path)
}

func (im imported) effectOnly() bool { return im.name == "_" || im.name == "." || im.path == "C" }

// PackageName returns the name that a package at an import path most likely
// has.
func PackageName(importPath string) string {
	name := path.Base(importPath)
	if dir := path.Dir(importPath); len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" && dir != "." {
		name = path.Base(dir)
	}
	name, _, _ = strings.Cut(name, ".v")
	name = strings.TrimPrefix(name, "go-")
	return strings.ReplaceAll(name, "-", "_")
}

func (f *file) imported() (list []imported) {
	for _, decl := range f.syntax.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT {
			continue
		}
		for _, spec := range d.Specs {
			s := spec.(*ast.ImportSpec)
			im := imported{start: f.offset(s.Pos()), end: f.offset(s.End()), decl: d}
			if im.top = im.start; s.Doc != nil {
				im.top = f.offset(s.Doc.Pos())
			}
			im.path, _ = strconv.Unquote(s.Path.Value)
			if s.Name != nil {
				im.name = s.Name.Name
			}
			list = append(list, im)
		}
	}
	return list
}

// uses returns the names before a dot that nothing in the file declares: those
// of imported packages.
func (f *file) uses() map[string]bool {
	used := map[string]bool{}
	f.qualifiers(func(id *ast.Ident, _ *ast.SelectorExpr) { used[id.Name] = true })
	return used
}

// qualifiers calls found for the package in each qualified identifier.
func (f *file) qualifiers(found func(*ast.Ident, *ast.SelectorExpr)) {
	unresolved := f.unresolved()
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && unresolved[id] {
				found(id, sel)
			}
		}
		return true
	})
}

// localise returns the file with packages called as in the user's file. One
// that the user does not import, and whose name is taken there, gets another.
func (f *file) localise(user *file) (*file, error) {
	theirs := map[string]string{}
	taken := map[string]bool{}
	for _, im := range user.imported() {
		if !im.effectOnly() && theirs[im.path] == "" {
			theirs[im.path] = im.local()
			taken[im.local()] = true
		}
	}
	rename := map[string]string{}
	var edits []edit
	for _, im := range f.imported() {
		if im.effectOnly() {
			continue
		}
		to, known := theirs[im.path]
		if !known {
			to = im.local()
			for n := 2; taken[to] || user.byKey[Key{Name: to}] != nil; n++ {
				to = im.local() + strconv.Itoa(n)
			}
		}
		if to != im.local() {
			rename[im.local()] = to
			im.name = to
			edits = append(edits, edit{im.start, im.end, im.text()})
		}
	}
	if len(edits) == 0 {
		return f, nil
	}
	f.qualifiers(func(id *ast.Ident, _ *ast.SelectorExpr) {
		if to := rename[id.Name]; to != "" {
			start := f.offset(id.Pos())
			edits = append(edits, edit{start, start + len(id.Name), to})
		}
	})
	if err := sortEdits(edits); err != nil {
		return nil, err
	}
	return parse([]byte(f.plain(edits)))
}

// imports returns the edits of the user's imports that go with the edits of
// the rest.
func (v versions) imports(edits []edit) ([]edit, error) {
	merged, err := parse([]byte(v.user.plain(edits)))
	if err != nil {
		return nil, err
	}
	needed, before, inBase, inOurs := merged.uses(), v.user.uses(), v.base.uses(), v.ours.uses()
	base, user, ours := v.base.imported(), v.user.imported(), v.ours.imported()
	e := &importEdits{file: v.user, list: user}
	for _, im := range user {
		dropped := !has(ours, im)
		unused := inBase[im.local()] && !needed[im.local()] && (dropped || before[im.local()])
		if has(base, im) && (im.effectOnly() && dropped || !im.effectOnly() && unused) {
			e.dropped = append(e.dropped, im)
		}
	}
	for _, im := range ours {
		// A name that ours itself does not use was guessed wrong.
		unknown := im.effectOnly() || !inOurs[im.local()]
		if !has(user, im) && (unknown && !has(base, im) || !unknown && needed[im.local()]) {
			e.added = append(e.added, im)
		}
	}
	return e.edits(), nil
}

func has(list []imported, im imported) bool {
	return slices.ContainsFunc(list, func(other imported) bool { return other.path == im.path && other.local() == im.local() })
}
