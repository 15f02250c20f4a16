package spec

// language reads a field in the field language:
//
//	field    = type { "!" | "?" } { modifier } [ "=" default ]
//	modifier = word | ( "visible" | "writable" ) "(" word { "|" word } ")"
//	type     = "[" single "]" [ range ] | single
//	single   = "->" service | "enum" "(" value { "|" value } ")" | name [ range ]
//	range    = "(" [ number ] ".." [ number ] ")" | "(" number ")"
//	default  = word | quoted text | "[" default { "," default } "]" | JSON
//
// The first mistake ends the field, which is then marked as broken; unknown
// modifiers are all reported.
func (p *parser) language(f *Field, t Text) {
	const longest = 4096
	if len(t.Value) > longest {
		p.errorf(t.Span, "field-syntax", "a field's text has at most %d bytes", longest).
			Fix = "use the mapping form: { type: enum, values: […] }"
		f.Broken = true
		return
	}
	l := &lexer{parser: p, field: f, text: t, s: t.Value}
	if !l.parse() {
		f.Broken = true
		p.broken = true
	}
}

func (l *lexer) parse() bool {
	return l.typ() && l.suffixes() && l.modifiers() && l.defaultValue()
}

func (l *lexer) suffixes() bool {
	for {
		flag := &l.field.Required
		switch {
		case l.accept("!"):
		case l.accept("?"):
			flag = &l.field.Nullable
		default:
			return true
		}
		if flag.On {
			l.fail(l.pos-1, "field-syntax", "%s is there already", Quote(l.s[l.pos-1:l.pos])).Fix = "keep one of the two"
			return false
		}
		*flag = Flag{On: true, Span: l.text.At(l.pos-1, l.pos)}
	}
}
