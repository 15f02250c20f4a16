package project_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

func TestSecondRunTouchesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := []render.File{generated("gen/a.go", "1"), stub("services/s.go", "1"), shared("go.mod", modA), once("LICENSE", "1")}
	run(t, dir, files, project.CompareOptions{})
	// Any write would bring the time of a file or its folder to the present.
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	each(t, dir, func(name string, _ fs.FileInfo) {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	})
	if p := run(t, dir, files, project.CompareOptions{}); !p.Empty() || p.Unchanged != len(files) {
		t.Errorf("Compare reported %q and %d unchanged, want nothing and %d", actions(p), p.Unchanged, len(files))
	}
	each(t, dir, func(name string, info fs.FileInfo) {
		if !info.ModTime().Equal(old) {
			t.Errorf("%s was touched", name)
		}
	})
}

func each(t *testing.T, dir string, visit func(name string, info fs.FileInfo)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			visit(name, info)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRunCreatesItsFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "app")
	f, err := project.Open(dir, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	p, err := f.Compare([]render.File{generated("a.go", "1"), stub("s.go", "1")}, project.CompareOptions{Runtime: "copy"})
	if err != nil {
		t.Fatal(err)
	}
	if f.Exists() {
		t.Error("Exists() of a missing folder = true")
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("Compare created the folder")
	}
	if err := f.Apply(p); err != nil {
		t.Fatal(err)
	}
	checkFiles(t, dir, map[string]string{"a.go": "1"})
	if !f.Exists() || f.Runtime() != "copy" {
		t.Errorf("after Apply: Exists() = %v, Runtime() = %q", f.Exists(), f.Runtime())
	}
}

func TestFoldersOfAFailedRunGo(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	f, err := project.OpenWithFaults(filepath.Join(parent, "new", "app"), func(operation, _ string) error {
		if operation == "sync" {
			return fs.ErrPermission
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Compare([]render.File{generated("a/b.go", "1")}, project.CompareOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Apply(p); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Apply: error %v, want fs.ErrPermission", err)
	}
	if d := diff(tree(t, parent), map[string]string{}); d != "" {
		t.Errorf("a failed run left\n%s", d)
	}
}

func TestForeign(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{".git/config": "", ".vscode/settings.json": "", "notes.txt": "", "src/a.go": ""})
	f, err := project.Open(dir, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	got, err := f.Foreign()
	if want := []string{"notes.txt", "src"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Foreign() = %q, %v, want %q", got, err, want)
	}
}

func TestObstaclesAreNamed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		setup func(t *testing.T, dir string)
		file  string
		want  string
	}{{
		name:  "a folder where a file is to be written",
		setup: func(t *testing.T, dir string) { write(t, dir, map[string]string{"a.go/b": ""}) },
		file:  "a.go",
		want:  "a.go is a folder",
	}, {
		name:  "a file where a folder is needed",
		setup: func(t *testing.T, dir string) { write(t, dir, map[string]string{"services": ""}) },
		file:  "services/users/users.go",
		want:  "services is a file; a folder is needed there",
	}, {
		name:  "a symbolic link to a folder outside",
		setup: func(t *testing.T, dir string) { link(t, t.TempDir(), filepath.Join(dir, "gen")) },
		file:  "gen/a.go",
		want:  "gen is a symbolic link that leaves the project's folder",
	}, {
		name: "a symbolic link to a file outside",
		setup: func(t *testing.T, dir string) {
			outside := t.TempDir()
			write(t, outside, map[string]string{"a.go": "x"})
			link(t, filepath.Join(outside, "a.go"), filepath.Join(dir, "a.go"))
		},
		file: "a.go",
		want: "a.go is a symbolic link that leaves the project's folder",
	}, {
		name:  "a symbolic link to nothing",
		setup: func(t *testing.T, dir string) { link(t, "nowhere", filepath.Join(dir, "a.go")) },
		file:  "a.go",
		want:  "a.go is a symbolic link",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			tt.setup(t, dir)
			f, err := project.Open(dir, project.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			_, err = f.Compare([]render.File{generated(tt.file, "1")}, project.CompareOptions{Adopt: true})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Compare: error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege on Windows")
	}
	if err := os.Symlink(to, name); err != nil {
		t.Fatal(err)
	}
}

func TestLinkedFolderInsideIsFollowed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"real/keep": ""})
	link(t, "real", filepath.Join(dir, "gen"))
	run(t, dir, []render.File{generated("gen/a.go", "1")}, project.CompareOptions{})
	checkFiles(t, filepath.Join(dir, "real"), map[string]string{"a.go": "1"})
}

func TestProjectsPathIsAFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "app")
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := project.Open(name, project.Options{}); err == nil || !strings.Contains(err.Error(), "is a file, not a folder") {
		t.Errorf("Open: error %v, want one that says that it is a file", err)
	}
}

func TestReadOnlyFolderIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := project.OpenWithFaults(dir, func(operation, path string) error {
		return &fs.PathError{Op: operation, Path: path, Err: fs.ErrPermission}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	p, err := f.Compare([]render.File{generated("a.go", "1")}, project.CompareOptions{})
	if err != nil {
		t.Fatal(err)
	}
	err = f.Apply(p)
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), dir) {
		t.Errorf("Apply: error %v, want fs.ErrPermission with the folder's name", err)
	}
}

func TestModesAreKept(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	dir := t.TempDir()
	run(t, dir, []render.File{shared("run.sh", "#!/bin/sh\n"), shared("Makefile", "1")}, project.CompareOptions{})
	if err := os.Chmod(filepath.Join(dir, "Makefile"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, []render.File{shared("run.sh", "#!/bin/sh\ntrue\n"), shared("Makefile", "2")}, project.CompareOptions{})
	for name, want := range map[string]fs.FileMode{"run.sh": 0o100, "Makefile": 0} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode() & 0o111 & 0o100; got != want {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	if info, _ := os.Stat(filepath.Join(dir, "Makefile")); info.Mode().Perm() != 0o600 {
		t.Errorf("Makefile has mode %v, want the user's 0600", info.Mode())
	}
}
