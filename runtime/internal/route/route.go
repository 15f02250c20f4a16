// Package route finds what lies at a path of fixed segments and parameters.
package route

import "strings"

// A Tree holds a value for each of some paths. The zero value is empty. It is
// not changed any more once Find is called.
type Tree[T any] struct {
	static map[string]*Tree[T]
	param  *Tree[T] // matches any segment
	value  *T
}

// Add puts a value at the path of these segments. A path that is taken keeps
// its value, which Add returns; otherwise it returns nil.
func (t *Tree[T]) Add(segments []string, value *T) (taken *T) {
	for _, segment := range segments {
		t = t.child(segment)
	}
	if t.value != nil {
		return t.value
	}
	t.value = value
	return nil
}

func (t *Tree[T]) child(segment string) *Tree[T] {
	if _, ok := Parameter(segment); ok {
		if t.param == nil {
			t.param = &Tree[T]{}
		}
		return t.param
	}
	if t.static == nil {
		t.static = map[string]*Tree[T]{}
	}
	if t.static[segment] == nil {
		t.static[segment] = &Tree[T]{}
	}
	return t.static[segment]
}

// Find returns the value for the segments, of which the last may be an id; nil
// for none. Static segments win over parameters, a longer path over an id.
func (t *Tree[T]) Find(segments []string) (value *T, id bool) {
	if len(segments) == 0 {
		return t.value, false
	}
	if next := t.static[segments[0]]; next != nil {
		if value, id = next.Find(segments[1:]); value != nil {
			return value, id
		}
	}
	if t.param != nil && segments[0] != "" {
		if value, id = t.param.Find(segments[1:]); value != nil {
			return value, id
		}
	}
	if len(segments) > 1 {
		return nil, false
	}
	return t.value, t.value != nil
}

// Split returns a path's segments, empty ones left out.
func Split(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// Parameter returns the name of a :parameter segment.
func Parameter(segment string) (string, bool) { return strings.CutPrefix(segment, ":") }
