package specedit_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A writer writes random specs in random layouts.
type writer struct {
	*rand.Rand
	b    strings.Builder
	step int
}

// randomSpec returns a spec with the services s0, s1 … , each with fields.
func randomSpec(r *rand.Rand) string {
	w := &writer{Rand: r, step: 1 + r.IntN(4)}
	if w.chance(5) {
		w.b.WriteString("\ufeff")
	}
	w.b.WriteString("# a spec: { it's\n")
	w.b.WriteString("version: 1\napp: { name: x, module: example.com/x }\nstore: memory # {\n")
	w.blank()
	w.b.WriteString("services:")
	if w.chance(8) {
		w.flow(w.services(), false)
		w.b.WriteByte('\n')
	} else {
		w.block(w.services(), w.step)
	}
	w.blank()
	if w.chance(2) {
		w.b.WriteString("transports: [rest]\n")
	}
	text := w.b.String()
	if w.chance(4) {
		text = strings.TrimRight(text, "\n")
	}
	if w.chance(4) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

func (w *writer) chance(n int) bool { return w.IntN(n) == 0 }

// A pair is a key with a text, or with pairs.
type pair struct {
	key   string
	text  string
	pairs []pair
}

func (w *writer) services() []pair {
	out := []pair{}
	for i := range 1 + w.IntN(4) {
		s := pair{key: fmt.Sprintf("s%d", i), pairs: []pair{}}
		if w.chance(3) {
			s.pairs = append(s.pairs, pair{key: "doc", text: "'it''s # {'"})
		}
		if w.chance(4) {
			s.pairs = append(s.pairs, pair{key: "store", text: "memory"})
		}
		if !w.chance(4) {
			s.pairs = append(s.pairs, pair{key: "fields", pairs: w.fields()})
		}
		if w.chance(3) {
			s.pairs = append(s.pairs, pair{key: "timestamps", text: "true"})
		}
		if w.chance(4) {
			s.pairs = append(s.pairs, pair{key: "custom", pairs: []pair{{key: "m", pairs: []pair{{key: "in", pairs: w.fields()}}}}})
		}
		if w.chance(4) {
			s.pairs = append(s.pairs, pair{key: "events", pairs: []pair{{key: "ev", pairs: w.fields()}}})
		}
		if w.chance(3) {
			s.pairs = append(s.pairs, pair{key: "publish", text: "[everybody]"})
		}
		out = append(out, s)
	}
	return out
}

func (w *writer) fields() []pair {
	types := []string{"string!", `"[string]!"`, "'string(..5)?'", "-> s0", "enum(a|b) = a", "bool", "{ type: string, doc: \"a, } #\" }"}
	out := []pair{}
	for i := range w.IntN(4) {
		out = append(out, pair{key: fmt.Sprintf("f%d", i), text: types[w.IntN(len(types))]})
	}
	return out
}

// block writes what stands behind a key, from its colon's end on.
func (w *writer) block(pairs []pair, indent int) {
	w.comment()
	w.b.WriteByte('\n')
	for i, p := range pairs {
		if w.chance(6) {
			fmt.Fprintf(&w.b, "%s# about: %s }\n", strings.Repeat(" ", indent), p.key)
		}
		w.b.WriteString(strings.Repeat(" ", indent) + p.key + ":")
		switch {
		case p.pairs == nil:
			w.b.WriteString(" " + strings.Repeat(" ", w.IntN(2)) + p.text)
		case len(p.pairs) == 0 && w.chance(2):
		case len(p.pairs) == 0 || w.chance(3):
			w.flow(p.pairs, w.chance(3))
		default:
			w.block(p.pairs, indent+w.step)
			continue
		}
		w.comment()
		w.b.WriteByte('\n')
		if i < len(pairs)-1 {
			w.blank()
		}
	}
}

func (w *writer) flow(pairs []pair, multi bool) {
	w.b.WriteString(" {")
	for i, p := range pairs {
		if multi {
			w.b.WriteString("\n        ")
		} else {
			w.b.WriteByte(' ')
		}
		w.b.WriteString(p.key + ": ")
		if p.pairs == nil {
			w.b.WriteString(p.text)
		} else {
			w.flow(p.pairs, false)
		}
		if i < len(pairs)-1 || multi && w.chance(2) {
			w.b.WriteString(",")
		}
		if multi {
			w.comment()
		}
	}
	if multi {
		w.b.WriteString("\n    }")
	} else {
		w.b.WriteString(" }")
	}
}

func (w *writer) comment() {
	if w.chance(6) {
		w.b.WriteString("   # note, { it's")
	}
}

func (w *writer) blank() {
	if w.chance(5) {
		w.b.WriteString(strings.Repeat("\n", 1+w.IntN(2)))
	}
}
