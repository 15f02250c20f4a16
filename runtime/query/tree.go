package query

import (
	"iter"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// A Tree is a query as it came, before it has types: one JSON value. The zero
// Tree is the empty object, the query that asks for nothing in particular. A
// Tree is never changed once it is made.
type Tree struct {
	kind    jsonio.Kind    // 0 for the empty object
	text    string         // a string's text, a number's literal, true or false
	members []member[Tree] // of an object or an array, where they have no names
}

// Text returns the Tree of a string.
func Text(s string) Tree { return Tree{kind: jsonio.String, text: s} }

// Kind returns the kind of JSON value that the Tree is.
func (t Tree) Kind() jsonio.Kind {
	if t.kind == jsonio.Invalid {
		return jsonio.Object
	}
	return t.kind
}

// Str returns the text of a string, the literal of a number, "true" or
// "false" for a bool, and "" for other kinds.
func (t Tree) Str() string { return t.text }

// Len returns the number of an object's members or an array's elements, 0 for
// other kinds.
func (t Tree) Len() int { return len(t.members) }

// Get returns an object's member, and whether there is one of that name.
func (t Tree) Get(name string) (Tree, bool) {
	if t.kind == jsonio.Object {
		for i := range t.members {
			if t.members[i].name == name {
				return t.members[i].value, true
			}
		}
	}
	return Tree{}, false
}

// All yields an object's members in the order in which they came, or an
// array's elements, each with the name "".
func (t Tree) All() iter.Seq2[string, Tree] {
	return func(yield func(string, Tree) bool) {
		for i := range t.members {
			if !yield(t.members[i].name, t.members[i].value) {
				return
			}
		}
	}
}

// AppendJSON appends the Tree as JSON.
func (t Tree) AppendJSON(dst []byte) []byte {
	switch t.Kind() {
	case jsonio.Object:
		return t.appendMembers(append(dst, '{'), '}')
	case jsonio.Array:
		return t.appendMembers(append(dst, '['), ']')
	case jsonio.String:
		return jsonio.AppendString(dst, t.text)
	case jsonio.Null:
		return append(dst, "null"...)
	}
	return append(dst, t.text...)
}

func (t Tree) appendMembers(dst []byte, closing byte) []byte {
	for i := range t.members {
		m := &t.members[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		if t.kind == jsonio.Object {
			dst = append(jsonio.AppendString(dst, m.name), ':')
		}
		dst = m.value.AppendJSON(dst)
	}
	return append(dst, closing)
}
