package spec

import (
	"strings"
)

const (
	maxSize  = 1 << 20 // bytes of a spec
	maxDepth = 24      // mappings and lists within each other
)

// Parse reads a spec. path is only shown in messages. The diagnostics are
// never nil; the file is nil when the text is not YAML of the kind that a spec
// is, else it holds all that could be understood.
func Parse(path string, src []byte) (*File, *Diagnostics) {
	diags := &Diagnostics{file: path, src: newSource("")}
	if len(src) > maxSize {
		diags.Errorf(Span{}, "file-too-large", "the spec has %d bytes; at most %d are read", len(src), maxSize).
			Fix = "a spec of that size is usually another file: check the path"
		return nil, diags
	}
	diags.src = newSource(strings.TrimPrefix(string(src), "\ufeff"))
	p := &parser{src: diags.src, diags: diags, misspelt: map[string]bool{}}
	root := p.document()
	if root == nil {
		return nil, diags
	}
	return p.file(root), diags
}

// Fragment reads services that the generator adds to a spec, written as below
// the spec's key services. All of their places are at, so that what collides
// with them is shown where the spec asked for them. A fragment is ours: one
// that has a mistake panics.
func Fragment(src string, at Span) []*Service {
	diags := &Diagnostics{src: newSource(src)}
	diags.src.fixed = at
	p := &parser{src: diags.src, diags: diags, misspelt: map[string]bool{}}
	var services []*Service
	if root := p.document(); root != nil {
		for _, e := range p.entries(root, servicesShape) {
			services = append(services, p.service(e))
		}
	}
	if diags.Len() > 0 {
		panic("spec: fragment: " + diags.list[0].Message)
	}
	return services
}
