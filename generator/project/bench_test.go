package project_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

// manyFiles is about what a project of ten services has, the runtime's copy
// included.
func manyFiles(version int) []render.File {
	var files []render.File
	for n := range 150 {
		content := fmt.Sprintf("// version %d\n%s", version, strings.Repeat("func f() { return }\n", 300))
		files = append(files, generated(fmt.Sprintf("internal/gen/p%d/file%d.go", n/10, n), content))
	}
	return files
}

func BenchmarkRunThatChangesNothing(b *testing.B) {
	dir, files := b.TempDir(), manyFiles(1)
	bring(b, dir, files)
	for b.Loop() {
		bring(b, dir, files)
	}
}

func BenchmarkRunThatWritesAll(b *testing.B) {
	dir := b.TempDir()
	version := 0
	for b.Loop() {
		version++
		bring(b, dir, manyFiles(version))
	}
}

func BenchmarkRunIntoAnEmptyFolder(b *testing.B) {
	files := manyFiles(1)
	for b.Loop() {
		bring(b, b.TempDir(), files)
	}
}

func bring(b *testing.B, dir string, files []render.File) {
	b.Helper()
	f, err := project.Open(dir, project.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	p, err := f.Compare(files, project.CompareOptions{})
	if err != nil {
		b.Fatal(err)
	}
	if err := f.Apply(p); err != nil {
		b.Fatal(err)
	}
}
