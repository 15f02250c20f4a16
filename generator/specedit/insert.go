package specedit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// ErrLayout says that a spec is written in a way that can not be changed
// without touching what is there.
var ErrLayout = errors.New("the spec is laid out in a way that only its author can extend")

// An insertion puts text at a byte offset.
type insertion struct {
	at   int
	text string
}

// document is a spec's text with its tree.
type document struct {
	text    string
	root    *spec.Node
	newline string
	step    int // columns that a level is indented by
}

func open(path string, src []byte) (*document, *spec.Diagnostics) {
	root, diags := spec.Tree(path, src)
	if root == nil {
		return nil, diags
	}
	d := &document{text: string(src), root: root, newline: "\n", step: 2}
	if strings.Contains(d.text, "\r\n") {
		d.newline = "\r\n"
	}
	if s := stepBelow(root); s > 0 {
		d.step = s
	}
	return d, diags
}

// stepBelow returns by how much the first block mapping in n is indented.
func stepBelow(n *spec.Node) int {
	for i := 1; n.Kind == spec.MappingNode && !n.Flow && i < len(n.Content); i += 2 {
		if v := n.Content[i]; v.Kind == spec.MappingNode && !v.Flow && v.Col > n.Col {
			return v.Col - n.Col
		}
	}
	return 0
}

// A change is insertions and what they are to make of the tree: the node
// target gets content behind the first n of its own.
type change struct {
	insertions []insertion
	target     *spec.Node
	after      int
	content    []*spec.Node
}

// apply returns the text with the insertions, if it reads as it should.
func (d *document) apply(c change) ([]byte, error) {
	var b strings.Builder
	at := 0
	for _, in := range c.insertions {
		b.WriteString(d.text[at:in.at])
		b.WriteString(in.text)
		at = in.at
	}
	b.WriteString(d.text[at:])
	out := []byte(b.String())
	root, diags := spec.Tree("", out)
	if diags.HasErrors() || !c.became(d.root, root) {
		return nil, ErrLayout
	}
	return out, nil
}

// became reports whether a tree is old with the change, and nothing else.
func (c change) became(old, now *spec.Node) bool {
	content, kind, value := old.Content, old.Kind, old.Value
	if old == c.target {
		content = slices.Concat(content[:c.after], c.content, content[c.after:])
		if kind == spec.ScalarNode {
			kind, value = spec.MappingNode, ""
		}
	} else if old.Tag != "" && old.Tag != now.Tag {
		return false
	}
	if kind != now.Kind || value != now.Value || len(content) != len(now.Content) {
		return false
	}
	for i := range content {
		if !c.became(content[i], now.Content[i]) {
			return false
		}
	}
	return true
}

// add inserts a pair into the mapping that path leads to. Keys of the path
// that are missing are added with it.
func (d *document) add(path []string, p Pair) ([]byte, error) {
	node, key := d.root, (*spec.Node)(nil)
	parent := node
	for i, name := range path {
		child := node.Get(name)
		if child == nil {
			for _, missing := range slices.Backward(path[i:]) {
				p = Pair{Name: missing, value: lines(p)}
			}
			break
		}
		parent, node = node, child
		key = parent.Content[slices.Index(parent.Content, child)-1]
	}
	switch {
	case node.Kind == spec.MappingNode:
		return d.apply(d.insert(node, p))
	case node.IsNull() && node.Start == node.End && key != nil:
		return d.apply(d.fill(parent, key, node, p))
	}
	return nil, fmt.Errorf("%s is not written as a mapping (name: value)", strings.Join(path, "."))
}

// insert puts a pair into a mapping, behind the keys that stand before it in
// a service, or at the end.
func (d *document) insert(m *spec.Node, p Pair) change {
	n := len(m.Content)
	if i := orderOf(p.Name); i >= 0 && isService(m) {
		for n > 2 && orderOf(m.Content[n-2].Value) > i {
			n -= 2
		}
	}
	c := change{target: m, after: n, content: p.nodes()}
	switch {
	case m.Flow:
		c.insertions = d.withinBrackets(m, n, quote(p.Name, true)+": "+p.content().inline(true))
	default:
		at := d.lineEnd(m.Content[n-1].End)
		text := strings.Join(p.block(m.Col, d.step, valueColumn(d.text, m)), d.newline)
		c.insertions = []insertion{{at, d.separator(m) + d.newline + strings.Repeat(" ", m.Col) + text}}
	}
	return c
}

