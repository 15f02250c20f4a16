package need

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

const installTimeout = 5 * time.Minute

// manifest is what packages are installed from.
var manifest = [...]string{"package.json", "package-lock.json"}

// NPM returns a folder that has, in node_modules, the npm packages that the
// package.json and the package-lock.json in dir name. It lies in the user's
// cache and is shared by all who ask for the same packages: nothing in it may
// be changed. The first to ask installs them. Node and npm are needed.
func NPM(t testing.TB, dir string) string {
	t.Helper()
	Command(t, "node")
	npm := Command(t, "npm")
	modules, err := install(t.Context(), npm, dir)
	if err != nil {
		t.Fatalf("install npm packages: %v", err)
	}
	return modules
}

// install installs packages, unless they are there, in a folder named by a
// hash of what is asked for, so that a change installs anew.
func install(ctx context.Context, npm, source string) (string, error) {
	files, err := readManifest(source)
	if err != nil {
		return "", err
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	base = filepath.Join(base, "featherscaffold", "npm")
	dir := filepath.Join(base, hash(files))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(base, 0o755); err != nil {
		return "", err
	}
	// Installed beside and renamed: a half installed folder is never used.
	temp, err := os.MkdirTemp(base, "installing-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	if err := installAt(ctx, npm, temp, files); err != nil {
		return "", err
	}
	if err := os.Rename(temp, dir); err != nil {
		if _, statErr := os.Stat(dir); statErr != nil {
			return "", err // and not just somebody else's having been faster
		}
	}
	return dir, nil
}

func readManifest(dir string) (files [len(manifest)][]byte, err error) {
	for i, name := range manifest {
		if files[i], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return files, err
		}
	}
	return files, nil
}

func hash(files [len(manifest)][]byte) string {
	sum := sha256.New()
	for _, data := range files {
		fmt.Fprintf(sum, "%d\n%s", len(data), data)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func installAt(ctx context.Context, npm, dir string, files [len(manifest)][]byte) error {
	for i, name := range manifest {
		if err := os.WriteFile(filepath.Join(dir, name), files[i], 0o644); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return nil
}
