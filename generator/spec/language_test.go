package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// show writes a field's syntax in one normal form.
func show(f *spec.Field) string {
	t := f.Type
	var b strings.Builder
	switch t.Name {
	case "ref":
		b.WriteString("-> " + t.Ref.Value)
	case "enum":
		var values []string
		for _, v := range t.Enum {
			values = append(values, v.Value)
		}
		b.WriteString("enum(" + strings.Join(values, "|") + ")")
	default:
		b.WriteString(t.Name)
	}
	b.WriteString(showRange(t.Min, t.Max))
	out := b.String()
	if t.List {
		out = "[" + out + "]" + showRange(t.ListMin, t.ListMax)
	}
	if f.Required.On {
		out += "!"
	}
	if f.Nullable.On {
		out += "?"
	}
	for _, m := range f.Modifiers {
		out += " " + m.Value
		switch m.Value {
		case "visible":
			out += showWords(f.Visible)
		case "writable":
			out += showWords(f.Writable)
		}
	}
	if f.Default != nil {
		out += " = " + showValue(f.Default)
	}
	return out
}

func showWords(words []spec.Text) string {
	var out []string
	for _, w := range words {
		out = append(out, w.Value)
	}
	return "(" + strings.Join(out, "|") + ")"
}

func showRange(low, high spec.Number) string {
	if low.Span.IsZero() && high.Span.IsZero() {
		return ""
	}
	bound := func(n spec.Number) string {
		if n.Span.IsZero() {
			return ""
		}
		return fmt.Sprint(n.Value)
	}
	return "(" + bound(low) + ".." + bound(high) + ")"
}

