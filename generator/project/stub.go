package project

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
)

// lacking returns the methods of a planned stub that the user's package does
// not have, in the stub's order. Files that can not be parsed have none.
func (c *comparison) lacking(t *target) ([]string, error) {
	if !strings.HasSuffix(t.Path, ".go") || strings.HasSuffix(t.Path, "_test.go") {
		return nil, nil
	}
	wanted := methods(t.Content)
	have := methods(t.data)
	if missing(wanted, have) == nil {
		return nil, nil
	}
	dir := path.Dir(t.Path)
	names, err := c.folder.list(dir)
	if err != nil {
		return nil, err
	}
	for name := range names {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := c.folder.read(path.Join(dir, name))
		if err != nil {
			return nil, err
		}
		have = append(have, methods(src)...)
	}
	return missing(wanted, have), nil
}

func missing(wanted, have []string) (list []string) {
	for _, name := range wanted {
		if !slices.Contains(have, name) {
			list = append(list, name)
		}
	}
	return list
}

// methods returns the names of the methods that Go source declares.
func methods(src []byte) (names []string) {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	if f == nil || err != nil {
		return nil
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
			names = append(names, fn.Name.Name)
		}
	}
	return names
}
