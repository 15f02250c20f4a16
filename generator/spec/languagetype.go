package spec

import (
	"strings"
)

func (l *lexer) typ() bool {
	l.space()
	start, t := l.pos, &l.field.Type
	if l.accept("[") {
		t.List = true
		if !l.single() {
			return false
		}
		if !l.accept("]") {
			return l.unclosedList(start)
		}
		if !l.bounds(&t.ListMin, &t.ListMax) {
			return false
		}
	} else if !l.single() {
		return false
	}
	t.Span = l.text.At(start, l.pos)
	return true
}

func (l *lexer) unclosedList(start int) bool {
	if l.accept("!") || l.accept("?") {
		l.fail(l.pos-1, "field-syntax", "%s stands behind the bracket of a list", Quote(l.s[l.pos-1:l.pos])).
			Fix = `write it as in "[string]!"`
		return false
	}
	l.pos = max(l.pos, start+1)
	l.fail(start, "field-syntax", "the list's bracket is not closed before %s", l.rest()).Fix = `write a list as in "[string]"`
	return false
}

func (l *lexer) single() bool {
	if l.accept("->") {
		return l.ref()
	}
	name, start := l.word()
	t := &l.field.Type
	switch {
	case name == "":
		return l.noType(start)
	case name == "enum":
		t.Name = name
		return l.enum(start)
	case !contains(Types(), name):
		return l.unknownType(name, start)
	}
	t.Name = name
	return l.bounds(&t.Min, &t.Max)
}

func (l *lexer) ref() bool {
	name, start := l.word()
	if name == "" {
		l.fail(min(start, len(l.s)), "field-syntax", "-> is followed by a service's name, not by %s", l.rest()).
			Fix = "write it as in -> users!"
		return false
	}
	l.field.Type.Name = "ref"
	l.field.Type.Ref = l.text.part(start, l.pos)
	return true
}

func (l *lexer) noType(start int) bool {
	if strings.HasPrefix(l.s[start:], "[") {
		l.fail(start, "field-syntax", "a list of lists is not possible").Fix = "use the type json"
		return false
	}
	l.fail(start, "field-syntax", "a field begins with its type, not with %s", l.rest()).Fix = "write a type, as in string(1..80)!"
	return false
}

func (l *lexer) unknownType(name string, start int) bool {
	d := l.fail(start, "unknown-type", "there is no type %s", Quote(name))
	d.Fix = "the types are " + strings.Join(Types(), ", ") + " and -> service"
	if contains(l.services, name) {
		d.Fix = "a reference to a service is written with an arrow"
		d.Suggestion = "-> " + name
		return false
	}
	if d.Suggestion = foreignType(name); d.Suggestion == "" {
		d.Suggest(name, Types())
	}
	return false
}

// foreignType returns our type for the name that another language has for it,
// "" for none.
func foreignType(name string) string {
	switch strings.ToLower(name) {
	case "integer", "int32", "int64", "long", "bigint", "serial":
		return "int"
	case "float", "double", "decimal", "float64", "numeric", "real":
		return "number"
	case "boolean":
		return "bool"
	case "datetime", "timestamp", "timestamptz":
		return "time"
	case "varchar", "str", "char":
		return "string"
	case "object", "map", "any", "jsonb":
		return "json"
	case "uri":
		return "url"
	}
	return ""
}
