package specedit_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/spec"
	"github.com/featherscaffold/featherscaffold/generator/specedit"
)

func TestFormatIsCanonical(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"levels of four and one", "services:\n    a:\n     fields:\n      b: int\n    c: {}\n", "services:\n  a:\n    fields:\n      b: int\n  c: {}\n"},
		{"brackets", "a: {b: [ c,d ],e : 'x,  y',}\nf: [ ]\ng: {  }\n", "a: { b: [c, d], e: 'x,  y', }\nf: []\ng: {}\n"},
		{"lists", "a:\n- b\n-   c: 1\n    d: 2\n", "a:\n  - b\n  -   c: 1\n      d: 2\n"},
		{"blank lines and ends of lines", "\n\na: 1  \n \n\n\nb: 2\t# c \n\n\n", "a: 1\n\nb: 2\t# c\n"},
		{"a missing line end", "a: 1", "a: 1\n"},
		{"aligned values stay", "a:\n    b:   1    # x\n    cde: 2    # y\n", "a:\n  b:   1    # x\n  cde: 2    # y\n"},
		{"comments move with what they are about",
			"# top\na:\n    # first\n    b: 1\n    # behind\n\n# next\nc: 2\n        # deep\n",
			"# top\na:\n  # first\n  b: 1\n  # behind\n\n# next\nc: 2\n  # deep\n"},
		{"texts over lines", "a:\n    b: |\n        x  \n\n\n          y\n    c: 'one\n      two'\n", "a:\n  b: |\n      x  \n\n\n        y\n  c: 'one\n    two'\n"},
		{"brackets over lines", "a:\n    b: {\n        c: {d: 1}, # x\n    }\n", "a:\n  b: {\n      c: { d: 1 }, # x\n  }\n"},
		{"CRLF", "a:\r\n    b: 1 \r\nc: 2\n", "a:\r\n  b: 1\r\nc: 2\r\n"},
		{"a byte order mark", "\ufeffa:\n   b: 1\n", "\ufeffa:\n  b: 1\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, diags, err := specedit.Format("x", []byte(tt.text))
			if err != nil || diags.HasErrors() {
				t.Fatal(err, diags.All())
			}
			if string(got) != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestFormatLeavesAloneWhatItCouldBreak(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a: |+\n  x\n\n\n", "a: |\n  x", "a: 1\rb: 2\n"} {
		if got, _, err := specedit.Format("x", []byte(text)); !errors.Is(err, specedit.ErrLayout) {
			t.Errorf("Format(%q) = %q, %v, want ErrLayout", text, got, err)
		}
	}
	if _, diags, err := specedit.Format("x", []byte("a: [")); err != nil || !diags.HasErrors() {
		t.Errorf("Format of no YAML: %v, %v", diags.All(), err)
	}
}

// TestFormatKeepsWhatASpecSays formats random specs in random layouts.
func TestFormatKeepsWhatASpecSays(t *testing.T) {
	t.Parallel()
	n := 400
	if testing.Short() {
		n = 200
	}
	for seed := range uint64(n) {
		text := randomSpec(rand.New(rand.NewPCG(seed, 9)))
		out, _, err := specedit.Format("x", []byte(text))
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		checkFormatted(t, text, out)
		before, _ := spec.Parse("x", []byte(text))
		after, diags := spec.Parse("x", out)
		if got, want := dump(after), dump(before); got != want || diags.HasErrors() {
			t.Fatalf("seed %d: %s\nbecame\n%s", seed, text, out)
		}
	}
}

// checkFormatted checks that nothing but white space moved, and that it is
// done once.
func checkFormatted(t *testing.T, text string, out []byte) {
	t.Helper()
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if squeeze(text) != squeeze(string(out)) {
		t.Fatalf("%q became %q", text, out)
	}
	again, _, err := specedit.Format("x", out)
	if err != nil || string(again) != string(out) {
		t.Fatalf("%q became\n%q, and that\n%q, %v", text, out, again, err)
	}
}

func TestOwnSpecsAreFormatted(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../templates/examples/*/feathers.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out, _, err := specedit.Format(file, text)
		if err != nil || string(out) != string(text) {
			t.Errorf("%s is not formatted: %v\n%s", file, err, out)
		}
	}
}

func FuzzFormat(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randomSpec(rand.New(rand.NewPCG(seed, 2))))
	}
	f.Add("a: [b: c, {d: , e}, ? f]\n? f\n: |+\n g\n# h\n\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		out, diags, err := specedit.Format("x", []byte(text))
		if err != nil || diags.HasErrors() {
			return
		}
		checkFormatted(t, text, out)
	})
}
