package spec

import (
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parser turns YAML nodes into syntax. Each method reads one node; after an
// error it returns what it has, so that the rest is checked as well.
type parser struct {
	src      *source
	diags    *Diagnostics
	broken   bool            // something was skipped
	services []string        // names of the services, for hints
	misspelt map[string]bool // keys that unknown ones were probably meant to be
}

// errorf adds an error and remembers that the file is incomplete.
func (p *parser) errorf(at Span, code, format string, args ...any) *Diagnostic {
	p.broken = true
	return p.diags.Errorf(at, code, format, args...)
}

// An entry is one key of a mapping with its value.
type entry struct {
	key   Text
	value *yaml.Node
}

// entries reads a mapping: every key once, and only those of the shape. An
// empty value is an empty mapping.
func (p *parser) entries(n *yaml.Node, s shape) []entry {
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		p.wrongShape(n, "a mapping (name: value)", s.title()).Fix = s.example()
		return nil
	}
	out := make([]entry, 0, len(n.Content)/2)
	seen := make(map[string]Span, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			p.wrongShape(key, "a name", "key in "+s.name)
			continue
		}
		text := newText(p.src, key)
		if first, twice := seen[text.Value]; twice {
			p.errorf(text.Span, "duplicate-key", "%s is already given in line %d, column %d", Quote(text.Value), first.Line, first.Col).
				Fix = "keep one of the two"
			continue
		}
		seen[text.Value] = text.Span
		if s.keys == nil || contains(s.keys, text.Value) {
			out = append(out, entry{text, value})
			continue
		}
		p.unknownKey(text, s)
	}
	return out
}

func (p *parser) unknownKey(key Text, s shape) {
	d := p.errorf(key.Span, "unknown-key", "%s has no key %s", s.title(), Quote(key.Value))
	d.Fix = "the keys are " + strings.Join(sorted(s.keys), ", ")
	if key.Value == "<<" {
		d.Fix = "merge keys are not part of the spec's language: write the keys out"
	}
	d.Suggest(key.Value, s.keys)
	p.misspelt[d.Suggestion] = true
}

// wrongShape reports a node of the wrong kind.
func (p *parser) wrongShape(n *yaml.Node, want, what string) *Diagnostic {
	var d *Diagnostic
	if isNull(n) {
		d = p.errorf(p.span(n), "missing-value", "%s has no value; %s is expected", what, want)
	} else {
		d = p.errorf(p.span(n), "wrong-shape", "%s must be %s, not %s", what, want, describe(n))
	}
	d.Fix = "write " + want
	switch want {
	case aText:
		d.Fix = "write one word, or a text in quotes"
	case aList:
		d.Fix = "write [a, b], or one word"
	case aNumber, aBool:
		d.Fix += ", without quotes"
	}
	return d
}

// What a value can have to be.
const (
	aText   = "a text"
	aList   = "a list"
	aNumber = "a number"
	aBool   = "true or false"
)

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return Quote(n.Value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// text reads a scalar.
func (p *parser) text(n *yaml.Node, what string) Text {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		p.wrongShape(n, aText, what)
		return Text{}
	}
	return newText(p.src, n)
}

// word reads a scalar that is one of a few words.
func (p *parser) word(n *yaml.Node, what string, words []string) Text {
	t := p.text(n, what)
	if t.Given() && !p.oneOf(t, what, words) {
		return Text{}
	}
	return t
}

func (p *parser) oneOf(t Text, what string, words []string) bool {
	if contains(words, t.Value) {
		return true
	}
	d := p.errorf(t.Span, "unknown-value", "%s can not be %s", what, Quote(t.Value))
	d.Fix = "use " + orList(words)
	d.Suggest(t.Value, words)
	return false
}

// texts reads a list of scalars; a single scalar is a list of one.
func (p *parser) texts(n *yaml.Node, what string) []Text {
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		return []Text{newText(p.src, n)}
	}
	if n.Kind != yaml.SequenceNode {
		p.wrongShape(n, aList, what)
		return nil
	}
	out := make([]Text, 0, len(n.Content))
	for _, item := range n.Content {
		if t := p.text(item, "an item of "+what); t.Given() {
			out = append(out, t)
		}
	}
	return out
}

// words reads a list of different words out of a few.
func (p *parser) words(n *yaml.Node, what string, words []string) []Text {
	all := p.texts(n, what)
	out := make([]Text, 0, len(all))
	for _, t := range p.distinct(all, what) {
		if p.oneOf(t, what, words) {
			out = append(out, t)
		}
	}
	return out
}

// distinct drops and reports the items that are there already.
func (p *parser) distinct(all []Text, what string) []Text {
	out := make([]Text, 0, len(all))
	seen := make(map[string]bool, len(all))
	for _, t := range all {
		if seen[t.Value] {
			p.errorf(t.Span, "duplicate-item", "%s is twice in %s", Quote(t.Value), what).Fix = "keep one of the two"
			continue
		}
		seen[t.Value] = true
		out = append(out, t)
	}
	return out
}

// flag reads true or false.
func (p *parser) flag(n *yaml.Node, what string) Flag {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		p.wrongShape(n, aBool, what)
		return Flag{}
	}
	return Flag{On: strings.EqualFold(n.Value, "true"), Span: p.span(n)}
}

// optional reads a switch that is on where it is not given.
func (p *parser) optional(n *yaml.Node, what string) *Flag {
	f := p.flag(n, what)
	return &f
}

// number reads a finite number in decimal notation.
func (p *parser) number(n *yaml.Node, what string) Number {
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float") {
		v, err := strconv.ParseFloat(n.Value, 64)
		if err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
			return Number{Value: v, Span: p.span(n)}
		}
	}
	p.wrongShape(n, aNumber, what)
	return Number{}
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// orList writes words as "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// Quote shows a text of the spec in a message, cut to a readable length.
func Quote(s string) string {
	const longest = 60
	if runes := []rune(s[:min(len(s), 4*longest)]); len(runes) > longest {
		s = string(runes[:longest]) + "…"
	}
	return strconv.Quote(s)
}
