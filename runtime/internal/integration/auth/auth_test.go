// Package auth_test exchanges tokens and passwords' hashes with the npm
// packages that Feathers uses: jsonwebtoken and bcryptjs.
package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

const timeout = time.Minute

// TestPoint holds one test for each point of the protocol reference that
// needs Node, by its number: go test -run 'Point/103'.
func TestPoint(t *testing.T) {
	t.Parallel()
	for _, point := range []struct {
		number string
		test   func(*testing.T)
	}{
		{"97", tokensBothWays},
		{"98", refusals},
		{"103", hashesBothWays},
	} {
		t.Run(point.number, func(t *testing.T) {
			t.Parallel()
			point.test(t)
		})
	}
}

// run runs a script of this folder with Node: input goes in as JSON, and its
// answer comes out as JSON.
func run(t *testing.T, script string, input, answer any) {
	t.Helper()
	node := need.Command(t, "node")
	modules := filepath.Join(need.NPM(t, "."), "node_modules")
	dir := t.TempDir()
	// Node looks for packages in and above the script's own folder.
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, script), data, 0o644); err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, script)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, stderr.Bytes())
	}
	if err := json.Unmarshal(out, answer); err != nil {
		t.Fatalf("node %s: %v in %s", script, err, out)
	}
}
