package model_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

const errorCases = "../../testdata/golden/errors"

// TestDiagnostics holds what is printed about the spec of each archive against
// the archive's file "diagnostics". GOLDEN_UPDATE=1 rewrites that.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(errorCases + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", errorCases, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			src := section(archive, "feathers.yaml")
			if src == nil {
				t.Fatalf("%s has no file feathers.yaml", file)
			}
			got := diagnose(t, src.Data)
			if os.Getenv("GOLDEN_UPDATE") != "" {
				update(t, file, archive, got)
				return
			}
			want := section(archive, "diagnostics")
			if want == nil || !bytes.Equal(want.Data, got) {
				t.Errorf("diagnostics of %s:\n--- got\n%s--- want\n%s", file, got, text(want))
			}
		})
	}
}

func section(a *txtar.Archive, name string) *txtar.File {
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &a.Files[i]
}

func text(f *txtar.File) []byte {
	if f == nil {
		return nil
	}
	return f.Data
}

func diagnose(t *testing.T, src []byte) []byte {
	t.Helper()
	f, diags := spec.Parse("feathers.yaml", src)
	if p := model.Build(f, diags); (p == nil) != diags.HasErrors() {
		t.Errorf("Build: project %v, errors %v", p != nil, diags.HasErrors())
	}
	var b bytes.Buffer
	if err := diags.Print(&b, false); err != nil {
		t.Fatalf("Print: %v", err)
	}
	return b.Bytes()
}

func update(t *testing.T, file string, a *txtar.Archive, got []byte) {
	t.Helper()
	if f := section(a, "diagnostics"); f != nil {
		f.Data = got
	} else {
		a.Files = append(a.Files, txtar.File{Name: "diagnostics", Data: got})
	}
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEveryCodeHasACase finds the codes in the sources, so that a new one
// does not come without its text being seen.
func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	call := regexp.MustCompile(`(?:errorf|Errorf|Warnf|fail|conflict)\([^"]*?"([a-z]+(?:-[a-z0-9]+)+|conflict)", ?"`)
	shown := regexp.MustCompile(`(?m): (?:error|warning)\[([a-z0-9-]+)\]:`)
	seen := map[string]bool{}
	files, err := filepath.Glob(errorCases + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range matches(t, files, shown) {
		seen[match] = true
	}
	var sources []string
	for _, pattern := range []string{"*.go", "../spec/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, found...)
	}
	codes := matches(t, sources, call)
	if len(codes) < 40 {
		t.Errorf("found %d codes in the sources, want more: %v", len(codes), codes)
	}
	for _, code := range codes {
		if !seen[code] && code != "file-too-large" {
			t.Errorf("code %s has no case in %s", code, errorCases)
		}
	}
}

func matches(t *testing.T, files []string, re *regexp.Regexp) []string {
	t.Helper()
	var out []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range re.FindAllSubmatch(data, -1) {
			if code := string(m[1]); !slices.Contains(out, code) && !strings.HasSuffix(file, "_test.go") {
				out = append(out, code)
			}
		}
	}
	return out
}
