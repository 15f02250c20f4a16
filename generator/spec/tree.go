package spec

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// A Node is one node of the YAML that a spec is written in, with its place:
// what changes a spec's text needs, and what File does not keep.
type Node struct {
	Kind NodeKind
	Flow bool // a mapping or list in brackets

	// Start and End are byte offsets in the text, End exclusive. They are the
	// same for a value that is not written, as in "users:".
	Start, End int
	Col        int // column of Start, from 0, in runes

	Tag   string // what YAML takes the value for: "!!str"
	Value string // of a scalar

	// Content holds a list's items, or a mapping's keys and values by turns.
	Content []*Node
}

// NodeKind is the kind of a Node.
type NodeKind int

// The kinds of nodes.
const (
	ScalarNode NodeKind = iota
	MappingNode
	ListNode
)

// IsNull reports whether a node is no value: nothing written, null or ~.
func (n *Node) IsNull() bool { return n.Kind == ScalarNode && n.Tag == "!!null" }

// Get returns the value of a mapping's key, nil when it has none.
func (n *Node) Get(key string) *Node {
	if n.Kind != MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// Tree reads the YAML of a spec and no more. The tree is nil when diagnostics
// have errors. A byte order mark counts as a character of the text.
func Tree(path string, src []byte) (*Node, *Diagnostics) {
	text := strings.TrimPrefix(string(src), "\ufeff")
	diags := &Diagnostics{file: path, src: newSource(text)}
	p := &parser{src: diags.src, diags: diags, misspelt: map[string]bool{}}
	root := p.document()
	if root == nil {
		return nil, diags
	}
	t := treeBuilder{src: p.src, bom: len(src) - len(text)}
	return t.node(root, -1, false), diags
}

type treeBuilder struct {
	src *source
	bom int // length of the byte order mark
}

// node makes the tree of n, which stands within a block collection at column
// indent. YAML nodes know where they begin; their ends are looked for here.
func (t treeBuilder) node(n *yaml.Node, indent int, flow bool) *Node {
	at := t.offset(n)
	out := &Node{Kind: ScalarNode, Start: at + t.bom, Col: n.Column - 1, Tag: n.Tag, Value: n.Value}
	if n.Kind == yaml.ScalarNode {
		out.End = t.scalarEnd(n, at, indent, flow) + t.bom
		return out
	}
	out.Kind = MappingNode
	if n.Kind == yaml.SequenceNode {
		out.Kind = ListNode
	}
	out.Flow = n.Style&yaml.FlowStyle != 0
	if !out.Flow {
		indent = out.Col
	}
	for _, child := range n.Content {
		out.Content = append(out.Content, t.node(child, indent, flow || out.Flow))
	}
	out.End = out.Start
	if len(out.Content) > 0 {
		out.End = out.Content[len(out.Content)-1].End
	}
	if out.Flow {
		out.End = t.closing(at, out) + t.bom
	}
	return out
}

func (t treeBuilder) offset(n *yaml.Node) int {
	if n.Line > len(t.src.starts) {
		return len(t.src.text)
	}
	line := t.src.line(n.Line)
	return t.src.starts[n.Line-1] + len(line) - len(t.src.from(n.Line, n.Column))
}

// closing returns the offset behind a flow collection's bracket.
func (t treeBuilder) closing(start int, n *Node) int {
	if start >= len(t.src.text) || !strings.ContainsRune("[{", rune(t.src.text[start])) {
		return n.End - t.bom // a pair without braces, within a list
	}
	at := start + 1
	if len(n.Content) > 0 {
		at = n.End - t.bom
	}
	for ; at < len(t.src.text); at++ {
		switch t.src.text[at] {
		case '}', ']':
			return at + 1
		case '#':
			at += len(lineOf(t.src.text[at:])) - 1
		}
	}
	return at
}

func (t treeBuilder) scalarEnd(n *yaml.Node, at, indent int, flow bool) int {
	text := t.src.text
	switch {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && at < len(text):
		return quotedEnd(text, at)
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return t.deeperEnd(n.Line, at+len(strings.TrimRight(lineOf(text[at:]), "\r\n")), indent, false)
	case n.Value == "":
		return at
	case flow:
		return plainEnd(text, at, true)
	}
	end := plainEnd(text, at, false)
	if utf8.RuneCountInString(text[at:end]) >= utf8.RuneCountInString(n.Value) {
		return end
	}
	return t.deeperEnd(n.Line, end, indent, true)
}

// deeperEnd returns the end of a scalar that goes on in the lines that are
// indented by more than indent; end is that of what stands in its first line.
func (t treeBuilder) deeperEnd(first, end, indent int, plain bool) int {
	for n := first + 1; n <= len(t.src.starts); n++ {
		line := strings.TrimRight(t.src.line(n), " \t")
		trimmed := strings.TrimLeft(line, " ")
		switch {
		case trimmed == "":
			continue
		case len(line)-len(trimmed) <= indent, plain && trimmed[0] == '#':
			return end
		}
		end = t.src.starts[n-1] + len(line)
		if plain {
			end = plainEnd(t.src.text, end-len(trimmed), false)
		}
	}
	return end
}

// quotedEnd returns the offset behind the quote that closes the one at start.
func quotedEnd(text string, start int) int {
	quote := text[start]
	for at := start + 1; at < len(text); at++ {
		switch {
		case quote == '"' && text[at] == '\\':
			at++
		case text[at] == quote && quote == '\'' && strings.HasPrefix(text[at:], "''"):
			at++
		case text[at] == quote:
			return at + 1
		}
	}
	return len(text)
}

// plainEnd returns the end of a scalar without quotes: in brackets it may be
// several lines, elsewhere the end of its part in this line.
func plainEnd(text string, start int, flow bool) int {
	end := start
	for at := start; at < len(text); at++ {
		next := byte('\n')
		if at+1 < len(text) {
			next = text[at+1]
		}
		c := text[at]
		switch {
		case flow && strings.IndexByte(",[]{}?", c) >= 0, !flow && lineBreak(text[at:]) > 0:
			return end
		case c == ':' && (blank(next) || flow && strings.IndexByte(",[]{}", next) >= 0):
			return end
		case c == '#' && at > start && blank(text[at-1]):
			return end
		case !blank(c):
			end = at + 1
		}
	}
	return end
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// lineOf returns the first line of text, with its break.
func lineOf(text string) string {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}
