package watch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/generator/watch"
)

func open(t *testing.T) (*watch.Watcher, string) {
	t.Helper()
	dir := t.TempDir()
	for _, sub := range []string{"services/users", ".git"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	w, err := watch.New(dir, func(path string) bool { return strings.HasPrefix(path, ".git") })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return w, dir
}

func write(t *testing.T, dir, path string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(path), 0o666); err != nil {
		t.Fatal(err)
	}
}

// until receives batches until all of the paths have been told.
func until(t *testing.T, w *watch.Watcher, paths ...string) (told []string) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case batch := <-w.Changes():
			told = append(told, batch...)
		case <-deadline:
			t.Fatalf("changes of %q were told, want %q", told, paths)
		}
		if !slices.ContainsFunc(paths, func(p string) bool { return !slices.Contains(told, p) }) {
			return told
		}
	}
}

func TestChangesAreTold(t *testing.T) {
	t.Parallel()
	w, dir := open(t)
	write(t, dir, "feathers.yaml")
	write(t, dir, "services/users/users.go")
	until(t, w, "feathers.yaml", "services/users/users.go")

	// As editors save: another file takes the name.
	write(t, dir, "services/users/users.go.new")
	if err := os.Rename(filepath.Join(dir, "services/users/users.go.new"), filepath.Join(dir, "services/users/users.go")); err != nil {
		t.Fatal(err)
	}
	until(t, w, "services/users/users.go")
	if err := os.Remove(filepath.Join(dir, "feathers.yaml")); err != nil {
		t.Fatal(err)
	}
	until(t, w, "feathers.yaml")
}

func TestNewFoldersAreWatched(t *testing.T) {
	t.Parallel()
	w, dir := open(t)
	if err := os.MkdirAll(filepath.Join(dir, "services/rooms/deep"), 0o777); err != nil {
		t.Fatal(err)
	}
	until(t, w, "services/rooms")
	write(t, dir, "services/rooms/deep/rooms.go")
	until(t, w, "services/rooms/deep/rooms.go")
}

func TestWhatIsIgnoredIsNotTold(t *testing.T) {
	t.Parallel()
	w, dir := open(t)
	write(t, dir, ".git/HEAD")
	write(t, dir, ".gitignore")
	write(t, dir, "last")
	for _, path := range until(t, w, "last") {
		if strings.HasPrefix(path, ".git") {
			t.Errorf("a change of %s was told", path)
		}
	}
}

// TestNobodyReceiving checks that changes are kept, each once, and that Close
// does not wait for a receiver.
func TestNobodyReceiving(t *testing.T) {
	t.Parallel()
	w, dir := open(t)
	for range 100 {
		write(t, dir, "a.go")
	}
	write(t, dir, "b.go")
	told := until(t, w, "a.go", "b.go")
	if len(told) > 20 {
		t.Errorf("101 changes of 2 files were told as %d", len(told))
	}
	write(t, dir, "c.go")
}
