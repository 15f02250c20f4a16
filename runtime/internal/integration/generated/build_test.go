package generated_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

const (
	module = "github.com/featherscaffold/featherscaffold"
	root   = "../../../.."
)

// buildTimeout allows for an empty build cache.
const buildTimeout = 5 * time.Minute

// workspace is the folder that the commands are built in. TestMain removes it.
var workspace = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "featherscaffold-generated-")
	if err != nil {
		panic(err)
	}
	return dir
})

// The commands, each built once, by the first test that needs it.
var (
	minimal      = sync.OnceValues(func() (string, error) { return golden("minimal") })
	chat         = sync.OnceValues(func() (string, error) { return golden("chat") })
	kitchenSink  = sync.OnceValues(func() (string, error) { return golden("kitchen-sink") })
	fleet        = sync.OnceValues(func() (string, error) { return golden("fleet") })
	extendedChat = sync.OnceValues(extend)
)

// command returns the path of a command.
func command(t *testing.T, build func() (string, error)) string {
	t.Helper()
	need.Command(t, "go")
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// golden builds the project of a golden case against this module's source.
func golden(name string) (string, error) {
	dir := filepath.Join(workspace(), name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "testdata/golden", name, "want"))); err != nil {
		return "", err
	}
	source, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	if err := run(dir, "go", "mod", "edit", "-replace", module+"="+source); err != nil {
		return "", err
	}
	return build(dir, "./cmd/...")
}

// extend makes the chat as a user does, gives its spec one more field, has
// the project brought up to date, and builds that.
func extend() (string, error) {
	source, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	cli, err := build(source, "./cmd/featherscaffold")
	if err != nil {
		return "", err
	}
	dir := filepath.Join(workspace(), "extended")
	spec := filepath.Join(source, "testdata/golden/chat/spec.yaml")
	if err := run(source, cli, "new", dir, "--spec", spec, "--runtime", source); err != nil {
		return "", err
	}
	if err := addField(filepath.Join(dir, "feathers.yaml")); err != nil {
		return "", err
	}
	if err := run(dir, cli, "generate"); err != nil {
		return "", err
	}
	return build(dir, "./cmd/...")
}

// addField gives the rooms of a chat's spec a color.
func addField(spec string) error {
	text, err := os.ReadFile(spec)
	if err != nil {
		return err
	}
	const topic = "      topic: string(..250)?\n"
	before, after, ok := strings.Cut(string(text), topic)
	if !ok {
		return fmt.Errorf("%s has no line %q", spec, topic)
	}
	return os.WriteFile(spec, []byte(before+topic+"      color: enum(red|green) = green\n"+after), 0o666)
}

// build builds the one command that a pattern names and returns its path.
func build(dir, pattern string) (string, error) {
	bin, err := os.MkdirTemp(workspace(), "bin-")
	if err != nil {
		return "", err
	}
	if err := run(dir, "go", "build", "-o", bin+"/", pattern); err != nil {
		return "", err
	}
	built, err := os.ReadDir(bin)
	if err != nil {
		return "", err
	}
	if len(built) != 1 {
		return "", fmt.Errorf("go build %s in %s made %d commands, want 1", pattern, dir, len(built))
	}
	return filepath.Join(bin, built[0].Name()), nil
}

func run(dir, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), buildTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
