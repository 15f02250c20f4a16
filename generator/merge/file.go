package merge

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// A file is Go source with its declarations taken apart.
type file struct {
	source
	syntax *ast.File
	tok    *token.File
	header int     // where the line of the package clause ends
	top    int     // where the imports end, or the header
	items  []*item // in order
	byKey  map[Key]*item
}

// An item is what is merged as one: a function, one name or more that are
// declared together, or a comment that belongs to nothing.
type item struct {
	file       *file
	keys       []Key // the first names it
	word       string
	start, end int // with its doc comment, and a comment behind it on the line
	spec       int // where what follows doc and keyword starts
	fn         *ast.FuncDecl
	group      *group // the parentheses that it stands in, nil when none
}

// A group is a declaration in parentheses.
type group struct {
	word       string
	start, end int
	doc        string
	items      []*item
}

func (it *item) key() Key      { return it.keys[0] }
func (it *item) text() string  { return it.file.lf[it.start:it.end] }
func (it *item) comment() bool { return it.word == "" }
func (it *item) blank() bool   { return strings.HasPrefix(it.keys[0].Name, "_ ") }
func (it *item) outer() span   { return span{it.start, it.end}.around(it.group) }
func (it *item) content() string {
	return it.file.lf[it.start:it.docEnd()] + it.file.lf[it.spec:it.end]
}

// docEnd returns where what stands before the keyword ends.
func (it *item) docEnd() int {
	if it.group == nil && it.fn == nil {
		return it.spec - len(it.word)
	}
	return it.spec
}

type span struct{ start, end int }

func (s span) around(g *group) span {
	if g == nil {
		return s
	}
	return span{g.start, g.end}
}

// same tells whether two items declare the same, be it in parentheses or not.
func same(a, b *item) bool {
	return a.word == b.word && (a.content() == b.content() || canonical(a.content()) == canonical(b.content()))
}

// parse takes Go source apart.
func parse(src []byte) (*file, error) {
	f := &file{source: newSource(src), byKey: map[Key]*item{}}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "", f.lf, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	f.syntax, f.tok = syntax, fset.File(syntax.FileStart)
	f.header = f.lineEnd(f.offset(syntax.Name.End()))
	f.top = f.header
	for _, decl := range syntax.Decls {
		f.decl(decl)
	}
	f.comments()
	return f, f.index()
}

func (f *file) offset(pos token.Pos) int { return f.tok.Offset(pos) }

// line returns the line of a place in the file, from 1.
func (f *file) line(at int) int { return 1 + strings.Count(f.lf[:at], "\n") }

func (f *file) decl(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		it := f.item("func", d, d.Doc)
		it.fn = d
		it.keys = []Key{{Recv: receiver(d), Name: d.Name.Name}}
		f.items = append(f.items, it)
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			f.top = f.trailing(f.offset(d.End()))
			return
		}
		f.genDecl(d)
	}
}

// item returns an item for a declaration or a part of one.
func (f *file) item(word string, n ast.Node, doc *ast.CommentGroup) *item {
	it := &item{file: f, word: word, start: f.offset(n.Pos()), end: f.trailing(f.offset(n.End()))}
	it.spec = it.start
	if doc != nil {
		it.start = f.offset(doc.Pos())
	}
	return it
}

// trailing returns the end of the comments that follow a place on its line.
func (f *file) trailing(at int) int {
	list := f.syntax.Comments
	next, _ := slices.BinarySearchFunc(list, at, func(c *ast.CommentGroup, at int) int { return f.offset(c.Pos()) - at })
	for _, c := range list[next:] {
		if between := f.lf[at:f.offset(c.Pos())]; strings.Trim(between, " \t;") != "" {
			break
		}
		at = f.offset(c.End())
	}
	return at
}