// isService tells a service from mappings whose names are the user's: those
// may happen to be called fields.
func isService(m *spec.Node) bool {
	for i := 0; i < len(m.Content); i += 2 {
		if orderOf(m.Content[i].Value) < 0 {
			return false
		}
	}
	return true
}

func orderOf(key string) int { return slices.Index(spec.ServiceKeys(), key) }

// separator is a line break when blank lines stand between the pairs of m, as
// they often do between services.
func (d *document) separator(m *spec.Node) string {
	if len(m.Content) < 4 || isService(m) {
		return ""
	}
	for i := 2; i < len(m.Content); i += 2 {
		between := strings.ReplaceAll(d.text[m.Content[i-1].End:m.Content[i].Start], "\r", "")
		if !strings.Contains(between, "\n\n") {
			return ""
		}
	}
	return d.newline
}

// valueColumn returns how far values stand from the start of their keys where
// all do in the same column, 0 where they do not.
func valueColumn(text string, m *spec.Node) int {
	column, aligned := 0, false
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, v := m.Content[i], m.Content[i+1]
		if v.Start == v.End || strings.Contains(text[key.End:v.Start], "\n") {
			continue
		}
		if column != 0 && v.Col-m.Col != column {
			return 0
		}
		column = v.Col - m.Col
		aligned = aligned || utf8.RuneCountInString(text[key.End:v.Start]) > len(": ")
	}
	if !aligned {
		return 0
	}
	return column
}

// fill gives a key without a value a mapping.
func (d *document) fill(parent, key, node *spec.Node, p Pair) change {
	c := change{target: node, content: p.nodes()}
	if !parent.Flow {
		step := d.step
		if s := stepBelow(parent); s > 0 {
			step = s
		}
		indent := parent.Col + step
		text := strings.Join(p.block(indent, d.step, 0), d.newline)
		c.insertions = []insertion{{d.lineEnd(key.End), d.newline + strings.Repeat(" ", indent) + text}}
		return c
	}
	at, colon := key.End, ": "
	if i := strings.IndexFunc(d.text[at:], func(r rune) bool { return r != ' ' }); i >= 0 && d.text[at+i] == ':' {
		at, colon = at+i+1, " "
	}
	c.insertions = []insertion{{at, colon + mapping(p).inline(true)}}
	return c
}

// append puts a text at the end of a list.
func (d *document) append(list *spec.Node, item string) change {
	n := len(list.Content)
	c := change{target: list, after: n, content: []*spec.Node{{Value: item}}}
	if list.Flow {
		c.insertions = d.withinBrackets(list, n, quote(item, true))
		return c
	}
	at := d.lineEnd(list.Content[n-1].End)
	c.insertions = []insertion{{at, d.newline + strings.Repeat(" ", list.Col) + "- " + quote(item, false)}}
	return c
}

// withinBrackets puts an item behind the first n nodes of a mapping or list
// in brackets: on a line of its own where the items have that, too.
func (d *document) withinBrackets(c *spec.Node, n int, item string) []insertion {
	if n == 0 {
		text := " " + item
		if c.Kind == spec.ListNode {
			text = item
		} else if c.End == c.Start+len("{}") {
			text += " "
		}
		return []insertion{{c.Start + 1, text}}
	}
	end := c.Content[n-1].End
	first := c.Content[n-1]
	if c.Kind == spec.MappingNode {
		first = c.Content[n-2]
	}
	indent := d.text[strings.LastIndexByte(d.text[:first.Start], '\n')+1 : first.Start]
	rest := d.text[end:d.lineEnd(end)]
	comma := strings.HasPrefix(strings.TrimLeft(rest, " "), ",")
	tail := strings.TrimSpace(strings.TrimPrefix(strings.TrimLeft(rest, " "), ","))
	if strings.Trim(indent, " ") != "" || tail != "" && tail[0] != '#' {
		return []insertion{{end, ", " + item}}
	}
	text := d.newline + indent + item
	if comma {
		return []insertion{{d.lineEnd(end), text + ","}}
	}
	return []insertion{{end, ","}, {d.lineEnd(end), text}}
}

// lineEnd returns the offset of the break that ends the line of an offset.
func (d *document) lineEnd(at int) int {
	if i := strings.IndexByte(d.text[at:], '\n'); i >= 0 {
		at += i
		if at > 0 && d.text[at-1] == '\r' {
			at--
		}
		return at
	}
	return len(d.text)
}
