package templates_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const runtimeModule = "github.com/featherscaffold/featherscaffold"

// drivers are the third-party packages that the runtime imports, by the name
// of their module's files in deps.
var drivers = map[string][]string{
	"sqlite":    {"modernc.org/sqlite"},
	"websocket": {"github.com/gorilla/websocket"},
	"crypto":    {"golang.org/x/crypto/argon2", "golang.org/x/crypto/bcrypt"},
	"jwt":       {"github.com/golang-jwt/jwt/v5"},
	"oauth2":    {"golang.org/x/oauth2", "golang.org/x/oauth2/endpoints"},
	"time":      {"golang.org/x/time/rate"},
	"redis":     {"github.com/redis/go-redis/v9"},
	"rabbitmq":  {"github.com/rabbitmq/amqp091-go"},
}

// TestDepsAreUpToDate holds deps against what the go command says of a module
// that imports one driver, at the versions of this module. GOLDEN_UPDATE=1
// rewrites the files.
func TestDepsAreUpToDate(t *testing.T) {
	t.Parallel()
	versions := selected(t)
	for name, packages := range drivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mod, sum := tidied(t, packages, versions)
			for file, want := range map[string]string{name + ".mod": mod, name + ".sum": sum} {
				path := filepath.Join("deps", file)
				if os.Getenv("GOLDEN_UPDATE") != "" {
					write(t, path, want)
				}
				if got, err := os.ReadFile(path); err != nil || string(got) != want {
					t.Errorf("%s is out of date (GOLDEN_UPDATE=1 rewrites it): %v\n%s\nwant\n%s", path, err, got, want)
				}
			}
		})
	}
}

// selected returns the version of every module that this module builds with.
func selected(t *testing.T) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for line := range strings.Lines(command(t, "..", "go", "list", "-m", "all")) {
		if module, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			versions[module] = version
		}
	}
	return versions
}

// tidied returns the go.mod of a runtime that imports the packages and the
// go.sum of a project that uses it.
func tidied(t *testing.T, packages []string, versions map[string]string) (mod, sum string) {
	t.Helper()
	dir := t.TempDir()
	runtime := filepath.Join(dir, "runtime")
	write(t, filepath.Join(runtime, "go.mod"), "module "+runtimeModule+"\n\ngo 1.26.0\n")
	write(t, filepath.Join(runtime, "x.go"), "package x\n\nimport _ \""+strings.Join(packages, "\"\nimport _ \"")+"\"\n")
	// The first run finds the modules in need, the second their versions.
	for range 2 {
		for _, module := range required(t, runtime) {
			command(t, runtime, "go", "mod", "edit", "-require", module+"@"+versions[module])
		}
		command(t, runtime, "go", "mod", "tidy")
	}
	write(t, filepath.Join(dir, "go.mod"), "module example.com/app\n\ngo 1.26.0\n\nrequire "+runtimeModule+" v0.0.0\n\nreplace "+runtimeModule+" => ./runtime\n")
	write(t, filepath.Join(dir, "app.go"), "package app\n\nimport _ \""+runtimeModule+"\"\n")
	command(t, dir, "go", "mod", "tidy")
	return read(t, filepath.Join(runtime, "go.mod")), read(t, filepath.Join(dir, "go.sum"))
}

func required(t *testing.T, dir string) []string {
	t.Helper()
	var mod struct{ Require []struct{ Path string } }
	if err := json.Unmarshal([]byte(command(t, dir, "go", "mod", "edit", "-json")), &mod); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, r := range mod.Require {
		paths = append(paths, r.Path)
	}
	return paths
}

func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return string(out)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
