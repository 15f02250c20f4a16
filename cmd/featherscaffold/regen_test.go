package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/featherscaffold/featherscaffold/generator/diff"
)

// TestRegen plays the stories of testdata/golden/regen, whose README says how
// they are written.
func TestRegen(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../../testdata/golden/regen/*.txtar")
	if err != nil || len(names) < 20 {
		t.Fatalf("found %d stories, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s := readStory(t, name)
			report, changes := s.play(t)
			s.check(t, "report", report)
			s.check(t, "diff", changes)
		})
	}
}

// A story is one file of testdata/golden/regen.
type story struct {
	name    string
	archive *txtar.Archive
}

func readStory(t *testing.T, name string) *story {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return &story{name: name, archive: archive}
}

// section returns one of the story's files, nil when it has none.
func (s *story) section(name string) []byte {
	for _, f := range s.archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func (s *story) lines(name string) []string { return strings.Fields(string(s.section(name))) }

// play returns what the second run printed and what it changed.
func (s *story) play(t *testing.T) (report, changes string) {
	dir := filepath.Join(t.TempDir(), "app")
	spec := filepath.Join(t.TempDir(), "spec.yaml")
	put(t, spec, s.section("spec.yaml"))
	c, _, stderr := testCLI(build{version: development})
	if err := c.new(dir, newFlags{spec: spec, runtime: "../.."}); err != nil {
		t.Fatalf("new: %v\n%s", err, stderr)
	}
	edited := s.edit(t, dir)
	if second := s.section("second.yaml"); second != nil {
		put(t, filepath.Join(dir, specName), second)
	}
	before := contents(t, dir)
	report, status := generateWith(t, dir, s.lines("flags"))
	after := contents(t, dir)
	if _, again := generateWith(t, dir, nil); again != status && len(s.lines("flags")) == 0 {
		t.Errorf("a third run exits with %d, want %d as before", again, status)
	}
	if d := treeDiff(after, contents(t, dir), func(string) bool { return true }); d != "" {
		t.Errorf("a third run changed\n%s", d)
	}
	return fmt.Sprintf("%sexit %d\n", report, status), treeDiff(before, after, func(path string) bool {
		return slices.Contains(edited, path) || !strings.HasPrefix(path, "internal/gen/") && !isBookkeeping(path)
	})
}

// isBookkeeping reports whether a path is of what runs remember, which every
// story changes.
func isBookkeeping(path string) bool {
	rest, ok := strings.CutPrefix(path, ".featherscaffold/")
	return ok && !strings.HasPrefix(rest, "incoming/") && !strings.HasPrefix(rest, "backup/")
}

// edit does what the user does and returns the paths.
func (s *story) edit(t *testing.T, dir string) (paths []string) {
	t.Helper()
	for _, f := range s.archive.Files {
		verb, path, _ := strings.Cut(f.Name, "/")
		name := filepath.Join(dir, filepath.FromSlash(path))
		switch {
		case path == "" || verb != "write" && verb != "replace":
			continue
		case verb == "write":
			put(t, name, f.Data)
		default:
			put(t, name, replaced(t, name, f.Data))
		}
		paths = append(paths, path)
	}
	for _, path := range s.lines("delete") {
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(path))); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// replaced returns a file with the replacement that an edit describes.
func replaced(t *testing.T, name string, edit []byte) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	from, to, ok := bytes.Cut(edit, []byte("=>\n"))
	if !ok {
		t.Fatalf("the replacement in %s has no line =>", name)
	}
	if len(from) == 0 {
		return append(data, to...)
	}
	if bytes.Count(data, from) != 1 {
		t.Fatalf("%s has %q %d times, want it once", name, from, bytes.Count(data, from))
	}
	return bytes.Replace(data, from, to, 1)
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// generateWith runs generate as from the command line.
func generateWith(t *testing.T, dir string, flags []string) (report string, status int) {
	t.Helper()
	c, stdout, stderr := testCLI(build{version: development})
	root := c.rootCommand()
	root.SetArgs(slices.Concat([]string{"generate", dir}, flags))
	err := root.ExecuteContext(t.Context())
	var exit exitError
	switch {
	case errors.As(err, &exit):
		status = exit.code
	case err != nil:
		fmt.Fprintln(stderr, err)
		status = exitFailure
	}
	return strings.ReplaceAll(stdout.String()+stderr.String(), dir+string(filepath.Separator), ""), status
}

// treeDiff shows how the files of two trees differ, those that shown lets
// through.
func treeDiff(before, after map[string]string, shown func(path string) bool) string {
	both := maps.Clone(before)
	maps.Copy(both, after)
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(both)) {
		if !shown(path) || before[path] == after[path] {
			continue
		}
		oldName, newName := "a/"+path, "b/"+path
		if _, ok := before[path]; !ok {
			oldName = "/dev/null"
		}
		if _, ok := after[path]; !ok {
			newName = "/dev/null"
		}
		b.Write(diff.Unified(oldName, newName, []byte(before[path]), []byte(after[path])))
	}
	return b.String()
}

// check compares one of the story's files with what came out, or rewrites it.
func (s *story) check(t *testing.T, name, got string) {
	t.Helper()
	want := string(s.section(name))
	if got == want {
		return
	}
	if os.Getenv("GOLDEN_UPDATE") == "" {
		t.Errorf("%s differs (GOLDEN_UPDATE=1 rewrites it):\n%s", name, diff.Unified("want", "got", []byte(want), []byte(got)))
		return
	}
	i := slices.IndexFunc(s.archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		s.archive.Files = append(s.archive.Files, txtar.File{Name: name})
		i = len(s.archive.Files) - 1
	}
	s.archive.Files[i].Data = []byte(got)
	put(t, s.name, txtar.Format(s.archive))
}
