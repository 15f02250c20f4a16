package spec_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func TestParseKeepsTheOrderAndThePlaces(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/specs/good-chat.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f, diags := spec.Parse("feathers.yaml", src)
	if diags.Len() != 0 {
		t.Fatalf("Parse: %v", diags.All())
	}
	var names []string
	for _, s := range f.Services {
		names = append(names, s.Name.Value)
	}
	if got, want := strings.Join(names, " "), "users rooms messages"; got != want {
		t.Errorf("services: got %s, want %s", got, want)
	}
	room := f.Services[2].Fields[1]
	if got, want := show(room), "-> rooms!"; got != want {
		t.Errorf("messages.room: got %s, want %s", got, want)
	}
	lines := strings.Split(string(src), "\n")
	at := room.Type.Ref.Span
	if got := lines[at.Line-1][at.Col-1 : at.EndCol-1]; got != "rooms" {
		t.Errorf("the place of messages.room's service holds %q, want rooms", got)
	}
}

func TestParseFindsPlacesInsideOfTexts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ line, want string }{
		"plain":                 {`b: string nope`, "nope"},
		"single quotes":         {`b: 'string nope'`, "nope"},
		"a doubled quote":       {`b: 'enum(a''|b)'`, "a''"},
		"double quotes":         {`b: "string nope"`, "nope"},
		"an escape":             {`b: "stri\x6eg nope"`, "nope"},
		"an escape in the word": {`b: "string n\u006fpe"`, `n\u006fpe`},
		"wide letters before":   {`größe: { doc: 日本語, type: nope }`, "nope"},
		"a flow mapping":        {`b: { type: string nope, min: 1 }`, "nope"},
		"a flow list":           {`b: [nope]`, "nope"},
		"an unquoted list":      {`b: [string(1..2)!]`, "string(1..2)!"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := "version: 1\napp: { name: x }\nservices:\n  a:\n    fields:\n      " + c.line + "\n"
			_, diags := spec.Parse("feathers.yaml", []byte(src))
			all := diags.All()
			if len(all) != 1 {
				t.Fatalf("Parse(%s): got %v, want one diagnostic", c.line, all)
			}
			runes := []rune("      " + c.line)
			if got := string(runes[all[0].Col-1 : all[0].EndCol-1]); all[0].Line != 6 || got != c.want {
				t.Errorf("Parse(%s): points at line %d, %q, want line 6, %q", c.line, all[0].Line, got, c.want)
			}
		})
	}
}

func TestParseFallsBackToTheWholeTextWhereYAMLHidesThePlace(t *testing.T) {
	t.Parallel()
	src := "version: 1\napp: { name: x }\nservices:\n  a:\n    fields:\n      b: >-\n        string\n        nope\n      c: string\n        nope\n"
	_, diags := spec.Parse("feathers.yaml", []byte(src))
	all := diags.All()
	if len(all) != 2 || all[0].Line != 6 || all[0].Col != 10 || all[1].Line != 9 || all[1].Col != 10 {
		t.Errorf("Parse: got %+v, want one diagnostic at 6:10 and one at 9:10", all)
	}
}

func TestParseCountsLinesAsYAMLDoes(t *testing.T) {
	t.Parallel()
	for name, eol := range map[string]string{"LF": "\n", "CRLF": "\r\n", "CR": "\r", "NEL": "\u0085", "LS": "\u2028"} {
		src := strings.Join([]string{"\ufeffversion: 1", "app: { name: x }", "services: { a: }", "colour: red", ""}, eol)
		_, diags := spec.Parse("feathers.yaml", []byte(src))
		all := diags.All()
		if len(all) != 1 || all[0].Line != 4 || all[0].Col != 1 || all[0].Code != "unknown-key" {
			t.Errorf("Parse with %s: got %+v, want unknown-key at 4:1", name, all)
		}
	}
}

