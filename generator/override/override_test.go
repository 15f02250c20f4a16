package override_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/override"
)

func write(t *testing.T, dir, id, text string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(override.Path(id)))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestEachNameHasATemplate(t *testing.T) {
	t.Parallel()
	ids, err := override.IDs()
	if err != nil || !slices.Contains(ids, "cmd/app/main.go") || !slices.Contains(ids, "partials/record") {
		t.Fatalf("IDs = %q, %v", ids, err)
	}
	dir := t.TempDir()
	for _, id := range ids {
		if err := override.Eject(dir, id); err != nil {
			t.Errorf("Eject(%s): %v", id, err)
		}
	}
	list, err := override.All(dir)
	if err != nil || len(list) != len(ids) {
		t.Fatalf("All has %d templates, %v; want %d", len(list), err, len(ids))
	}
	for _, one := range list {
		if one.Outdated() || string(one.Own) != string(one.Now) {
			t.Errorf("%s is not ours right after it was taken over", one.ID)
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ id, text, want string }{
		"CRLF of a checkout":   {"Dockerfile", "FROM x\r\nRUN y\r\n", ""},
		"a name of none":       {"nothing", "x", ".featherscaffold/templates/nothing.tmpl: there is no template nothing"},
		"a conflict":           {"Dockerfile", "a\n<<<<<<< yours\n", "Dockerfile.tmpl:2: a conflict is not resolved"},
		"a very long template": {"Dockerfile", strings.Repeat("x", 1<<20+1), "Dockerfile.tmpl is larger than 1024 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, tt.id, tt.text)
			own, err := override.Read(dir)
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("Read: error %v, want %q in it", err, tt.want)
				}
				return
			}
			if want := strings.ReplaceAll(tt.text, "\r\n", "\n"); err != nil || own[tt.id] != want {
				t.Errorf("Read = %q, %v, want %q", own[tt.id], err, want)
			}
		})
	}
	if own, err := override.Read(t.TempDir()); own != nil || err != nil {
		t.Errorf("Read of a project without templates = %v, %v", own, err)
	}
}
