package verify_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/verify"
)

// module writes a module of two packages and a test.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":      "module example.com/m\n\ngo 1.26\n",
		"main.go":     "package main\n\nimport \"example.com/m/p\"\n\nfunc main() { p.F() }\n",
		"p/p.go":      "package p\n\nfunc F() {}\n",
		"p/p_test.go": "package p_test\n\nimport (\n\t\"testing\"\n\n\t\"example.com/m/p\"\n)\n\nfunc TestF(*testing.T) { p.F() }\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestProject(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files map[string][]byte
		want  string // in the compiler's output, "" for none
	}{
		{"nothing changes", nil, ""},
		{"a file that fits", map[string][]byte{"p/p.go": []byte("package p\n\nfunc F() { println() }\n")}, ""},
		{"a new package in a new folder", map[string][]byte{
			"q/r/r.go": []byte("package r\n"), "p/p.go": []byte("package p\n\nimport _ \"example.com/m/q/r\"\n\nfunc F() {}\n"),
		}, ""},
		{"a file that goes with its use", map[string][]byte{
			"p/p.go": nil, "p/p_test.go": nil, "main.go": []byte("package main\n\nfunc main() {}\n"),
		}, ""},
		{"a file that goes and is used", map[string][]byte{"p/p.go": nil}, "example.com/m/p"},
		{"a type error", map[string][]byte{"p/p.go": []byte("package p\n\nfunc F() { return 1 }\n")}, "p/p.go:3:19: too many return values"},
		{"an error in another package", map[string][]byte{"p/p.go": []byte("package p\n\nfunc F(int) {}\n")}, "main.go:5:"},
		{"an error in a test", map[string][]byte{"p/p_test.go": []byte("package p_test\n\nvar x int = \"\"\n")}, "p/p_test.go:3:"},
		{"a module that is not there", map[string][]byte{"go.mod": []byte("module example.com/n\n\ngo 1.26\n")}, "example.com/m/p"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := module(t)
			err := verify.Project(t.Context(), dir, tt.files)
			var failed *verify.Error
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("Project: %v", err)
			case tt.want != "" && (!errors.As(err, &failed) || !strings.Contains(failed.Output, tt.want)):
				t.Errorf("Project: error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestWithoutGo(t *testing.T) {
	t.Setenv("PATH", "")
	if err := verify.Project(t.Context(), t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "install Go") {
		t.Errorf("Project without the go command: %v, want an error that says how to get it", err)
	}
}
