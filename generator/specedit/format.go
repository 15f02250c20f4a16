package specedit

import (
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// Format returns a spec in its canonical layout: two columns a level, one
// space within brackets, no blanks at line ends, at most one blank line, one
// kind of line ends. It moves white space and nothing else: what values are
// aligned to, lines within brackets and the order of keys are the author's.
//
// ErrLayout says that the spec is written in a way in which moving white space
// could change what it says. The diagnostics are never nil; with errors among
// them the spec is no YAML.
func Format(path string, src []byte) ([]byte, *spec.Diagnostics, error) {
	d, diags := open(path, src)
	if d == nil {
		return nil, diags, nil
	}
	text := strings.ReplaceAll(d.text, "\r\n", "\n")
	if strings.ContainsAny(text, "\r\u0085\u2028\u2029") {
		return nil, diags, ErrLayout
	}
	out := formatBrackets(text)
	out = formatLines(out)
	out = strings.ReplaceAll(out, "\n", d.newline)
	root, _ := spec.Tree("", []byte(out))
	if root == nil || !same(d.root, root) || squeeze(out) != squeeze(d.text) {
		return nil, diags, ErrLayout
	}
	return []byte(out), diags, nil
}

// same reports whether two trees say the same.
func same(a, b *spec.Node) bool { return change{}.became(a, b) }

// squeeze removes white space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// formatBrackets sets the spaces in mappings and lists that are written on
// one line.
func formatBrackets(text string) string {
	root, _ := spec.Tree("", []byte(text))
	if root == nil {
		return text
	}
	var b strings.Builder
	at := 0
	var walk func(n *spec.Node)
	walk = func(n *spec.Node) {
		if !n.Flow || strings.Contains(text[n.Start:n.End], "\n") {
			for _, child := range n.Content {
				walk(child)
			}
			return
		}
		b.WriteString(text[at:n.Start])
		b.WriteString(bracketed(text, n))
		at = n.End
	}
	walk(root)
	return b.String() + text[at:]
}

// bracketed writes a mapping or list on one line, or as it was where it holds
// more than is looked at here.
func bracketed(text string, n *spec.Node) string {
	old := text[n.Start:n.End]
	if !n.Flow || len(old) < 2 {
		return old
	}
	var b strings.Builder
	b.WriteByte(old[0])
	for i, child := range n.Content {
		piece := bracketed(text, child)
		switch {
		case n.Kind == spec.MappingNode && i%2 == 1:
			between := text[n.Content[i-1].End:child.Start]
			if strings.Contains(between, ":") {
				b.WriteByte(':')
			}
			if piece != "" {
				b.WriteByte(' ')
			}
		case i > 0:
			b.WriteString(", ")
		case n.Kind == spec.MappingNode:
			b.WriteByte(' ')
		}
		b.WriteString(piece)
	}
	if k := len(n.Content); k > 0 {
		if strings.Contains(text[n.Content[k-1].End:n.End], ",") {
			b.WriteByte(',')
		}
		if n.Kind == spec.MappingNode {
			b.WriteByte(' ')
		}
	}
	b.WriteByte(old[len(old)-1])
	if out := b.String(); squeeze(out) == squeeze(old) {
		return out
	}
	return old
}

// An indenter gives lines their new indentation.
type indenter struct {
	lines  []string
	starts []int  // byte offsets of the lines
	move   []int  // by how many columns a line moves
	inside []bool // the line goes on with a text or brackets of an earlier one
	raw    []bool // the line's end is within a text, where blanks may count
}

func formatLines(text string) string {
	root, _ := spec.Tree("", []byte(text))
	if root == nil {
		return text
	}
	f := &indenter{lines: strings.Split(text, "\n")}
	at := 0
	for _, line := range f.lines {
		f.starts = append(f.starts, at)
		at += len(line) + 1
	}
	n := len(f.lines)
	f.move, f.inside, f.raw = make([]int, n), make([]bool, n), make([]bool, n)
	f.node(root, 0)
	f.comments()
	return f.join()
}

// node moves what belongs to a node that is to stand at a column.
func (f *indenter) node(n *spec.Node, column int) {
	first, last := f.line(n.Start), f.line(n.End)
	if n.Kind == spec.ScalarNode || n.Flow {
		for i := first; i < last; i++ {
			f.inside[i+1] = true
		}
		f.texts(n)
		return
	}
	by := column - n.Col
	for i := first; i <= last; i++ {
		f.move[i] = by
	}
	for i, child := range n.Content {
		switch {
		case n.Kind == spec.ListNode:
			// What stands behind the dash keeps its distance from it.
			f.node(child, child.Col+by)
		case i%2 == 1:
			f.node(child, column+2)
		}
	}
}

// texts marks the lines whose ends are within a text.
func (f *indenter) texts(n *spec.Node) {
	if n.Kind != spec.ScalarNode {
		for _, child := range n.Content {
			f.texts(child)
		}
		return
	}
	first, last := f.line(n.Start), f.line(n.End)
	for i := first; i <= last && first < last; i++ {
		f.raw[i] = true
	}
}

func (f *indenter) line(offset int) int {
	line, found := slices.BinarySearch(f.starts, offset)
	if !found {
		line--
	}
	return line
}

// comments moves comments with the line below, where they stand in the same
// column, and else with the lines above.
func (f *indenter) comments() {
	for i, line := range f.lines {
		column, ok := f.comment(i, line)
		if !ok {
			continue
		}
		if i > 0 {
			if before, ok := f.comment(i-1, f.lines[i-1]); ok && before == column {
				f.move[i] = f.move[i-1] // of the same block
				continue
			}
		}
		f.move[i] = f.besideComment(i, column) - column
	}
}

// comment returns the column of a comment that has the line for itself.
func (f *indenter) comment(i int, line string) (column int, ok bool) {
	trimmed := strings.TrimLeft(line, " ")
	return len(line) - len(trimmed), !f.inside[i] && strings.HasPrefix(trimmed, "#")
}

// besideComment returns the column that the comment in line i gets.
func (f *indenter) besideComment(i, column int) int {
	for k := i + 1; k < len(f.lines); k++ {
		if f.isContent(k) {
			if indentOf(f.lines[k]) == column {
				return column + f.move[k]
			}
			break
		}
	}
	for k := i - 1; k >= 0; k-- {
		if !f.isContent(k) || indentOf(f.lines[k]) > column {
			continue
		}
		if indent := indentOf(f.lines[k]); indent < column {
			return indent + f.move[k] + 2
		}
		return column + f.move[k]
	}
	return 0
}

func (f *indenter) isContent(i int) bool {
	_, comment := f.comment(i, f.lines[i])
	return !comment && !f.inside[i] && strings.TrimSpace(f.lines[i]) != ""
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// join puts the lines together.
func (f *indenter) join() string {
	var out []string
	for i, line := range f.lines {
		if !f.raw[i] {
			line = strings.TrimRight(line, " \t")
		}
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") && !f.inside[i] {
			continue
		}
		if strings.TrimSpace(line) != "" {
			indent := indentOf(line)
			line = strings.Repeat(" ", max(0, indent+f.move[i])) + line[indent:]
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}
