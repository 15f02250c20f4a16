package project_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

func generated(path, content string) render.File { return file(path, plan.Generated, content) }
func stub(path, content string) render.File      { return file(path, plan.Stub, content) }
func shared(path, content string) render.File    { return file(path, plan.Merge, content) }
func once(path, content string) render.File      { return file(path, plan.Once, content) }

func file(path string, class plan.Class, content string) render.File {
	return render.File{Path: path, Class: class, Content: []byte(content)}
}

// compare opens dir, on a disk that does not fail, and compares it with files.
func compare(t *testing.T, dir string, files []render.File, opts project.CompareOptions) (*project.Folder, *project.Plan) {
	t.Helper()
	f, err := project.OpenWithFaults(dir, func(string, string) error { return nil })
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	p, err := f.Compare(files, opts)
	if err != nil {
		t.Fatalf("Compare: %v", err)
	}
	return f, p
}

// run brings dir up to files.
func run(t *testing.T, dir string, files []render.File, opts project.CompareOptions) *project.Plan {
	t.Helper()
	f, p := compare(t, dir, files, opts)
	if err := f.Apply(p); err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return p
}

// deleted as a wanted or a written content stands for no file.
const deleted = "\x00deleted"

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for path, content := range files {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if content == deleted {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// tree returns every file below dir with its content; folders end in a slash
// and have none.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			files[rel+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(name)
		files[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// diff tells how two trees differ, "" when they do not.
func diff(got, want map[string]string) string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if g, ok := got[path]; !ok {
			b.WriteString("missing " + path + "\n")
		} else if g != want[path] {
			b.WriteString("different " + path + ": got " + g + ", want " + want[path] + "\n")
		}
	}
	for _, path := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[path]; !ok {
			b.WriteString("extra " + path + "\n")
		}
	}
	return b.String()
}
