// Package scaffold makes and runs apps as users do: with the command line and
// the runtime of this checkout.
package scaffold

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

// timeout allows for an empty build cache.
const timeout = 5 * time.Minute

// Build makes a project by "featherscaffold new" with the flags given, without
// any the chat example, and returns the path of its command, built. Go is
// needed. The project goes when the test ends.
func Build(t testing.TB, flags ...string) string {
	t.Helper()
	return Command(t, New(t, flags...))
}

// New makes a project as Build does, and returns its folder.
func New(t testing.TB, flags ...string) string {
	t.Helper()
	tool := need.Command(t, "go")
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	root, err := run(ctx, "", tool, "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		t.Fatal(err)
	}
	if err := readSources(root); err != nil {
		t.Fatal(err)
	}
	project := filepath.Join(t.TempDir(), "app")
	args := append([]string{"run", "./cmd/featherscaffold", "new", project}, flags...)
	if _, err := run(ctx, root, tool, args...); err != nil {
		t.Fatal(err)
	}
	return project
}

// Command returns the path of a project's command, built.
func Command(t testing.TB, project string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	command, err := build(ctx, need.Command(t, "go"), project, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return command
}

// build builds the one command of a project.
func build(ctx context.Context, tool, project, bin string) (string, error) {
	if _, err := run(ctx, project, tool, "build", "-o", bin+string(filepath.Separator), "./cmd/..."); err != nil {
		return "", err
	}
	built, err := os.ReadDir(bin)
	if err != nil {
		return "", err
	}
	if len(built) != 1 {
		return "", fmt.Errorf("go build in %s made %d commands, want 1", project, len(built))
	}
	return filepath.Join(bin, built[0].Name()), nil
}

// readSources looks at the files that make the project, so that "go test"
// does not take an older result for the test's when one of them changes. It
// can not see what the processes that the test starts read.
func readSources(root string) error {
	for _, dir := range []string{"cmd", "generator", "templates", "runtime"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			_, err = os.Stat(path)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// run runs a program and returns what it prints, without the last line break.
func run(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", cmd, err, out, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}
