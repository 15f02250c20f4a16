package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestProjectsCompileAfterARename vets the projects of the stories about
// renames with their tests, before and after.
func TestProjectsCompileAfterARename(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../../testdata/golden/regen/moved-*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s := readStory(t, name)
			dir, spec := filepath.Join(t.TempDir(), "app"), filepath.Join(t.TempDir(), "spec.yaml")
			put(t, spec, s.section("spec.yaml"))
			c, _, stderr := testCLI(build{version: development})
			if err := c.new(dir, newFlags{spec: spec, runtime: "../.."}); err != nil {
				t.Fatalf("new: %v\n%s", err, stderr)
			}
			s.edit(t, dir)
			vet(t, dir)
			put(t, filepath.Join(dir, specName), s.section("second.yaml"))
			if report, status := generateWith(t, dir, nil); status != exitOK {
				t.Fatalf("generate exits with %d\n%s", status, report)
			}
			vet(t, dir)
		})
	}
}

func vet(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "vet", "./...")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go vet: %v\n%s", err, out)
	}
}