func showValue(v *spec.Value) string {
	switch v.Kind {
	case spec.Quoted:
		return fmt.Sprintf("%q", v.Text)
	case spec.List:
		var items []string
		for _, item := range v.Items {
			items = append(items, showValue(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return v.Text
}

func TestFieldLanguageReadsEveryForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"string":                         "string",
		"string!":                        "string!",
		"string?":                        "string?",
		"string!?":                       "string!?",
		"string?!":                       "string!?",
		"string(1..80)!":                 "string(1..80)!",
		"string( 1 .. 80 ) !":            "string(1..80)!",
		"string(..250)?":                 "string(..250)?",
		"int(0..)":                       "int(0..)",
		"int(5)":                         "int(5..5)",
		"number(-1.5..1.5)":              "number(-1.5..1.5)",
		"email! unique":                  "email! unique",
		"string unique index immutable":  "string unique index immutable",
		"enum(admin|member) = member":    "enum(admin|member) = member",
		"enum( not started | in-review)": "enum(not started|in-review)",
		"enum(größe|klein)":              "enum(größe|klein)",
		"-> users!":                      "-> users!",
		"->users":                        "-> users",
		"-> my-service! = $user":         "-> my-service! = $user",
		"[string]":                       "[string]",
		"[id]!":                          "[id]!",
		"[-> rooms](1..5)?":              "[-> rooms](1..5)?",
		"[string(1..20)](..3) = [a, b]":  "[string(1..20)](..3) = [a, b]",
		"[string] = []":                  "[string] = []",
		"[enum(a|b)] = [a]":              "[enum(a|b)] = [a]",
		"bool = false":                   "bool = false",
		"int=5":                          "int = 5",
		"string = 'a b'":                 `string = "a b"`,
		`string = "x"`:                   `string = "x"`,
		"string = ''":                    `string = ""`,
		`json = {"a": [1, "]"]}`:         `json = {"a": [1, "]"]}`,
		"json = [1, 2]":                  "json = [1, 2]",
		"json = null":                    "json = null",
		"time = 2030-01-31T12:00:00Z":    "time = 2030-01-31T12:00:00Z",
		"\tstring\t!":                    "string!",

		"string visible(owner)":                   "string visible(owner)",
		"string? visible( owner | board member )": "string? visible(owner|board member)",
		"int unique visible(a) writable(b|c) = 5": "int unique visible(a) writable(b|c) = 5",
		"string writable(in-review) index":        "string writable(in-review) index",
		"-> users! unique visible(owner) = $user": "-> users! unique visible(owner) = $user",
	} {
		f, diags := spec.ParseField(text)
		if diags.HasErrors() || f.Broken {
			t.Errorf("ParseField(%q): %v", text, diags.All())
			continue
		}
		if got := show(f); got != want {
			t.Errorf("ParseField(%q) = %s, want %s", text, got, want)
		}
		again, diags := spec.ParseField(show(f))
		if diags.HasErrors() || show(again) != want {
			t.Errorf("ParseField(show(ParseField(%q))) = %s, want %s", text, show(again), want)
		}
	}
}

func TestFieldLanguagePointsAtTheMistake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, marks, code, suggestion string }{
		{"strng", "^^^^^", "unknown-type", "string"},
		{"integer!", "^^^^^^^", "unknown-type", "int"},
		{"boolean", "^^^^^^^", "unknown-type", "bool"},
		{"", "^", "field-syntax", ""},
		{"!", "^", "field-syntax", ""},
		{"string!!", "       ^", "field-syntax", ""},
		{"string(1..80", "            ^", "field-syntax", ""},
		{"string(1-80)", "       ^", "field-syntax", ""},
		{"string(a..b)", "       ^", "field-syntax", ""},
		{"string()", "      ^^", "field-syntax", ""},
		{"string(..)", "      ^^^^", "field-syntax", ""},
		{"string(1...5)", "          ^", "field-syntax", ""},
		{"string uniqe", "       ^^^^^", "unknown-modifier", "unique"},
		{"string required", "       ^^^^^^^^", "unknown-modifier", ""},
		{"string secret", "       ^^^^^^", "unknown-modifier", "writeonly"},
		{"string unique unique", "              ^^^^^^", "duplicate-item", ""},
		{"string unique!", "             ^", "field-syntax", ""},
		{"string, unique", "      ^", "field-syntax", ""},
		{"string visible", "       ^^^^^^^", "field-syntax", ""},
		{"string visible owner", "       ^^^^^^^", "field-syntax", ""},
		{"string visible(owner", "       ^^^^^^^^^^^^^", "field-syntax", ""},
		{"string visible()", "               ^", "field-syntax", ""},
		{"string visible(owner|)", "                     ^", "field-syntax", ""},
		{"string visible(owner, admin)", "               ^^^^^^^^^^^^", "field-syntax", ""},
		{"string visible(owner|owner)", "                     ^^^^^", "duplicate-item", ""},
		{"string visible(a) visible(b)", "                  ^^^^^^^", "duplicate-item", ""},
		{"string writeable(admin)", "       ^^^^^^^^^", "unknown-modifier", "writable"},
		{"string unique (1..2)", "              ^", "field-syntax", ""},
		{"string =", "        ^", "field-syntax", ""},
		{"string = a b", "           ^", "field-syntax", ""},
		{"int = 5 unique", "        ^^^^^^", "field-syntax", ""},
		{"string = 'a", "         ^^", "field-syntax", ""},
		{"enum", "^^^^", "field-syntax", ""},
		{"enum(a|b", "^^^^^^^^", "field-syntax", ""},
		{"enum(a||b)", "       ^", "bad-enum-value", ""},
		{"enum(a, b)", "     ^^^^", "bad-enum-value", ""},
		{"enum(a|b|a)", "         ^", "duplicate-item", ""},
		{"enum()", "     ^", "bad-enum-value", ""},
		{"->", "  ^", "field-syntax", ""},
		{"-> !", "   ^", "field-syntax", ""},
		{"[string", "^^^^^^^", "field-syntax", ""},
		{"[string!]", "       ^", "field-syntax", ""},
		{"[[string]]", " ^", "field-syntax", ""},
		{"[string] = [a", "           ^^", "field-syntax", ""},
		{"[string] = [[a]]", "            ^", "field-syntax", ""},
		{"json = {a}", "       ^^^", "bad-default", ""},
		{"größe!", "^^^^^", "unknown-type", ""},
	} {
		f, diags := spec.ParseField(c.text)
		all := diags.All()
		if len(all) != 1 || !f.Broken {
			t.Errorf("ParseField(%q): got %v (broken %v), want one diagnostic", c.text, all, f.Broken)
			continue
		}
		d := all[0]
		marks := strings.Repeat(" ", d.Col-1) + strings.Repeat("^", d.EndCol-d.Col)
		if marks != c.marks || d.Code != c.code || d.Suggestion != c.suggestion {
			t.Errorf("ParseField(%q):\n got %s %s, suggestion %q: %s\nwant %s %s, suggestion %q", c.text,
				marks, d.Code, d.Suggestion, d.Message, c.marks, c.code, c.suggestion)
		}
		if d.Fix == "" {
			t.Errorf("ParseField(%q): %s has no fix", c.text, d.Message)
		}
	}
}

func TestFieldLanguageNamesAllUnknownModifiers(t *testing.T) {
	t.Parallel()
	_, diags := spec.ParseField("string uniqe indx")
	if diags.Len() != 2 {
		t.Errorf("ParseField with two unknown modifiers: got %v, want two diagnostics", diags.All())
	}
}