func TestParseRefusesWhatIsNoSpec(t *testing.T) {
	t.Parallel()
	good := "version: 1\napp: { name: x }\nservices: { a: }\n"
	for name, c := range map[string]struct {
		src, code string
		line, col int
	}{
		"nothing":                  {"", "empty-spec", 1, 1},
		"comments alone":           {"# a\n# b\n", "empty-spec", 1, 1},
		"null":                     {"~\n", "empty-spec", 1, 1},
		"a text":                   {"hello\n", "wrong-shape", 1, 1},
		"two documents":            {good + "---\na: 1\n", "multiple-documents", 5, 1},
		"an alias":                 {good + "a: *x\n", "yaml-alias", 4, 4},
		"an anchor":                {"version: &v 1\n", "yaml-alias", 1, 10},
		"a merge key":              {good + "<<: {}\n", "unknown-key", 4, 1},
		"a tag":                    {"version: !!str 1\n", "yaml-tag", 1, 10},
		"a tab":                    {"version: 1\napp:\n\tname: x\n", "tab-indent", 3, 1},
		"a byte that is no UTF-8":  {"version: 1\nä: \xff\n", "invalid-utf8", 2, 4},
		"a control character":      {"version: 1\na: \x07\n", "control-character", 2, 4},
		"a second byte order mark": {"version: 1\n\ufeff", "control-character", 2, 1},
		"UTF-16":                   {"\xff\xfev\x00", "invalid-utf8", 1, 1},
		"too deep":                 {good + "x: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "too-deep", 4, 27},
		"too large":                {strings.Repeat("#", 1<<20+1), "file-too-large", 1, 1},
		"a list type unquoted":     {"version: 1\na: { b: [id]! }\n", "yaml-syntax", 2, 9},
		"a bracket left open":      {"version: 1\na: { b: c\nd: e\n", "yaml-syntax", 2, 1},
		"a line out of place":      {"version: 1\nservices:\n    a:\n  b:\n", "yaml-syntax", 4, 3},
		"a colon too many":         {"version: 1\na: b: c\n", "yaml-syntax", 2, 1},
		"a special character":      {"version: 1\na: @b\n", "yaml-syntax", 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := spec.Parse("feathers.yaml", []byte(c.src))
			all := diags.All()
			if len(all) == 0 || all[0].Code != c.code || all[0].Line != c.line || all[0].Col != c.col {
				t.Fatalf("Parse: got %+v, want %s at %d:%d", all, c.code, c.line, c.col)
			}
			if all[0].Fix == "" {
				t.Errorf("Parse: %s has no fix", all[0].Message)
			}
		})
	}
}

func TestParseReportsEverythingInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	src := "version: 2\nstore: sqlit\nservices:\n  a: { feilds: {} }\n  a: {}\n"
	_, diags := spec.Parse("feathers.yaml", []byte(src))
	var got []string
	for _, d := range diags.All() {
		got = append(got, d.Code)
	}
	want := "missing-key unknown-version unknown-value unknown-key duplicate-key"
	if strings.Join(got, " ") != want {
		t.Errorf("Parse: got %v, want %s", got, want)
	}
}

// TestParseIsBounded gives specs that are made to be slow.
func TestParseIsBounded(t *testing.T) {
	t.Parallel()
	const size = 1 << 16
	head := "version: 1\napp: { name: x }\nservices:\n  a:\n    fields:\n"
	fill := func(part string) string { return strings.Repeat(part, (size-len(head))/len(part)) }
	for name, src := range map[string]string{
		"brackets":         strings.Repeat("[", size),
		"braces":           strings.Repeat("{", size),
		"comments":         fill("#\n"),
		"one long line":    "x: [" + fill("ö,"),
		"keys":             fill("a: 1\n"),
		"unknown types":    head + fill("      b: strng uniqe\n"),
		"a long enum":      head + "      b: enum(" + fill("a|") + ")",
		"a long name":      head + "      " + fill("b") + ": string",
		"wide flow":        "services: { a: { fields: { " + fill("ö: nope, ") + " } } }",
		"dashes":           fill("- "),
		"question marks":   fill("? "),
		"colons":           fill(": "),
		"quotes":           "a: \"" + fill(`\n`),
		"open brackets":    fill("a: [\n"),
		"unquoted lists":   fill("a: [b]!\n"),
		"tabs":             fill("\ta: b\n"),
		"aliases":          fill("- *a\n"),
		"block scalars":    fill("a: |\n b\n"),
		"documents":        fill("---\n"),
		"flow comments":    "[" + fill("#\n"),
		"growing indent":   growing(size),
		"a bad last line":  fill("a: b\n") + "a: [b]x\n",
		"carriage returns": fill("a:\r"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, diags := spec.Parse("feathers.yaml", []byte(src))
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("Parse took %v", took)
			}
			if !diags.HasErrors() {
				t.Error("Parse: no error")
			}
			if diags.Len() > 200 {
				t.Errorf("Parse: %d diagnostics, want at most 200", diags.Len())
			}
			t.Logf("%v, %d diagnostics", time.Since(start), diags.Len())
		})
	}
}

func growing(size int) string {
	var b strings.Builder
	for n := 0; b.Len()+n+4 < size; n++ {
		b.WriteString(strings.Repeat(" ", n) + "a:\n")
	}
	return b.String()
}
