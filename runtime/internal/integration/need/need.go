// Package need tells what a test needs of the machine that it runs on. A test
// whose need is not met is skipped and says why, unless the environment has
// FEATHERSCAFFOLD_NO_SKIP=1: then it fails.
package need

import (
	"os"
	"os/exec"
	"testing"
)

const noSkip = "FEATHERSCAFFOLD_NO_SKIP"

// Command returns the path of a program.
func Command(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, "%s is not installed: %v", name, err)
	}
	return path
}

func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv(noSkip) == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
