package generator_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	folders "github.com/featherscaffold/featherscaffold/generator/project"
)

// A moveStory is an archive in testdata/golden/regen: a spec in feathers.yaml,
// the user's files below edit, the next spec below next; then what comes of it,
// the files below services and the user's own below want, and the report.
type moveStory struct {
	file    string
	archive *txtar.Archive
}

// below returns the archive's files in a folder.
func (s moveStory) below(folder string) map[string][]byte {
	files := map[string][]byte{}
	for _, f := range s.archive.Files {
		if name, ok := strings.CutPrefix(f.Name, folder); ok {
			files[name] = f.Data
		}
	}
	return files
}

// TestMovedStories holds what a rename makes of a project against the archive,
// vets the project, and runs once more, which must write nothing.
// GOLDEN_UPDATE=1 rewrites what is wanted.
func TestMovedStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(golden + "/regen/moved-*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := moveStory{file, archive}
			dir := t.TempDir()
			generate(t, dir, s.below("")["feathers.yaml"])
			write(t, dir, s.below("edit/"))
			vet(t, dir)
			next := s.below("next/")["feathers.yaml"]
			p := generate(t, dir, next)
			s.hold(t, dir, p)
			vet(t, dir)
			if p := generate(t, dir, next); !p.Empty() || p.NeedsPerson() {
				t.Errorf("a second run with the same spec writes:\n%s", moveReport(p))
			}
		})
	}
}

// generate brings a project up to a spec.
func generate(t *testing.T, dir string, spec []byte) *folders.Plan {
	t.Helper()
	p, err := try(t, dir, spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func try(t *testing.T, dir string, spec []byte) (*folders.Plan, error) {
	t.Helper()
	folder, err := folders.Open(dir, folders.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	remembered, err := folder.Schema()
	if err != nil {
		t.Fatal(err)
	}
	out, diags, err := generator.Generate(generator.Input{SpecPath: "feathers.yaml", Spec: spec, Remembered: remembered,
		Runtime: plan.Runtime{Mode: plan.Module, Version: "v0.1.0", Source: os.DirFS(root)}})
	if err != nil {
		t.Fatal(err)
	}
	if diags.HasErrors() {
		var text strings.Builder
		diags.Print(&text, false)
		t.Fatal(text.String())
	}
	p, err := folder.Compare(out.Files, folders.CompareOptions{Spec: spec, Moves: out.Moves, Schema: out.Schema})
	if err != nil {
		return nil, err
	}
	return p, folder.Apply(p)
}

// vet compiles a project against this module's source.
func vet(t *testing.T, dir string) {
	t.Helper()
	source, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	modfile := filepath.Join(t.TempDir(), "go.mod")
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Dir(modfile), map[string][]byte{"go.mod": text, "go.sum": sum})
	command(t, dir, "go", "mod", "edit", "-replace", module+"="+source, modfile)
	command(t, dir, "go", "vet", "-modfile="+modfile, "./...")
}

// hold compares the project with the archive.
func (s moveStory) hold(t *testing.T, dir string, p *folders.Plan) {
	t.Helper()
	got := map[string][]byte{}
	for path, content := range tree(t, dir) {
		if strings.HasPrefix(path, "services/") || s.below("edit/")[path] != nil {
			got[path] = content
		}
	}
	schema, err := os.ReadFile(filepath.Join(dir, ".featherscaffold", "schema.lock"))
	if err != nil {
		t.Fatal(err)
	}
	got[".featherscaffold/schema.lock"] = schema
	report := moveReport(p)
	if os.Getenv("GOLDEN_UPDATE") != "" {
		s.update(t, got, report)
		return
	}
	want := s.below("want/")
	for path, content := range want {
		if have, ok := got[path]; !ok {
			t.Errorf("missing: %s", path)
		} else if !bytes.Equal(have, content) {
			t.Errorf("different: %s (GOLDEN_UPDATE=1 rewrites it)\n%s", path, firstDifference(content, have))
		}
	}
	for path := range got {
		if want[path] == nil {
			t.Errorf("extra: %s", path)
		}
	}
	if wanted := string(s.below("")["report"]); report != wanted {
		t.Errorf("report:\n%swant\n%s", report, wanted)
	}
}

func (s moveStory) update(t *testing.T, got map[string][]byte, report string) {
	t.Helper()
	s.archive.Files = slices.DeleteFunc(s.archive.Files, func(f txtar.File) bool {
		return strings.HasPrefix(f.Name, "want/") || f.Name == "report"
	})
	paths := make([]string, 0, len(got))
	for path := range got {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		s.archive.Files = append(s.archive.Files, txtar.File{Name: "want/" + path, Data: got[path]})
	}
	s.archive.Files = append(s.archive.Files, txtar.File{Name: "report", Data: []byte(report)})
	if err := os.WriteFile(s.file, txtar.Format(s.archive), fs.FileMode(0o644)); err != nil {
		t.Fatal(err)
	}
}

// moveReport lists the changes beyond internal/gen.
func moveReport(p *folders.Plan) string {
	var b strings.Builder
	for _, c := range p.Changes {
		if strings.HasPrefix(c.Path, "internal/gen/") {
			continue
		}
		fmt.Fprintf(&b, "%s %s", c.Action, c.Path)
		if c.From != "" {
			b.WriteString(" from " + c.From)
		}
		if c.Reason != "" {
			b.WriteString(": " + c.Reason)
		}
		b.WriteByte('\n')
		for _, n := range c.Notes {
			fmt.Fprintf(&b, "  line %d: %s\n", n.Line, n.Text)
		}
	}
	return b.String()
}
