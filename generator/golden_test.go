package generator_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/render"
	"github.com/featherscaffold/featherscaffold/templates"
)

const (
	root   = ".."
	golden = "../testdata/golden"
	module = "github.com/featherscaffold/featherscaffold"
)

// cases are the folders of testdata/golden that hold a spec and a project.
func cases(t testing.TB) []string {
	t.Helper()
	specs, err := filepath.Glob(golden + "/*/spec.yaml")
	if err != nil || len(specs) < 3 {
		t.Fatalf("found %d cases in %s, %v", len(specs), golden, err)
	}
	names := make([]string, len(specs))
	for i, spec := range specs {
		names[i] = filepath.Base(filepath.Dir(spec))
	}
	return names
}

// files generates the project of a case.
func files(t testing.TB, name string) []render.File {
	t.Helper()
	spec, err := os.ReadFile(filepath.Join(golden, name, "spec.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	in := generator.Input{SpecPath: "spec.yaml", Spec: spec,
		Runtime: plan.Runtime{Mode: plan.Module, Version: "v0.1.0", Source: os.DirFS(root)}}
	if name == "chat" {
		if in.Example, err = templates.Example("chat"); err != nil {
			t.Fatal(err)
		}
	}
	list, diags, err := generator.Files(in)
	if err != nil {
		t.Fatal(err)
	}
	if diags.HasErrors() {
		var text strings.Builder
		diags.Print(&text, false)
		t.Fatal(text.String())
	}
	return list
}

// TestGolden compares each case's project with the tree in want, byte for
// byte. GOLDEN_UPDATE=1 rewrites the trees.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := filepath.Join(golden, name, "want")
			got := map[string][]byte{}
			for _, f := range files(t, name) {
				got[f.Path] = f.Content
			}
			if os.Getenv("GOLDEN_UPDATE") != "" {
				rewrite(t, want, got)
			}
			compare(t, want, got)
		})
	}
}

func compare(t *testing.T, want string, got map[string][]byte) {
	t.Helper()
	wanted := tree(t, want)
	for path, content := range wanted {
		switch have, ok := got[path]; {
		case !ok:
			t.Errorf("missing: %s", path)
		case !bytes.Equal(have, content):
			t.Errorf("different: %s (GOLDEN_UPDATE=1 rewrites it)\n%s", path, firstDifference(content, have))
		}
	}
	for path := range got {
		if _, ok := wanted[path]; !ok {
			t.Errorf("extra: %s", path)
		}
	}
}

func firstDifference(want, got []byte) string {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range w {
		if i >= len(g) || w[i] != g[i] {
			return "want: " + w[i] + "\n got: " + strings.Join(g[min(i, len(g)):min(i+1, len(g))], "")
		}
	}
	return "got more lines than wanted"
}

func tree(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		found[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func rewrite(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	write(t, dir, files)
}

func write(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for path, content := range files {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// project copies a golden tree to a folder where it builds against this
// module's source.
func project(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, tree(t, filepath.Join(golden, name, "want")))
	source, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	command(t, dir, "go", "mod", "edit", "-replace", module+"="+source)
	return dir
}

func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestGoldenProjectsBuildVetAndPassTheirTests(t *testing.T) {
	t.Parallel()
	for _, name := range cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := project(t, name)
			command(t, dir, "go", "build", "./...")
			command(t, dir, "go", "vet", "./...")
			if out := command(t, dir, "go", "test", "./..."); !strings.Contains(out, "ok ") {
				t.Errorf("go test ran no test:\n%s", out)
			}
		})
	}
}

