package spec_test

import (
	"io"
	"os"
	"testing"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func FuzzParse(f *testing.F) {
	for _, file := range seeds(f) {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	for _, src := range []string{"", "a: [id]!\n", "a:\n\tb\n", "a: &x [*x]\n", "--- |\n a\n...\n---\n", "? a\n: b\n", "\ufeff%YAML 1.2\n---\na: \"\\x41\\\n b\"\n"} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		file, diags := spec.Parse("feathers.yaml", []byte(src))
		if file == nil && !diags.HasErrors() {
			t.Fatal("Parse: neither a file nor an error")
		}
		if file != nil && file.Broken && !diags.HasErrors() {
			t.Error("Parse: a broken file without an error")
		}
		checkDiagnostics(t, diags)
	})
}

func checkDiagnostics(t *testing.T, diags *spec.Diagnostics) {
	t.Helper()
	for _, d := range diags.All() {
		if d.Line < 1 || d.Col < 1 || d.EndCol <= d.Col || d.Code == "" || d.Message == "" {
			t.Errorf("a diagnostic without a place or a text: %+v", d)
		}
		if d.Fix == "" && d.Severity == spec.Error {
			t.Errorf("an error without a fix: %+v", d)
		}
	}
	for _, color := range []bool{false, true} {
		if err := diags.Print(io.Discard, color); err != nil {
			t.Errorf("Print: %v", err)
		}
	}
}

func FuzzField(f *testing.F) {
	for _, text := range []string{
		"string(1..80)! unique = 'a'", "enum(a|b) = a", "-> users! = $user", "[-> rooms](1..5)?", `json = {"a": [1]}`,
		"[string] = [a, 'b']", "int(-5..5)=3", "string!!", "string(1...5)", "[[x]]", "-> ", "= ", "größe", "string, index",
		"string visible(owner|admin) writable(admin)", "-> users! visible(a b) = $user", "int visible(", "int visible(a||b)",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("Parse refuses it before")
		}
		field, diags := spec.ParseField(text)
		checkDiagnostics(t, diags)
		if field.Broken != diags.HasErrors() {
			t.Fatalf("ParseField(%q): broken %v with %v", text, field.Broken, diags.All())
		}
		if field.Broken || field.Default != nil {
			return
		}
		again, diags := spec.ParseField(show(field))
		if diags.HasErrors() || show(again) != show(field) {
			t.Errorf("ParseField(show(ParseField(%q))) = %s, want %s; %v", text, show(again), show(field), diags.All())
		}
	})
}
