package model

import "strings"

// cycles reports references that need each other: of two services whose
// records require a record of the other, neither can ever have a first one.
func (b *builder) cycles() {
	w := cycleWalk{builder: b, state: map[*Service]int{}}
	for _, s := range b.services {
		w.visit(s)
	}
}

// cycleWalk is a depth-first walk along the required references.
type cycleWalk struct {
	*builder
	state map[*Service]int // 0 not seen, 1 on the path, 2 done
	path  []string
}

func (w *cycleWalk) visit(s *service) {
	w.state[s.Service] = 1
	w.path = append(w.path, s.Name)
	for _, f := range s.Fields {
		if !needs(f) {
			continue
		}
		target := w.byName[f.Ref.Name]
		switch w.state[f.Ref] {
		case 0:
			w.visit(target)
		case 1:
			w.report(s, f)
		}
	}
	w.path = w.path[:len(w.path)-1]
	w.state[s.Service] = 2
}

// needs reports whether a record can not be without the one it refers to.
func needs(f *Field) bool {
	if f.Ref == nil || !f.Required || f.Nullable || f.Default != nil {
		return false
	}
	return !f.List || f.Min != nil && *f.Min > 0
}

func (w *cycleWalk) report(s *service, f *Field) {
	loop := w.path
	for i, name := range w.path {
		if name == f.Ref.Name {
			loop = w.path[i:]
		}
	}
	d := w.errorf(s.places[f], "required-cycle", "no record can ever be created: those of %s need each other (%s -> %s)",
		andList(loop), strings.Join(loop, " -> "), f.Ref.Name)
	if len(loop) == 1 {
		d.Message = "no record of " + s.Name + " can ever be created: each needs another one"
	}
	d.Fix = "remove the ! of one of the references, or put ? behind it"
}

// andList writes words as "a, b and c".
func andList(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
