package merge

import (
	"go/ast"
	"go/token"
	"strings"
)

// A typeFinder finds the types of expressions as far as one file shows them:
// by declared types of variables, by literals, and by what it is told. A type
// is its import path and name; stars are left out, and a slice, an array or a
// map is "[]" and its element.
type typeFinder struct {
	imports    map[string]string // paths by local name
	known      map[string]string // types by expression
	elided     map[*ast.CompositeLit]string
	unresolved map[*ast.Ident]bool
	depth      int // of variables that are declared by variables
}

func (f *file) unresolved() map[*ast.Ident]bool {
	set := make(map[*ast.Ident]bool, len(f.syntax.Unresolved))
	for _, id := range f.syntax.Unresolved {
		set[id] = true
	}
	return set
}

// of returns the type of an expression. When it is not known, what is
// returned is the expression itself, from the part whose type is.
func (t *typeFinder) of(x ast.Expr) (typ string, known bool) {
	switch x := x.(type) {
	case *ast.Ident:
		return t.variable(x)
	case *ast.ParenExpr:
		return t.of(x.X)
	case *ast.StarExpr:
		return t.of(x.X)
	case *ast.UnaryExpr:
		return t.of(x.X)
	case *ast.CompositeLit:
		typ = t.literal(x)
		return typ, typ != ""
	case *ast.TypeAssertExpr:
		typ = t.named(x.Type)
		return typ, typ != ""
	case *ast.SelectorExpr:
		if name := t.qualified(x); name != "" {
			return t.lookup(name)
		}
		return t.then(x.X, "."+x.Sel.Name)
	case *ast.CallExpr:
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "new" && len(x.Args) == 1 {
			typ = t.named(x.Args[0])
			return typ, typ != ""
		}
		return t.then(x.Fun, "()")
	case *ast.IndexExpr:
		if typ, known := t.of(x.X); known {
			element, ok := strings.CutPrefix(typ, "[]")
			return element, ok
		}
		return t.then(x.X, "[]")
	}
	return "", false
}

// then returns the type of an expression with something behind it.
func (t *typeFinder) then(x ast.Expr, suffix string) (string, bool) {
	typ, _ := t.of(x)
	if typ == "" {
		return "", false
	}
	return t.lookup(typ + suffix)
}

func (t *typeFinder) lookup(expr string) (string, bool) {
	if typ, ok := t.known[expr]; ok {
		return typ, true
	}
	return expr, false
}

// qualified returns path and name of what another package declares, "" for
// other selectors.
func (t *typeFinder) qualified(sel *ast.SelectorExpr) string {
	id, ok := sel.X.(*ast.Ident)
	if !ok || !t.unresolved[id] || t.imports[id.Name] == "" {
		return ""
	}
	return t.imports[id.Name] + "." + sel.Sel.Name
}

// variable returns the type of what an identifier was declared as.
func (t *typeFinder) variable(id *ast.Ident) (string, bool) {
	if id.Obj == nil {
		return t.lookup("." + id.Name)
	}
	const deepest = 20 // source may declare them in a circle
	if t.depth > deepest {
		return "", false
	}
	t.depth++
	defer func() { t.depth-- }()
	switch d := id.Obj.Decl.(type) {
	case *ast.Field:
		typ := t.named(d.Type)
		return typ, typ != ""
	case *ast.ValueSpec:
		if d.Type != nil {
			typ := t.named(d.Type)
			return typ, typ != ""
		}
		for i, name := range d.Names {
			if name.Obj == id.Obj {
				return t.assigned(d.Values, i, len(d.Names))
			}
		}
	case *ast.AssignStmt:
		for i, left := range d.Lhs {
			if name, ok := left.(*ast.Ident); ok && name.Obj == id.Obj {
				return t.assigned(d.Rhs, i, len(d.Lhs))
			}
		}
	case *ast.FuncDecl:
		return t.lookup("." + id.Name)
	}
	return "", false
}

// assigned returns the type of the i-th of n variables that get values.
func (t *typeFinder) assigned(values []ast.Expr, i, n int) (string, bool) {
	switch {
	case len(values) == 1 && isRange(values[0]):
		if i != 1 {
			return "", false
		}
		return t.of(&ast.IndexExpr{X: values[0].(*ast.UnaryExpr).X})
	case len(values) == n:
		return t.of(values[i])
	case len(values) == 1 && i == 0:
		return t.of(values[0])
	}
	return "", false
}

func isRange(x ast.Expr) bool {
	u, ok := x.(*ast.UnaryExpr)
	return ok && u.Op == token.RANGE
}

// literal returns the type of a literal, also where the one around it says it.
func (t *typeFinder) literal(lit *ast.CompositeLit) string {
	typ := t.elided[lit]
	if lit.Type != nil {
		typ = t.named(lit.Type)
	}
	if element, ok := strings.CutPrefix(typ, "[]"); ok {
		for _, elt := range lit.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			if inner, ok := elt.(*ast.CompositeLit); ok && inner.Type == nil {
				t.elided[inner] = element
			}
		}
	}
	return typ
}

// named returns the type that an expression names, "" for what has no name.
func (t *typeFinder) named(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return "." + x.Name
	case *ast.SelectorExpr:
		return t.qualified(x)
	case *ast.StarExpr:
		return t.named(x.X)
	case *ast.ParenExpr:
		return t.named(x.X)
	case *ast.IndexExpr:
		return t.named(x.X)
	case *ast.IndexListExpr:
		return t.named(x.X)
	case *ast.ArrayType:
		return element(t.named(x.Elt))
	case *ast.Ellipsis:
		return element(t.named(x.Elt))
	case *ast.MapType:
		return element(t.named(x.Value))
	}
	return ""
}

func element(typ string) string {
	if typ == "" {
		return ""
	}
	return "[]" + typ
}