// TestGoldenProjectWithUsersBehaves runs the tests that lie beside the spec:
// what a client may do, and what the settings allow.
func TestGoldenProjectWithUsersBehaves(t *testing.T) {
	t.Parallel()
	dir := project(t, "auth")
	test, err := os.ReadFile(filepath.Join(golden, "auth", "behaviour_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string][]byte{"internal/behaviour/behaviour_test.go": test})
	command(t, dir, "go", "test", "./internal/behaviour")
}

// TestGoldenProjectsLinkWhatTheirSpecChose holds what a project's command
// links against the drivers that its spec names.
func TestGoldenProjectsLinkWhatTheirSpecChose(t *testing.T) {
	t.Parallel()
	drivers := []string{
		"modernc.org/sqlite", "github.com/gorilla/websocket", "golang.org/x/crypto/bcrypt",
		"github.com/golang-jwt/jwt/v5", "golang.org/x/oauth2", "github.com/redis/go-redis/v9", "github.com/rabbitmq/amqp091-go",
		module + "/runtime/cluster", module + "/runtime/store/sqlite", module + "/runtime/store/memory",
		module + "/runtime/transport/rest", module + "/runtime/transport/socketio", module + "/runtime/transport/primus",
		module + "/runtime/bus", module + "/runtime/bus/redis", module + "/runtime/bus/rabbitmq", module + "/runtime/bus/featherssync",
		module + "/runtime/outbox",
	}
	but := func(words ...string) []string {
		return slices.DeleteFunc(slices.Clone(drivers), func(d string) bool {
			return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(d, word) })
		})
	}
	for name, chosen := range map[string][]string{
		"minimal":      {module + "/runtime/store/memory", module + "/runtime/transport/rest"},
		"chat":         but("crypto", "jwt", "oauth2", "redis", "rabbitmq", "/bus", "/outbox", "/memory", "/primus"),
		"kitchen-sink": but("jwt", "oauth2", "/cluster", "rabbitmq", "featherssync", "/outbox"),
		"auth":         but("/cluster", "redis", "rabbitmq", "/bus", "/outbox"),
		"fleet":        but("crypto", "jwt", "oauth2", "redis", "/memory", "/primus"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			linked := strings.Fields(command(t, project(t, name), "go", "list", "-deps", "./cmd/..."))
			for _, d := range drivers {
				if got, want := slices.Contains(linked, d), slices.Contains(chosen, d); got != want {
					t.Errorf("links %s: %v, want %v", d, got, want)
				}
			}
		})
	}
}

func TestGoldenProjectsAreTidy(t *testing.T) {
	t.Parallel()
	for _, name := range cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := copied(t, name)
			command(t, dir, "go", "mod", "tidy", "-diff")
		})
	}
}

// copied generates a case's project with a copy of the runtime in it.
func copied(t testing.TB, name string) string {
	t.Helper()
	spec, err := os.ReadFile(filepath.Join(golden, name, "spec.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := generator.Files(generator.Input{SpecPath: "spec.yaml", Spec: spec,
		Runtime: plan.Runtime{Mode: plan.Copy, Source: os.DirFS(root)}})
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string][]byte{}
	for _, f := range list {
		contents[f.Path] = f.Content
	}
	dir := t.TempDir()
	write(t, dir, contents)
	return dir
}

func TestCopiedRuntimeIsTheRuntime(t *testing.T) {
	t.Parallel()
	for _, name := range cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := copied(t, name)
			for path, content := range tree(t, filepath.Join(dir, "third_party/featherscaffold/runtime")) {
				source, err := os.ReadFile(filepath.Join(root, "runtime", path))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(source, content) {
					t.Errorf("%s differs from the runtime's own", path)
				}
				if strings.HasSuffix(path, "_test.go") {
					t.Errorf("%s is a test", path)
				}
			}
			command(t, dir, "go", "build", "./cmd/...")
		})
	}
}

func TestFilesAreTheSameWhateverTheOrderOfTheSpecsKeys(t *testing.T) {
	t.Parallel()
	in := generator.Input{SpecPath: "spec.yaml", Runtime: plan.Runtime{Mode: plan.Module, Version: "v0.1.0", Source: os.DirFS(root)}}
	generate := func(spec string) []render.File {
		in.Spec = []byte(spec)
		list, diags, err := generator.Files(in)
		if err != nil || diags.HasErrors() {
			t.Fatal(err, diags.All())
		}
		return list
	}
	head, services := "version: 1\napp: { name: a }\nstore: memory\n", "services: { notes: { fields: { text: string } } }\n"
	one, other := generate(head+services), generate(services+head)
	same := func(a, b render.File) bool { return a.Path == b.Path && bytes.Equal(a.Content, b.Content) }
	if !slices.EqualFunc(one, other, same) {
		t.Error("two orders of the same keys gave different files")
	}
}
