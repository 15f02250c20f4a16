package spec

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// document returns the root of the only YAML document, nil after an error.
func (p *parser) document() *yaml.Node {
	if !p.characters() {
		return nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(p.src.text))
	var doc, second yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		p.empty()
		return nil
	case err != nil:
		p.syntaxError(err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		p.diags.Errorf(p.span(&second), "multiple-documents", "the spec is one YAML document; another one begins here").
			Fix = "remove the line --- and what follows it, or move it into the first document"
		return nil
	case !errors.Is(err, io.EOF):
		p.syntaxError(err)
		return nil
	}
	if len(doc.Content) == 0 {
		p.empty()
		return nil
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		p.empty()
		return nil
	}
	if !p.wellFormed(root, 1) {
		return nil
	}
	return root
}

func (p *parser) empty() {
	p.diags.Errorf(Span{Line: 1, Col: 1}, "empty-spec", "the spec is empty").
		Fix = "begin with: version: 1, app: { name: … } and services:"
}

// characters refuses what no YAML text may hold; the YAML reader would do so
// without a position.
func (p *parser) characters() bool {
	text := p.src.text
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			p.diags.Errorf(p.src.at(i), "invalid-utf8", "byte 0x%02x is not UTF-8 text", text[i]).
				Fix = "save the file as UTF-8"
			return false
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f, r >= 0x80 && r < 0xa0 && r != 0x85,
			r == 0xfeff, r == 0xfffe, r == 0xffff:
			p.diags.Errorf(p.src.at(i), "control-character", "the control character U+%04X is not allowed in a spec", r).
				Fix = `remove it, or write it as an escape in a text with double quotes: "\u` + hex4(r) + `"`
			return false
		}
		i += size
	}
	return true
}

func hex4(r rune) string {
	h := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", max(0, 4-len(h))) + h
}

// wellFormed refuses the parts of YAML that a spec does not use and that make
// positions or sizes unsafe: aliases, tags and deep nesting.
func (p *parser) wellFormed(n *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		p.diags.Errorf(p.span(n), "too-deep", "more than %d mappings and lists within each other", maxDepth).
			Fix = "a spec needs fewer than ten levels: check the brackets and the indentation"
		return false
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		p.reportAlias(p.span(n))
		return false
	case n.Style&yaml.TaggedStyle != 0:
		d := p.diags.Errorf(p.span(n), "yaml-tag", "%s is a YAML tag, which the spec does not use", Quote(n.Tag))
		d.Fix = `write the ! after the type, as in "string!"; quote a text that begins with !`
		return false
	}
	ok := true
	for _, child := range n.Content {
		ok = p.wellFormed(child, depth+1) && ok
	}
	return ok
}

func (p *parser) reportAlias(at Span) {
	p.diags.Errorf(at, "yaml-alias", "anchors and aliases are not part of the spec's language").
		Fix = "write the value where it is used; quote a text that begins with & or *"
}

// span returns a node's place: a scalar's own columns, of others the start.
func (p *parser) span(n *yaml.Node) Span {
	if !p.src.fixed.IsZero() {
		return p.src.fixed
	}
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	if n.Kind == yaml.ScalarNode && n.Style&yaml.TaggedStyle == 0 && n.Anchor == "" {
		return newText(p.src, n).Span
	}
	return Span{Line: n.Line, Col: n.Column, EndCol: n.Column + 1}
}
