package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// enum reads the values in brackets. They may hold spaces.
func (l *lexer) enum(start int) bool {
	if !l.accept("(") {
		l.fail(start, "field-syntax", "an enum needs its values").Fix = "write enum(a|b)"
		return false
	}
	closing := strings.IndexByte(l.s[l.pos:], ')')
	if closing < 0 {
		l.pos = len(l.s)
		l.fail(start, "field-syntax", "the bracket of the enum is not closed").Fix = "write enum(a|b)"
		return false
	}
	end, seen, ok := l.pos+closing, map[string]bool{}, true
	for _, item := range strings.Split(l.s[l.pos:end], "|") {
		value := strings.TrimSpace(item)
		from := l.pos + strings.Index(item, value)
		part := l.text.part(from, from+len(value))
		l.pos += len(item) + 1
		switch {
		case seen[value]:
			l.errorf(part.Span, "duplicate-item", "%s is twice in the enum", Quote(value)).Fix = "keep one of the two"
			ok = false
		case !l.enumValue(l.field, part):
			ok = false
		}
		seen[value] = true
		l.field.Type.Enum = append(l.field.Type.Enum, part)
	}
	l.pos = end + 1
	return ok
}

// enumValue checks one value of an enum.
func (p *parser) enumValue(f *Field, v Text) bool {
	const longest = 64
	fix := ""
	switch {
	case v.Value == "":
		fix = "write enum(a|b)"
	case strings.ContainsAny(v.Value, ","):
		fix = "separate the values by |, as in enum(a|b)"
	case strings.ContainsAny(v.Value, `()|"'`+"`\\") || strings.IndexFunc(v.Value, notGraphic) >= 0:
		fix = "use letters, digits, spaces, _ - . : /"
	case utf8.RuneCountInString(v.Value) > longest:
		fix = "use at most 64 characters"
	default:
		return true
	}
	f.Broken = true
	p.errorf(v.Span, "bad-enum-value", "%s can not be a value of an enum", Quote(v.Value)).Fix = fix
	return false
}

func notGraphic(r rune) bool { return !unicode.IsGraphic(r) }
