// Package adapter_test runs the suite that Feathers has for its database
// adapters, @feathersjs/adapter-tests, through the official clients against a
// server of ours.
package adapter_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/scaffold"
)

const timeout = 2 * time.Minute

// transports are those that the script adapter.mjs knows.
var transports = []string{"rest", "socketio"}

func TestAGeneratedAppPassesTheAdapterSuite(t *testing.T) {
	t.Parallel()
	modules := need.NPM(t, ".")
	spec, err := filepath.Abs("testdata/people.yaml")
	if err != nil {
		t.Fatal(err)
	}
	command := scaffold.Build(t, "--spec", spec)
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			app := &scaffold.App{Command: command, Dir: t.TempDir()}
			url := app.Start(t)
			t.Cleanup(app.Kill)
			runSuite(t, modules, url, transport, "fixed")
		})
	}
}

func TestStoresPassTheAdapterSuiteWithItsChangesOfOptions(t *testing.T) {
	t.Parallel()
	modules := need.NPM(t, ".")
	for name, open := range map[string]func(*testing.T) opener{"memory": inMemory, "sqlite": inSQLite} {
		for _, transport := range transports {
			t.Run(name+" over "+transport, func(t *testing.T) {
				t.Parallel()
				runSuite(t, modules, serve(t, open(t)), transport, "options")
			})
		}
	}
}

// runSuite runs the suite against the server at url.
func runSuite(t *testing.T, modules, url, transport, mode string) {
	t.Helper()
	node := need.Command(t, "node")
	// "go test" sees what the test reads, but not what Node does: without
	// this it took an older result for the test's when a script changes.
	for _, script := range []string{"adapter.mjs", "excluded.mjs"} {
		if _, err := os.Stat(script); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "adapter.mjs", modules, url, transport, mode)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("%s: %v", cmd, err)
	}
}
