package spec_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func printed(t *testing.T, src string, color bool) string {
	t.Helper()
	_, diags := spec.Parse("feathers.yaml", []byte(src))
	var b strings.Builder
	if err := diags.Print(&b, color); err != nil {
		t.Fatalf("Print: %v", err)
	}
	return b.String()
}

const misspelt = "version: 1\napp: { name: x }\nservices: { a: }\nsotre: memory\n"

func TestPrintShowsTheLineTheCaretAndTheWayOut(t *testing.T) {
	t.Parallel()
	const want = `feathers.yaml:4:1: error[unknown-key]: the spec has no key "sotre"
    4 | sotre: memory
      | ^^^^^
      fix: the keys are app, auth, channels, cluster, moved, services, static, store, sync, transports, version
      did you mean "store"?
`
	if got := printed(t, misspelt, false); got != want {
		t.Errorf("Print:\n got %s\nwant %s", got, want)
	}
}

func TestPrintColoursOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	plain, coloured := printed(t, misspelt, false), printed(t, misspelt, true)
	if strings.Contains(plain, "\x1b") {
		t.Errorf("Print without colour: got %q", plain)
	}
	if !strings.Contains(coloured, "\x1b[1;31merror[unknown-key]:\x1b[0m") {
		t.Errorf("Print with colour: got %q, want a red label", coloured)
	}
}

func TestPrintLinesUpBelowTabsAndWideLetters(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"日本:\tred":    "    4 | 日本: red\n      | ^^^^\n",
		"{ ä: 1 }":    "",
		"a\u0301b: 1": "    4 | a\u0301b: 1\n      | ^^\n",
	} {
		got := printed(t, "version: 1\napp: { name: x }\nservices: { a: }\n"+line+"\n", false)
		if !strings.Contains(got, want) {
			t.Errorf("Print for %q:\n got %s\nwant %s", line, got, want)
		}
	}
}

func TestPrintCutsLongLines(t *testing.T) {
	t.Parallel()
	src := "version: 1\napp: { name: x }\nservices: { " + strings.Repeat("a: {}, ", 100) + "z: { nope: 1 }, " + strings.Repeat("b: {}, ", 100) + "}\n"
	got := printed(t, src, false)
	for _, line := range strings.Split(got, "\n") {
		if len([]rune(line)) > 180 {
			t.Errorf("Print: a line of %d characters: %s", len([]rune(line)), line)
		}
	}
	lines := strings.Split(got[strings.Index(got, "unknown-key"):], "\n")
	col := strings.Index(lines[2], "^^^^")
	if at := strings.Index(lines[1], "nope"); col < 0 || len([]rune(lines[1][:at])) != len([]rune(lines[2][:col])) {
		t.Errorf("Print: the carets do not stand below the word:\n%s\n%s", lines[1], lines[2])
	}
}

func TestPrintLetsNoEscapeSequenceThrough(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"version: \"\\e[2J\"\n",
		"\"\\x1b]0;title\\a\": 1\n",
		"a: \x1b[2J\n",
		"services: { a: { fields: { b: \"\\u202estring\" } } }\n",
	} {
		if got := printed(t, src, false); strings.ContainsAny(got, "\x1b\a\u202e") {
			t.Errorf("Print for %q: got %q, want no control characters", src, got)
		}
	}
}

func TestPrintReturnsTheWritersError(t *testing.T) {
	t.Parallel()
	_, diags := spec.Parse("feathers.yaml", []byte(misspelt))
	if err := diags.Print(brokenWriter{}, false); !errors.Is(err, errBroken) {
		t.Errorf("Print to a broken writer: got %v, want %v", err, errBroken)
	}
}

var errBroken = errors.New("broken")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestNearestFindsTypingErrorsOnly(t *testing.T) {
	t.Parallel()
	words := []string{"string", "store", "services", "id", "int"}
	for word, want := range map[string]string{
		"sotre": "store", "Store": "store", "servces": "services", "strin": "string", "i": "", "xyz": "", "": "", "itn": "int",
		strings.Repeat("a", 1000): "",
	} {
		if got := spec.Nearest(word, words); got != want {
			t.Errorf("Nearest(%.20q) = %q, want %q", word, got, want)
		}
	}
}
