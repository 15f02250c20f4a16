package need_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

// fakeNPM is an npm that keeps count of its runs beside itself, and fails
// where the lock file says so.
const fakeNPM = `#!/bin/sh
echo run >> "$0.runs"
mkdir node_modules
! grep -q broken package-lock.json
`

// setup returns a fake npm and a folder with the files to install from. The
// packages go to a cache of the test's own.
func setup(t *testing.T) (npm, dir, cache string) {
	cache = t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache) // where the system knows no XDG_CACHE_HOME
	npm = filepath.Join(t.TempDir(), "npm")
	if err := os.WriteFile(npm, []byte(fakeNPM), 0o755); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	write(t, dir, "package.json", "{}")
	write(t, dir, "package-lock.json", "{}")
	return npm, dir, cache
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func runs(t *testing.T, npm string) int {
	t.Helper()
	data, err := os.ReadFile(npm + ".runs")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(data), "run")
}

func TestPackagesAreInstalledOnceUntilTheLockFileChanges(t *testing.T) {
	npm, dir, _ := setup(t)
	var first string
	for range 2 {
		modules, err := need.Install(t.Context(), npm, dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(modules, "node_modules")); err != nil {
			t.Error(err)
		}
		if first != "" && modules != first {
			t.Errorf("Install = %s, and before %s; want the same", modules, first)
		}
		first = modules
	}
	if n := runs(t, npm); n != 1 {
		t.Errorf("npm ran %d times for the same packages, want 1", n)
	}
	write(t, dir, "package-lock.json", `{"lockfileVersion":3}`)
	modules, err := need.Install(t.Context(), npm, dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := runs(t, npm); n != 2 || modules == first {
		t.Errorf("after a change npm ran %d times and Install = %s; want 2 and another folder", n, modules)
	}
}

func TestAFailedInstallLeavesNothing(t *testing.T) {
	npm, dir, cache := setup(t)
	write(t, dir, "package-lock.json", "broken")
	for range 2 {
		if modules, err := need.Install(t.Context(), npm, dir); err == nil {
			t.Errorf("Install = %s, want an error", modules)
		}
	}
	left, err := filepath.Glob(filepath.Join(cache, "*", "npm", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left in the cache: %v, %v; want nothing", left, err)
	}
}
