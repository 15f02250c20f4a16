package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	folders "github.com/featherscaffold/featherscaffold/generator/project"
)

// TestRenamesReachTheDatabase looks at what the store is told.
func TestRenamesReachTheDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	generate(t, dir, []byte(`version: 1
app: { name: chat }
store: sqlite
services:
  halls: { fields: { b: string, c: int index }, index: [[b, c]], publish: nobody }
  others: { path: spaces, fields: { d: int }, publish: nobody }
moved:
  - service: { from: channels, to: rooms }
  - service: { from: spaces, to: rooms2 }
  - service: { from: rooms2, to: halls }
  - service: { from: rooms, to: others }
  - field: { service: rooms2, from: a, to: b }
`))
	app := string(tree(t, dir)["internal/gen/app/app.go"])
	for _, want := range []string{
		// The path spaces is another's by now.
		`sqlite.TableOptions{Indexes: [][]string{{"b", "c"}}, Before: []string{"rooms2"}, FieldsBefore: map[string][]string{"b": {"a"}}}`,
		`sqlite.TableOptions{Before: []string{"rooms", "channels"}}`,
	} {
		if !strings.Contains(app, want) {
			t.Errorf("no %s in\n%s", want, app)
		}
	}
}

// generate brings a project up to a spec.
func generate(t *testing.T, dir string, spec []byte) *folders.Plan {
	t.Helper()
	folder, err := folders.Open(dir, folders.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	remembered, err := folder.Schema()
	if err != nil {
		t.Fatal(err)
	}
	out, diags, err := generator.Generate(generator.Input{SpecPath: "feathers.yaml", Spec: spec, Remembered: remembered,
		Runtime: plan.Runtime{Mode: plan.Module, Version: "v0.1.0", Source: os.DirFS(root)}})
	if err != nil {
		t.Fatal(err)
	}
	if diags.HasErrors() {
		var text strings.Builder
		diags.Print(&text, false)
		t.Fatal(text.String())
	}
	p, err := folder.Compare(out.Files, folders.CompareOptions{Spec: spec, Moves: out.Moves, Schema: out.Schema})
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Apply(p); err != nil {
		t.Fatal(err)
	}
	return p
}

// vet compiles a project against this module's source.
func vet(t *testing.T, dir string) {
	t.Helper()
	source, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	modules, mod := map[string][]byte{}, t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		if modules[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, mod, modules)
	command(t, dir, "go", "mod", "edit", "-replace", module+"="+source, filepath.Join(mod, "go.mod"))
	command(t, dir, "go", "vet", "-modfile="+filepath.Join(mod, "go.mod"), "./...")
}

// TestARenameThereAndBackLeavesEveryByte does so to services of awkward names.
func TestARenameThereAndBackLeavesEveryByte(t *testing.T) {
	t.Parallel()
	names := []string{"notes", "type", "model", "error", "message", "messages", "2fa", "räume", "my_test", "user-roles", "HTMLPages", "id", "con",
		"app", "runtime", "string", "linux", "urls"}
	for i, from := range names {
		to := names[(i+1)%len(names)]
		t.Run(from+" to "+to, func(t *testing.T) {
			t.Parallel()
			spec := func(name, moved string) []byte {
				return []byte("version: 1\napp: { name: chat }\nstore: memory\nmoved: [" + moved + "]\nservices:\n  " + name +
					": { fields: { text: string!, kind: enum(a|b)! }, custom: { act: {} }, publish: nobody }\n  others: { fields: { ref: -> " + name + " }, publish: nobody }\n")
			}
			dir := t.TempDir()
			first := spec(from, "")
			generate(t, dir, first)
			edit(t, dir)
			before := usersFiles(t, dir)
			generate(t, dir, spec(to, "{ service: { from: "+from+", to: "+to+" } }"))
			if i%6 == 0 { // a compiler takes its time
				vet(t, dir)
			}
			generate(t, dir, spec(from, "{ service: { from: "+to+", to: "+from+" } }"))
			after := usersFiles(t, dir)
			for path, content := range before {
				if after[path] != content {
					t.Errorf("%s, there and back:\n%s\nwas\n%s", path, after[path], content)
				}
			}
			if len(after) != len(before) {
				t.Errorf("%d files, were %d", len(after), len(before))
			}
		})
	}
}

// edit adds a line to each of the user's Go files.
func edit(t *testing.T, dir string) {
	t.Helper()
	files := map[string][]byte{}
	for path, content := range usersFiles(t, dir) {
		files[path] = []byte(content + "\n// mine\n")
	}
	write(t, dir, files)
}

func usersFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for path, content := range tree(t, dir) {
		if strings.HasPrefix(path, "services/") {
			files[path] = string(content)
		}
	}
	return files
}