// genDecl adds the items of a declaration of types, variables or constants.
// Constants that count are one item: each depends on those before.
func (f *file) genDecl(d *ast.GenDecl) {
	word := d.Tok.String()
	if !d.Lparen.IsValid() || counts(d) {
		it := f.item(word, d, d.Doc)
		it.spec += len(word)
		for _, spec := range d.Specs {
			it.keys = append(it.keys, names(spec)...)
		}
		f.items = append(f.items, it)
		return
	}
	whole := f.item(word, d, d.Doc)
	g := &group{word: word, start: whole.start, end: whole.end, doc: f.lf[whole.start:whole.spec]}
	for _, spec := range d.Specs {
		it := f.item(word, spec, docOf(spec))
		it.group, it.keys = g, names(spec)
		g.items = append(g.items, it)
	}
	f.items = append(f.items, g.items...)
	if len(g.items) == 0 {
		whole.keys = []Key{{Name: "_"}}
		whole.spec += len(word)
		f.items = append(f.items, whole)
	}
}

// counts tells whether constants are declared by iota or by repetition.
func counts(d *ast.GenDecl) (found bool) {
	if d.Tok != token.CONST {
		return false
	}
	for _, spec := range d.Specs {
		if v, ok := spec.(*ast.ValueSpec); ok && v.Values == nil {
			return true
		}
	}
	ast.Inspect(d, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == "iota"
		return !found
	})
	return found
}

func names(spec ast.Spec) (keys []Key) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return []Key{{Name: s.Name.Name}}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			keys = append(keys, Key{Name: name.Name})
		}
	}
	return keys
}

func docOf(spec ast.Spec) *ast.CommentGroup {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return s.Doc
	case *ast.ValueSpec:
		return s.Doc
	}
	return nil
}

// receiver returns the name of a method's type, "" for functions.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "?"
		}
	}
}

// comments adds those that stand between the declarations, each as an item.
func (f *file) comments() {
	var items []*item
	next := 0
	for _, c := range f.syntax.Comments {
		start := f.offset(c.Pos())
		for next < len(f.items) && f.items[next].end <= start {
			items = append(items, f.items[next])
			next++
		}
		if start < f.top || f.within(start, next) {
			continue
		}
		items = append(items, &item{file: f, start: start, spec: start, end: f.offset(c.End())})
	}
	f.items = append(items, f.items[next:]...)
}

// within tells whether a place belongs to the next item or to a group.
func (f *file) within(at, next int) bool {
	if next < len(f.items) && f.items[next].start <= at {
		return true
	}
	for _, it := range f.items[max(0, next-1):min(next+1, len(f.items))] {
		if out := it.outer(); out.start <= at && at < out.end {
			return true
		}
	}
	return false
}

// index finds the items by their keys. Blank names and comments, which may be
// there many times, are told apart by their text.
func (f *file) index() error {
	count := map[Key]int{}
	for _, it := range f.items {
		var keys []Key
		for _, key := range it.keys {
			if key.Name != "_" {
				keys = append(keys, key)
			}
		}
		if len(keys) == 0 {
			keys = []Key{{Name: "_ " + it.word + " " + canonical(it.content())}}
		}
		repeats := len(it.keys) == 0 || keys[0].Name == "init" && keys[0].Recv == "" || strings.HasPrefix(keys[0].Name, "_ ")
		if n := count[keys[0]]; repeats && n > 0 {
			count[keys[0]]++
			keys[0].Name = fmt.Sprintf("%s#%d", keys[0].Name, n+1)
		} else {
			count[keys[0]]++
		}
		for _, key := range keys {
			if f.byKey[key] != nil {
				return fmt.Errorf("%s is declared twice", key)
			}
			f.byKey[key] = it
		}
		it.keys = keys
	}
	return nil
}

// find returns the item that declares one of the keys, nil when none does.
func (f *file) find(keys []Key) *item {
	for _, key := range keys {
		if it := f.byKey[key]; it != nil {
			return it
		}
	}
	return nil
}
