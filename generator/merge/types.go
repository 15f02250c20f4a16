package merge

import (
	"go/ast"
	"strings"
)

// Types tells, as renamings of the kind HasType, the types of what a Go file
// declares: fields of structs, first results of functions, and variables. path
// is the import path of the file's package, empty to tell them for files of
// the same package. Source that does not parse tells nothing.
func Types(path string, src []byte) []Renaming {
	f, err := parse(src)
	if err != nil {
		return nil
	}
	d := &declarer{types: newRenamer(f).types, path: path}
	for _, decl := range f.syntax.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			d.function(decl)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				d.spec(spec)
			}
		}
	}
	return d.list
}

// declarer gathers the types that a file declares.
type declarer struct {
	types *typeFinder
	path  string
	list  []Renaming
}

func (d *declarer) tell(expr, typ string) {
	if typ == "" {
		return
	}
	slice := ""
	for len(typ) > 2 && typ[:2] == "[]" {
		slice, typ = slice+"[]", typ[2:]
	}
	if typ[0] == '.' { // declared here
		typ = d.path + typ
	}
	d.list = append(d.list, Renaming{Kind: HasType, From: d.path + expr, To: slice + typ})
}

func (d *declarer) function(fn *ast.FuncDecl) {
	expr := "." + fn.Name.Name + "()"
	if fn.Recv != nil {
		expr = "." + receiver(fn) + expr
	}
	results := fn.Type.Results
	if results == nil || len(results.List) == 0 {
		return
	}
	if typ := d.types.named(results.List[0].Type); !typeParameters(fn)[strings.TrimLeft(typ, "[].")] {
		d.tell(expr, typ)
	}
}

// typeParameters returns the names that stand for types in a function.
func typeParameters(fn *ast.FuncDecl) map[string]bool {
	names := map[string]bool{}
	if list := fn.Type.TypeParams; list != nil {
		for _, field := range list.List {
			for _, name := range field.Names {
				names[name.Name] = true
			}
		}
	}
	if fn.Recv == nil {
		return names
	}
	ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IndexExpr:
			addName(names, n.Index)
		case *ast.IndexListExpr:
			for _, index := range n.Indices {
				addName(names, index)
			}
		}
		return true
	})
	return names
}

func addName(names map[string]bool, x ast.Expr) {
	if id, ok := x.(*ast.Ident); ok {
		names[id.Name] = true
	}
}

func (d *declarer) spec(spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			typ, known := d.types.variable(name)
			if spec.Type != nil {
				typ, known = d.types.named(spec.Type), true
			}
			if known {
				d.tell("."+name.Name, typ)
			}
		}
	case *ast.TypeSpec:
		structure, ok := spec.Type.(*ast.StructType)
		if !ok {
			return
		}
		for _, field := range structure.Fields.List {
			for _, name := range field.Names {
				d.tell("."+spec.Name.Name+"."+name.Name, d.types.named(field.Type))
			}
		}
	}
}
