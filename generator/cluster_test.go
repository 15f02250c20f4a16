package generator_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/plan"
)

// with generates a case's project with more in its spec.
func with(t *testing.T, name, more string) string {
	t.Helper()
	spec, err := os.ReadFile(filepath.Join(golden, name, "spec.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(more, "workers") { // they share no memory
		spec = bytes.ReplaceAll(spec, []byte("store: memory"), []byte("store: sqlite"))
	}
	spec = append(spec, "\n"+more+"\n"...)
	list, diags, err := generator.Files(generator.Input{SpecPath: "spec.yaml", Spec: spec,
		Runtime: plan.Runtime{Mode: plan.Path, Path: source, Source: os.DirFS(root)}})
	if err != nil || diags.HasErrors() {
		t.Fatal(err, diags.All())
	}
	contents := map[string][]byte{}
	for _, f := range list {
		contents[f.Path] = f.Content
	}
	dir := t.TempDir()
	write(t, dir, contents)
	return dir
}

// TestProjectsWithUsersRunAsWorkers holds what changes in settings and in the
// composition root against the compiler and the tests of one process.
func TestProjectsWithUsersRunAsWorkers(t *testing.T) {
	t.Parallel()
	dir := with(t, "auth", "cluster: { mode: workers }\nsync: local")
	test, err := os.ReadFile(filepath.Join(golden, "auth", "behaviour_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string][]byte{
		"internal/behaviour/behaviour_test.go":  test,
		"internal/gen/config/processes_test.go": []byte(processesTest),
	})
	command(t, dir, "go", "vet", "./...")
	if out := command(t, dir, "go", "test", "./..."); !strings.Contains(out, "ok ") {
		t.Errorf("go test ran no test:\n%s", out)
	}
}

// processesTest lies in package config of the project.
const processesTest = `package config

import (
	"runtime"
	"testing"
)

func TestMadeUpSecretsAreThoseOfProcessesBelow(t *testing.T) {
	t.Setenv("MADE_UP_JWT_SECRET", "")
	t.Setenv("MADE_UP_OAUTH_SECRET", "")
	t.Setenv("JWT_KEYS", "")
	first, err := FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	below, err := FromEnv() // its environment is that of the first
	if err != nil {
		t.Fatal(err)
	}
	if !first.Temporary || !below.Temporary || first.OAuth.Secret != below.OAuth.Secret || len(first.OAuth.Secret) < 32 {
		t.Error("the secrets of OAuth differ, or are not made up")
	}
	if a, b := madeUp("JWT_SECRET"), madeUp("JWT_SECRET"); a != b || len(a) < 32 {
		t.Error("the secrets of tokens differ")
	}
}

func TestMadeUpSecretsAreNoneInProduction(t *testing.T) {
	t.Setenv("APP_ENV", "production")
	t.Setenv("MADE_UP_JWT_SECRET", "0123456789012345678901234567890123456789")
	if _, err := FromEnv(); err == nil {
		t.Error("production starts without a secret")
	}
}

func TestWorkers(t *testing.T) {
	cpus := runtime.GOMAXPROCS(0)
	for text, want := range map[string]int{"": cpus, "auto": cpus, "0": 0, "3": 3, "1024": 1024, "-1": -1, "1025": -1, "many": -1} {
		t.Setenv("WORKERS", text)
		switch c, err := FromEnv(); {
		case want < 0 && err == nil:
			t.Errorf("WORKERS=%s is no error", text)
		case want >= 0 && (err != nil || c.Workers != want):
			t.Errorf("WORKERS=%s: %d, %v, want %d", text, c.Workers, err, want)
		}
	}
}
`

func TestProjectsWithWorkersBuildForWindows(t *testing.T) {
	t.Setenv("GOOS", "windows")
	t.Setenv("CGO_ENABLED", "0")
	command(t, project(t, "chat"), "go", "vet", "./cmd/...", "./internal/gen/...")
	command(t, project(t, "fleet"), "go", "vet", "./cmd/...", "./internal/gen/...")
}
