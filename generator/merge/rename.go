package merge

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// A RenameKind tells what a Renaming is about.
type RenameKind int

const (
	// RenameImport: From and To are import paths. What the file calls the
	// package follows, unless it gave the package a name of its own.
	RenameImport RenameKind = iota
	// RenamePackage: From and To are names in the package clause; that of an
	// external test follows.
	RenamePackage
	// RenameName: From is what package Path declares; Path is empty for the
	// file's own package.
	RenameName
	// RenameMember: From is a field or a method of Type in package Path.
	RenameMember
	// HasType is no renaming but tells RenameMember a type that source alone
	// does not show: From is an expression that begins with an import path,
	// such as "example.com/gen/rooms.JoinCall.Data" for a field or
	// "example.com/gen/rooms.Of().Get()" for a first result, and To is its
	// type, such as "example.com/gen/model.Room". Stars are left out; a slice
	// is "[]" and its element.
	HasType
)

// A Renaming says what has another name now.
type Renaming struct {
	Kind     RenameKind
	Path     string
	Type     string
	From, To string
}

// An Unsure is a place that may mean what was renamed; the type of the
// expression before the dot is not to be seen in the file.
type Unsure struct {
	Line int // from 1
	Renaming
}

// Rename gives identifiers of Go source their new names. All renamings are of
// the names in src: they may swap. Strings, comments and layout stay; src is
// returned itself when nothing is renamed. The error is about source that does
// not parse.
func Rename(src []byte, renamings []Renaming) (out []byte, unsure []Unsure, err error) {
	f, err := parse(src)
	if err != nil {
		return nil, nil, err
	}
	r := newRenamer(f)
	for _, re := range renamings {
		if re.Kind == HasType {
			r.types.known[re.From] = re.To
		}
	}
	for _, re := range renamings {
		switch re.Kind {
		case RenameImport:
			r.importPath(re)
		case RenamePackage:
			r.packageClause(re)
		case RenameName:
			r.name(re)
		case RenameMember:
			r.member(re)
		}
	}
	slices.SortFunc(r.unsure, func(a, b Unsure) int { return a.Line - b.Line })
	edits := r.sorted()
	if err := sortEdits(edits); err != nil {
		return nil, nil, err
	}
	return f.apply(edits), r.unsure, nil
}

type renamer struct {
	*file
	types  *typeFinder
	edits  map[int]edit // by start: what two renamings change alike is changed once
	unsure []Unsure
}

func newRenamer(f *file) *renamer {
	r := &renamer{file: f, edits: map[int]edit{}}
	r.types = &typeFinder{known: map[string]string{}, elided: map[*ast.CompositeLit]string{}, imports: map[string]string{}, unresolved: f.unresolved()}
	for _, im := range f.imported() {
		r.types.imports[im.local()] = im.path
	}
	return r
}

func (r *renamer) sorted() (list []edit) {
	for _, e := range r.edits {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b edit) int { return a.start - b.start })
	return list
}

func (r *renamer) replace(start, end int, text string) {
	r.edits[start] = edit{start, end, text}
}

func (r *renamer) ident(id *ast.Ident, to string) {
	start := r.offset(id.Pos())
	r.replace(start, start+len(id.Name), to)
}

func (r *renamer) importPath(re Renaming) {
	for _, im := range r.imported() {
		if im.path != re.From {
			continue
		}
		from, to := im.local(), PackageName(re.To)
		path := strconv.Quote(re.To)
		switch {
		case im.name != "" || from == to:
		case r.taken(to):
			path = from + " " + path
		default:
			r.qualifiers(func(id *ast.Ident, _ *ast.SelectorExpr) {
				if id.Name == from {
					r.ident(id, to)
				}
			})
		}
		r.replace(im.end-r.pathLength(im), im.end, path)
	}
}

func (r *renamer) pathLength(im imported) int {
	written := r.lf[im.start:im.end]
	return len(written) - strings.IndexAny(written, "\"`")
}

// taken tells whether a file uses a name for anything.
func (r *renamer) taken(name string) (found bool) {
	ast.Inspect(r.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			ast.Inspect(sel.X, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				found = found || ok && id.Name == name
				return !found
			})
			return false
		}
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name && id != r.syntax.Name
		return !found
	})
	return found || slices.ContainsFunc(r.imported(), func(im imported) bool { return im.local() == name })
}

func (r *renamer) packageClause(re Renaming) {
	switch name := r.syntax.Name; name.Name {
	case re.From:
		r.ident(name, re.To)
	case re.From + "_test":
		r.ident(name, re.To+"_test")
	}
}

func (r *renamer) name(re Renaming) {
	if re.Path == "" {
		for _, e := range r.renamePackageName(re.From, re.To) {
			r.replace(e.start, e.end, e.text)
		}
		return
	}
	r.qualifiers(func(id *ast.Ident, sel *ast.SelectorExpr) {
		if sel.Sel.Name == re.From && r.types.imports[id.Name] == re.Path {
			r.ident(sel.Sel, re.To)
		}
	})
}

func (r *renamer) member(re Renaming) {
	owner := re.Path + "." + re.Type
	ast.Inspect(r.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if re.Path == "" && receiver(n) == re.Type && n.Name.Name == re.From {
				r.ident(n.Name, re.To)
			}
		case *ast.TypeSpec:
			r.field(n, re)
		case *ast.CompositeLit:
			r.keys(n, owner, re)
		case *ast.SelectorExpr:
			r.selector(n, owner, re)
		}
		return true
	})
}

// field renames a field or a method where the file declares its type.
func (r *renamer) field(spec *ast.TypeSpec, re Renaming) {
	if re.Path != "" || spec.Name.Name != re.Type {
		return
	}
	var fields *ast.FieldList
	switch t := spec.Type.(type) {
	case *ast.StructType:
		fields = t.Fields
	case *ast.InterfaceType:
		fields = t.Methods
	default:
		return
	}
	for _, field := range fields.List {
		for _, name := range field.Names {
			if name.Name == re.From {
				r.ident(name, re.To)
			}
		}
	}
}

// keys renames a field in a literal of its type.
func (r *renamer) keys(lit *ast.CompositeLit, owner string, re Renaming) {
	if r.types.literal(lit) != owner {
		return
	}
	for _, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == re.From {
				r.ident(id, re.To)
			}
		}
	}
}

func (r *renamer) selector(sel *ast.SelectorExpr, owner string, re Renaming) {
	if sel.Sel.Name != re.From || r.types.qualified(sel) != "" {
		return
	}
	switch typ, known := r.types.of(sel.X); {
	case known && typ == owner:
		r.ident(sel.Sel, re.To)
	case !known && r.reaches(re.Path):
		r.unsure = append(r.unsure, Unsure{r.line(r.offset(sel.Sel.Pos())), re})
	}
}

// reaches tells whether values of a package's types are likely in the file.
func (r *renamer) reaches(path string) bool {
	if path == "" {
		return true
	}
	for _, imported := range r.types.imports {
		if imported == path {
			return true
		}
		for expr, typ := range r.types.known {
			if strings.HasPrefix(expr, imported+".") && strings.HasPrefix(strings.TrimLeft(typ, "[]"), path+".") {
				return true
			}
		}
	}
	return false
}
