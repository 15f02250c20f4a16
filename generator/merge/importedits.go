package merge

import (
	"slices"
	"strings"
)

// importEdits changes the imports of a file, line by line.
type importEdits struct {
	file    *file
	list    []imported // those of the file
	dropped []imported
	added   []imported
}

func (e *importEdits) isDropped(im imported) bool {
	return slices.ContainsFunc(e.dropped, func(d imported) bool { return d.start == im.start })
}

func (e *importEdits) edits() []edit {
	if len(e.dropped) == 0 && len(e.added) == 0 {
		return nil
	}
	block := e.block()
	if block == nil {
		return e.without()
	}
	insertions := e.insertions(block)
	return append(insertions, e.drops(insertions)...)
}

// block returns the imports of the first declaration in parentheses.
func (e *importEdits) block() (block []imported) {
	for _, im := range e.list {
		if im.decl.Lparen.IsValid() && (block == nil || im.decl == block[0].decl) {
			block = append(block, im)
		}
	}
	return block
}

// drops removes imports, and declarations of which nothing is left.
func (e *importEdits) drops(insertions []edit) (edits []edit) {
	f := e.file
	for i, im := range e.dropped {
		start, end := f.offset(im.decl.Pos()), f.offset(im.decl.End())
		if e.keeps(im) || strings.Contains(f.lf[start:end], "//") || strings.Contains(f.lf[start:end], "/*") {
			edits = append(edits, e.cut(im, insertions))
		} else if !slices.ContainsFunc(e.dropped[:i], func(d imported) bool { return d.decl == im.decl }) {
			edits = append(edits, f.cut(start, end))
		}
	}
	return edits
}

// cut removes an import, with the blank lines before it unless another comes
// there.
func (e *importEdits) cut(im imported, insertions []edit) edit {
	cut := e.file.cut(im.start, im.end)
	for _, in := range insertions {
		if cut.start < in.start && in.start <= cut.end {
			cut.start = min(e.file.lineStart(im.start), im.start)
		}
	}
	return cut
}

// keeps tells whether the declaration of an import that goes has others, or
// gets some.
func (e *importEdits) keeps(im imported) bool {
	if len(e.added) > 0 && im.decl.Lparen.IsValid() && im.decl == e.block()[0].decl {
		return true
	}
	return slices.ContainsFunc(e.list, func(other imported) bool { return other.decl == im.decl && !e.isDropped(other) })
}

// without makes a block where the file has none: of a single import, or below
// the package clause.
func (e *importEdits) without() []edit {
	f := e.file
	edits := e.drops(nil)
	if len(e.added) == 0 {
		return edits
	}
	for _, im := range e.list {
		if !e.isDropped(im) && im.path != "C" {
			edits = append(edits, edit{f.offset(im.decl.Pos()), f.offset(im.decl.End()), declaration(append(e.added, im))})
			return edits
		}
	}
	return append(edits, edit{f.header, f.header, "\n\n" + declaration(e.added)})
}

// declaration returns a declaration of imports, the standard library's first.
func declaration(list []imported) string {
	if len(list) == 1 {
		return "import " + list[0].text()
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, compareImports)
	var out strings.Builder
	out.WriteString("import (\n")
	for i, im := range list {
		if i > 0 && standard(im) != standard(list[i-1]) {
			out.WriteString("\n")
		}
		out.WriteString(indentation + im.text() + "\n")
	}
	out.WriteString(")")
	return out.String()
}

func compareImports(a, b imported) int {
	if standard(a) != standard(b) {
		if standard(a) {
			return -1
		}
		return 1
	}
	return strings.Compare(a.path, b.path)
}

// standard tells whether an import is of the standard library: a host has a
// dot.
func standard(im imported) bool {
	host, _, _ := strings.Cut(im.path, "/")
	return !strings.Contains(host, ".")
}

// insertions puts new imports into a block, each into the run of its kind.
func (e *importEdits) insertions(block []imported) (edits []edit) {
	added := slices.Clone(e.added)
	slices.SortStableFunc(added, compareImports)
	runs := e.runs(block)
	opened := map[bool]bool{} // runs that are new, by kind
	for _, im := range added {
		run := runOf(runs, im)
		at := e.place(run, im)
		text := indentation + im.text() + "\n"
		switch {
		case run != nil:
		case standard(im):
			at = e.file.lineStart(block[0].top)
			opened[true] = true
		default:
			at = e.file.nextLine(block[len(block)-1].end)
			if !opened[false] {
				text = "\n" + text
				opened[false] = true
			}
		}
		edits = append(edits, edit{at, at, text})
	}
	if opened[true] {
		last := 0
		for i, im := range added {
			if standard(im) {
				last = i
			}
		}
		edits[last].text += "\n"
	}
	return edits
}

// runs returns the parts of a block that no blank line divides.
func (e *importEdits) runs(block []imported) (runs [][]imported) {
	for i, im := range block {
		if i == 0 || strings.Contains(e.file.lf[block[i-1].end:im.start], "\n\n") {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], im)
	}
	return runs
}

// runOf returns the run that an import belongs to: the one with the import
// most like it, of those of its kind.
func runOf(runs [][]imported, im imported) (best []imported) {
	longest := -1
	for _, run := range runs {
		for _, other := range run {
			if n := commonPrefix(other.path, im.path); standard(other) == standard(im) && n > longest {
				best, longest = run, n
			}
		}
	}
	return best
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// place returns where in a run an import comes by its path.
func (e *importEdits) place(run []imported, im imported) int {
	for _, other := range run {
		if other.path > im.path {
			return e.file.lineStart(other.top)
		}
	}
	if len(run) == 0 {
		return 0
	}
	return e.file.nextLine(run[len(run)-1].end)
}
