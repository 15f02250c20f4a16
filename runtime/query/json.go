package query

import (
	"bytes"
	"strconv"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// maxValues bounds the memory of a Tree: a member costs 64 bytes, where its
// JSON may have four.
const maxValues = 10_000

// ParseJSON parses a query that came as JSON, as socket clients send it.
// Nothing, null and every value that is no object are the empty query, as in
// Feathers. Of members with one name the last counts; a member "__proto__" is
// dropped. Malformed JSON is a *jsonio.SyntaxError or jsonio.ErrDepth, a query
// of more than 10,000 values an *Error.
func ParseJSON(raw []byte) (Tree, error) {
	if len(bytes.TrimLeft(raw, " \t\r\n")) == 0 {
		return Tree{}, nil
	}
	r := treeReader{Reader: jsonio.NewReader(raw)}
	t := r.value()
	if err := r.End(); err != nil {
		return Tree{}, err
	}
	if r.values > maxValues {
		return Tree{}, &Error{Message: "Query has more than " + strconv.Itoa(maxValues) + " values"}
	}
	if t.kind != jsonio.Object {
		return Tree{}, nil
	}
	return t, nil
}

type treeReader struct {
	jsonio.Reader
	values int
}

// value reads any value. The Reader bounds how deep it nests.
func (r *treeReader) value() Tree {
	if r.values++; r.values > maxValues {
		r.Skip()
		return Tree{}
	}
	t := Tree{kind: r.Kind()}
	switch t.kind {
	case jsonio.Object:
		t.members = r.members()
	case jsonio.Array:
		t.members = r.elements()
	case jsonio.String:
		t.text = r.Text()
	case jsonio.Number, jsonio.Bool:
		t.text = string(r.Raw())
	default:
		r.Skip()
	}
	return t
}

func (r *treeReader) members() []member[Tree] {
	var o object[Tree]
	r.Object()
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		name := string(key)
		if value := r.value(); name != proto && r.values <= maxValues {
			o.set(name, value)
		}
	}
	return o.members
}

func (r *treeReader) elements() []member[Tree] {
	var list []member[Tree]
	r.Array()
	for r.Next() {
		if value := r.value(); r.values <= maxValues {
			list = append(list, member[Tree]{value: value})
		}
	}
	return list
}
