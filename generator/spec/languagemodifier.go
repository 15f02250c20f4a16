package spec

import (
	"strings"
)

func (l *lexer) modifiers() bool {
	ok := true
	for !l.done() && l.s[l.pos] != '=' {
		name, start := l.word()
		switch {
		case name == "":
			return l.strayModifier(start)
		case !contains(Modifiers(), name):
			l.unknownModifier(name, start)
			ok = false
		case l.hasModifier(name):
			l.fail(start, "duplicate-item", "%s is there already", Quote(name)).Fix = "keep one of the two"
			ok = false
		default:
			l.field.Modifiers = append(l.field.Modifiers, l.text.part(start, l.pos))
		}
	}
	return ok
}

func (l *lexer) hasModifier(name string) bool {
	for _, m := range l.field.Modifiers {
		if m.Value == name {
			return true
		}
	}
	return false
}

func (l *lexer) strayModifier(start int) bool {
	fix := "after the type come words: " + strings.Join(Modifiers(), ", ")
	switch l.s[start] {
	case '!', '?':
		fix = "write it right after the type, as in string! unique"
	case ',':
		fix = "separate the words by spaces"
	case '(':
		fix = "a range stands right after its type, as in string(1..80)!"
	}
	l.fail(start, "field-syntax", "%s does not belong here", Quote(l.s[start:])).Fix = fix
	return false
}

func (l *lexer) unknownModifier(name string, start int) {
	d := l.fail(start, "unknown-modifier", "there is no modifier %s", Quote(name))
	d.Fix = "the modifiers are " + strings.Join(Modifiers(), ", ")
	switch strings.ToLower(name) {
	case "required", "notnull", "mandatory":
		d.Fix = "required is written as ! after the type, as in string!"
	case "nullable", "null":
		d.Fix = "nullable is written as ? after the type, as in string?"
	case "optional":
		d.Fix = "a field is optional unless ! stands after its type"
	case "default":
		d.Fix = "a default is written with =, as in bool = false"
	case "hidden", "secret", "private":
		d.Suggestion = "writeonly"
	default:
		d.Suggest(name, Modifiers())
	}
}
