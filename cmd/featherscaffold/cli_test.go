package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// testCLI returns a cli of a build, with what it prints.
func testCLI(b build) (c *cli, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return &cli{stdout: stdout, stderr: stderr, build: b, color: "auto"}, stdout, stderr
}

func TestReleasedBuildRequiresItself(t *testing.T) {
	t.Parallel()
	c, _, stderr := testCLI(build{version: "v1.2.3", sum: "h1:abc="})
	dir := filepath.Join(t.TempDir(), "chat")
	if err := c.new(dir, newFlags{}); err != nil {
		t.Fatalf("new: %v\n%s", err, stderr)
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(mod), runtimeModule+" v1.2.3") || strings.Contains(string(mod), "replace") {
		t.Errorf("go.mod is\n%s\nwant it to require v1.2.3 and to replace nothing", mod)
	}
	sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	if want := runtimeModule + " v1.2.3 h1:abc=\n"; !strings.Contains(string(sum), want) {
		t.Errorf("go.sum is\n%s\nwant the line %s", sum, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "third_party")); err == nil {
		t.Error("the runtime was copied")
	}
}

func TestNewerReleaseUpdatesTheRequirement(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "chat")
	old, _, _ := testCLI(build{version: "v1.2.3"})
	if err := old.new(dir, newFlags{}); err != nil {
		t.Fatal(err)
	}
	c, stdout, stderr := testCLI(build{version: "v1.3.0"})
	if err := c.generate(t.Context(), dir, generateFlags{}); err != nil {
		t.Fatalf("generate: %v\n%s", err, stderr)
	}
	if got, want := stdout.String(), "updated   go.mod\n"; !strings.HasPrefix(got, want) {
		t.Errorf("generate printed\n%s\nwant %q first", got, want)
	}
	if mod, _ := os.ReadFile(filepath.Join(dir, "go.mod")); !strings.Contains(string(mod), "v1.3.0") {
		t.Errorf("go.mod is\n%s\nwant v1.3.0 in it", mod)
	}
}

func TestBuildWithLocalChangesIsDevelopment(t *testing.T) {
	t.Parallel()
	if readBuild().released() {
		t.Error("a test binary counts as released")
	}
}

func TestArgumentsAreQuotedForAShell(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"chat": "chat", "../a/b-c.d": "../a/b-c.d", "my app": "'my app'", "it's": `'it'\''s'`, "-x": "'-x'", "$HOME": "'$HOME'", "": "''",
	} {
		if got := quoteArg(arg); got != want {
			t.Errorf("quoteArg(%q) = %s, want %s", arg, got, want)
		}
	}
}

func TestAppName(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]string{
		"chat": "chat", "My Shop": "my-shop", "über_app.v2": "ber-app-v2", "2fa": "app-2fa",
		"--x--": "x", "日本": "app", "/": "app", ".": "app",
	} {
		if got := appName(folder); got != want {
			t.Errorf("appName(%q) = %q, want %q", folder, got, want)
		}
	}
}
