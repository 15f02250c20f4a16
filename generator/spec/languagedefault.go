package spec

import (
	"encoding/json"
	"strings"
	"unicode"
)

func (l *lexer) defaultValue() bool {
	if !l.accept("=") {
		return true
	}
	l.space()
	start := l.pos
	v, ok := l.value(l.field.Type.Name == "json")
	if !ok {
		return false
	}
	l.field.Default = v
	if l.done() {
		return true
	}
	d := l.errorf(l.text.At(l.pos, len(l.s)), "field-syntax", "%s stands after the default", Quote(l.s[l.pos:]))
	d.Fix = "put a text with spaces in quotes"
	if next, _ := l.word(); contains(Modifiers(), next) {
		if end := strings.IndexByte(l.s[l.pos:], ')'); end >= 0 && l.s[l.pos] == '(' {
			next += l.s[l.pos : l.pos+end+1]
		}
		d.Fix = "write it before the default, as in: " + next + " = " + l.s[start:start+len(strings.Fields(l.s[start:])[0])]
	}
	return false
}

// value reads one default. With raw set, all that is left is JSON.
func (l *lexer) value(raw bool) (*Value, bool) {
	l.space()
	start := l.pos
	switch {
	case start == len(l.s):
		l.fail(start, "field-syntax", "the default is missing after =").Fix = "write it as in = 5, or leave the = out"
		return nil, false
	case l.s[start] == '"' || l.s[start] == '\'':
		return l.quoted()
	case raw && (l.s[start] == '{' || l.s[start] == '['):
		return l.raw()
	case l.s[start] == '[':
		return l.list()
	}
	for l.pos < len(l.s) && !unicode.IsSpace(rune(l.s[l.pos])) && l.s[l.pos] != ',' && l.s[l.pos] != ']' {
		l.pos++
	}
	if l.pos == start {
		l.fail(start, "field-syntax", "a default is missing before %s", l.rest()).Fix = "write it as in = 5 or = [a, b]"
		return nil, false
	}
	return &Value{Kind: Word, Text: l.s[start:l.pos], Span: l.text.At(start, l.pos)}, true
}

func (l *lexer) quoted() (*Value, bool) {
	start := l.pos
	end := strings.IndexByte(l.s[start+1:], l.s[start])
	if end < 0 {
		l.pos = len(l.s)
		l.fail(start, "field-syntax", "the text's quote is not closed").Fix = "close it with the quote that opened it"
		return nil, false
	}
	l.pos = start + end + 2
	return &Value{Kind: Quoted, Text: l.s[start+1 : l.pos-1], Span: l.text.At(start, l.pos)}, true
}

func (l *lexer) raw() (*Value, bool) {
	start := l.pos
	l.pos = len(l.s)
	text := strings.TrimSpace(l.s[start:])
	if !json.Valid([]byte(text)) {
		l.fail(start, "bad-default", "%s is not JSON", Quote(text)).Fix = `write JSON, with its names in double quotes: = {"a": 1}`
		return nil, false
	}
	return &Value{Kind: Raw, Text: text, Span: l.text.At(start, l.pos)}, true
}

func (l *lexer) list() (*Value, bool) {
	start := l.pos
	l.pos++
	v := &Value{Kind: List}
	for first := true; !l.accept("]"); first = false {
		if !first && !l.accept(",") {
			l.fail(start, "field-syntax", "the default's bracket is not closed").Fix = "write it as in = [a, b]"
			return nil, false
		}
		l.space()
		if l.pos < len(l.s) && l.s[l.pos] == '[' {
			l.fail(l.pos, "field-syntax", "a list of lists is not possible").Fix = "use the type json"
			return nil, false
		}
		item, ok := l.value(false)
		if !ok {
			return nil, false
		}
		v.Items = append(v.Items, item)
	}
	v.Span = l.text.At(start, l.pos)
	return v, true
}
