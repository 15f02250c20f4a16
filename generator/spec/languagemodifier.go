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
			l.skipBracket()
			ok = false
		case l.hasModifier(name):
			l.fail(start, "duplicate-item", "%s is there already", Quote(name)).Fix = "keep one of the two"
			l.skipBracket()
			ok = false
		default:
			l.field.Modifiers = append(l.field.Modifiers, l.text.part(start, l.pos))
			if words := l.field.words(name); words != nil && !l.viewers(name, start, words) {
				return false
			}
		}
	}
	return ok
}

// viewers reads the words in brackets behind visible or writable. Roles may
// hold spaces, as values of an enum.
func (l *lexer) viewers(name string, start int, to *[]Text) bool {
	example := "write " + name + "(owner|admin)"
	if name == "writable" {
		example = "write writable(admin), with the roles that may"
	}
	if !l.accept("(") {
		l.pos = start + len(name)
		l.fail(start, "field-syntax", "%s needs the words that say who", name).Fix = example
		return false
	}
	closing := strings.IndexByte(l.s[l.pos:], ')')
	if closing < 0 {
		l.pos = len(l.s)
		l.fail(start, "field-syntax", "the bracket of %s is not closed", name).Fix = example
		return false
	}
	end, from, seen := l.pos+closing, l.pos, map[string]bool{}
	for _, item := range strings.Split(l.s[from:end], "|") {
		word := strings.TrimSpace(item)
		at := from + strings.Index(item, word)
		from += len(item) + 1
		part := l.text.part(at, at+len(word))
		switch {
		case seen[word]:
			l.errorf(part.Span, "duplicate-item", "%s is there already", Quote(word)).Fix = "keep one of the two"
			return false
		case word == "" || strings.Contains(word, ","):
			l.errorf(part.Span, "field-syntax", "%s is no word that says who", Quote(word)).Fix = example
			return false
		}
		seen[word] = true
		*to = append(*to, part)
	}
	l.pos = end + 1
	return true
}

// skipBracket passes over the words of a modifier that is not taken.
func (l *lexer) skipBracket() {
	if l.space(); strings.HasPrefix(l.s[l.pos:], "(") {
		if end := strings.IndexByte(l.s[l.pos:], ')'); end >= 0 {
			l.pos += end + 1
		}
	}
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
		fix = "a range stands right after its type, as in string(1..80)!; words in brackets follow visible and writable"
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
