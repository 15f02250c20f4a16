package spec

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Text is a scalar of the spec: what it says and where. The zero Text stands
// for a key that the spec does not have.
type Text struct {
	Value string
	Span  Span

	src   *source
	quote byte // ', ", or 0 for a plain scalar
	block bool // a block scalar, whose inside has no positions
}

// Given reports whether the spec holds this text at all, be it empty.
func (t Text) Given() bool { return !t.Span.IsZero() }

// newText makes a Text of a scalar node.
func newText(src *source, n *yaml.Node) Text {
	if !src.fixed.IsZero() {
		return Text{Value: n.Value, Span: src.fixed}
	}
	t := Text{Value: n.Value, Span: Span{Line: n.Line, Col: n.Column}, src: src}
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		t.quote = '\''
	case n.Style&yaml.DoubleQuotedStyle != 0:
		t.quote = '"'
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		t.block = true
	}
	t.Span.EndCol = t.endCol()
	return t
}

func (t Text) endCol() int {
	if _, end, ok := t.locate(len(t.Value), len(t.Value)); ok {
		if t.quote != 0 {
			end++
		}
		return max(end, t.Span.Col+1)
	}
	rest := strings.TrimRight(t.src.from(t.Span.Line, t.Span.Col), " \t")
	return t.Span.Col + max(1, utf8.RuneCountInString(rest))
}

// At returns where the bytes start to end of the value stand. It answers with
// the whole text's span where the YAML form hides that, as in block scalars.
func (t Text) At(start, end int) Span {
	if t.src == nil {
		return t.Span
	}
	col, endCol, ok := t.locate(start, end)
	if !ok {
		return t.Span
	}
	return Span{Line: t.Span.Line, Col: col, EndCol: max(endCol, col+1)}
}

// part returns the bytes start to end of the value as a Text of its own.
func (t Text) part(start, end int) Text {
	return Text{Value: t.Value[start:end], Span: t.At(start, end)}
}

// locate walks the source and the value in step. ok is false when they part,
// as a folded value does from its source.
func (t Text) locate(start, end int) (col, endCol int, ok bool) {
	if t.block || start > end || end > len(t.Value) {
		return 0, 0, false
	}
	rest, at := t.src.from(t.Span.Line, t.Span.Col), t.Span.Col
	if t.quote != 0 {
		if rest == "" || rest[0] != t.quote {
			return 0, 0, false
		}
		rest, at = rest[1:], at+1
	}
	for offset, want := range t.Value {
		if offset == start {
			col = at
		}
		if offset >= end {
			return col, at, col != 0
		}
		size, cols := t.step(rest, want)
		if size == 0 {
			return 0, 0, false
		}
		rest, at = rest[size:], at+cols
	}
	if start == len(t.Value) {
		col = at
	}
	return col, at, col != 0
}

// step returns how many bytes and columns of the source make the next rune of
// the value, 0 when the source goes on differently.
func (t Text) step(rest string, want rune) (size, cols int) {
	got, n := utf8.DecodeRuneInString(rest)
	switch {
	case rest == "":
		return 0, 0
	case t.quote == '\'' && strings.HasPrefix(rest, "''"):
		n, got, cols = 2, '\'', 2
	case t.quote == '"' && got == '\\' && len(rest) > 1:
		return escape(rest)
	default:
		cols = 1
	}
	if got != want {
		return 0, 0
	}
	return n, cols
}

// escape returns the length of the double-quoted escape at the start of rest.
func escape(rest string) (size, cols int) {
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[rest[1]]
	if rest[1] >= utf8.RuneSelf || len(rest) < 2+digits {
		return 0, 0
	}
	return 2 + digits, 2 + digits
}
