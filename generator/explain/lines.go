package explain

import (
	"bytes"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// Lines is a range of lines, counted from 1, both included.
type Lines struct{ From, To int }

// Service returns where a service stands in a spec. One that is not written
// there, since something else in the spec asks for it, stands where auth does;
// ok is false when there is neither.
func Service(src []byte, name string) (at Lines, ok bool) {
	root, _ := spec.Tree("", src)
	if root == nil {
		return Lines{}, false
	}
	if services := root.Get("services"); services != nil {
		if at, ok := linesOf(src, services, name); ok {
			return at, true
		}
	}
	return linesOf(src, root, "auth")
}

// linesOf returns the lines of a key and its value.
func linesOf(src []byte, m *spec.Node, key string) (Lines, bool) {
	if m.Kind != spec.MappingNode {
		return Lines{}, false
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if k := m.Content[i]; k.Value == key {
			return Lines{lineAt(src, k.Start), lineAt(src, m.Content[i+1].End)}, true
		}
	}
	return Lines{}, false
}

func lineAt(src []byte, offset int) int { return bytes.Count(src[:offset], []byte("\n")) + 1 }
