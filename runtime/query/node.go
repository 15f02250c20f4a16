package query

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// A node is a Tree under construction from a query string. What the functions
// of this file do, and their order, is what qs does; only its bookkeeping for
// a path that is given in two notations with conflicting forms three times or
// more, or beyond the array limit, is left out.
type node struct {
	kind   jsonio.Kind // String, Array or Object
	text   string
	object object[*node]
	array  []element // by ascending index, with gaps
}

type element struct {
	at    int
	value *node
}

func newText(s string) *node { return &node{kind: jsonio.String, text: s} }
func newObject() *node       { return &node{kind: jsonio.Object} }

func newArray(nodes ...*node) *node {
	a := &node{kind: jsonio.Array}
	for _, n := range nodes {
		a.push(n)
	}
	return a
}

// length is that of a JavaScript array: the gaps count.
func (n *node) length() int {
	if len(n.array) == 0 {
		return 0
	}
	return n.array[len(n.array)-1].at + 1
}

func (n *node) push(value *node) {
	n.array = append(n.array, element{n.length(), value})
}

// element returns the place of an index in an array, and whether it is taken.
func (n *node) element(at int) (int, bool) {
	return slices.BinarySearchFunc(n.array, at, func(e element, at int) int { return cmp.Compare(e.at, at) })
}

// toObject makes an object of an array; the indices become names.
func (n *node) toObject() *node {
	if n.kind == jsonio.Array {
		n.kind = jsonio.Object
		for _, e := range n.array {
			n.object.set(strconv.Itoa(e.at), e.value)
		}
		n.array = nil
	}
	return n
}

func (n *node) limited() *node {
	if n.length() > maxElements {
		return n.toObject()
	}
	return n
}

// nest makes the Tree of parameters whose names have brackets.
func nest(params []member[Tree]) Tree {
	root := newObject()
	root.object.members = make([]member[*node], 0, len(params))
	var buf [maxDepth + 2]string
	for i := range params {
		parts, value := segments(buf[:0], params[i].name), params[i].value
		if name := parts[0]; name[0] == '[' {
			root = merge(root, chain(parts, value))
		} else if name != proto {
			root.add(name, chain(parts[1:], value))
		}
	}
	return root.tree()
}

// chain returns the objects and arrays that the segments stand for, with the
// value inside.
func chain(segments []string, value Tree) *node {
	leaf := &node{kind: value.kind, text: value.text}
	for i := range value.members {
		leaf.push(newText(value.members[i].value.text))
	}
	for _, segment := range slices.Backward(segments) {
		leaf = wrap(segment, leaf)
	}
	return leaf
}

// segments appends the parts of a parameter's name: for a[b][c] they are a,
// [b] and [c].
func segments(list []string, name string) []string {
	open := strings.IndexByte(name, '[')
	if open < 0 {
		return append(list, name)
	}
	if open > 0 {
		list = append(list, name[:open])
	}
	for range maxDepth {
		group, ok := balanced(name[open:])
		if !ok {
			break
		}
		list = append(list, group)
		open += len(group)
		next := strings.IndexByte(name[open:], '[')
		if next < 0 {
			return list
		}
		open += next
	}
	return append(list, "["+name[open:]+"]")
}

// balanced returns the bracket group at the start of s.
func balanced(s string) (string, bool) {
	level := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[':
			level++
		case ']':
			if level--; level == 0 {
				return s[:i+1], true
			}
		}
	}
	return "", false
}

// wrap returns the object or array in which the segment names the value.
func wrap(segment string, value *node) *node {
	if segment == "[]" {
		if value.kind == jsonio.Array {
			return value
		}
		return newArray(value)
	}
	name, bracketed := segment, false
	if strings.HasPrefix(segment, "[") && strings.HasSuffix(segment, "]") {
		name, bracketed = segment[1:len(segment)-1], true
	}
	if at, ok := arrayIndex(name); ok && bracketed {
		return &node{kind: jsonio.Array, array: []element{{at, value}}}
	}
	n := newObject()
	if name != proto {
		n.object.set(name, value)
	}
	return n
}

// arrayIndex reads an index below the limit as JavaScript prints it.
func arrayIndex(s string) (int, bool) {
	if len(s) == 0 || len(s) > 3 || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, n < maxElements
}

// merge adds source to target and returns the result, which may be either.
func merge(target, source *node) *node {
	switch {
	case source.kind == jsonio.String:
		return mergeText(target, source)
	case target.kind == jsonio.String:
		return concat(target, source)
	case target.kind == jsonio.Array && source.kind == jsonio.Array:
		return mergeArrays(target, source)
	}
	target.toObject()
	for _, m := range source.toObject().object.members {
		target.add(m.name, m.value)
	}
	return target
}

// add adds a member to an object, to what it has of that name.
func (n *node) add(name string, value *node) {
	if i := n.object.find(name); i >= 0 {
		old := &n.object.members[i].value
		*old = merge(*old, value)
		return
	}
	n.object.set(name, value)
}

func mergeText(target, source *node) *node {
	switch {
	case source.text == "":
		return target
	case target.kind == jsonio.Array:
		target.push(source)
		return target.limited()
	}
	return newArray(target, source)
}

// concat puts a text before an array's elements or before an object.
func concat(text, source *node) *node {
	a := newArray(text)
	if source.kind == jsonio.Object {
		a.push(source)
		return a
	}
	for _, e := range source.array {
		a.array = append(a.array, element{e.at + 1, e.value})
	}
	return a.limited()
}

func mergeArrays(target, source *node) *node {
	for _, e := range source.array {
		i, taken := target.element(e.at)
		switch {
		case !taken:
			target.array = slices.Insert(target.array, i, e)
		case target.array[i].value.kind != jsonio.String && e.value.kind != jsonio.String:
			target.array[i].value = merge(target.array[i].value, e.value)
		default:
			target.push(e.value)
		}
	}
	return target.limited()
}

// tree returns the finished Tree, arrays without their gaps.
func (n *node) tree() Tree {
	t := Tree{kind: n.kind, text: n.text}
	if size := len(n.object.members) + len(n.array); size > 0 {
		t.members = make([]member[Tree], 0, size)
	}
	for _, m := range n.object.members {
		t.members = append(t.members, member[Tree]{m.name, m.value.tree()})
	}
	for _, e := range n.array {
		t.members = append(t.members, member[Tree]{value: e.value.tree()})
	}
	return t
}
