//go:build linux || darwin

package cluster_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/cluster"
)

// refused runs a cluster that can not even begin.
func refused(t *testing.T, o cluster.Options) error {
	t.Helper()
	o.Workers, o.Addr = 1, "127.0.0.1:0"
	err := cluster.Run(t.Context(), o, func(context.Context, *cluster.Worker) error {
		t.Error("the app was called in the supervisor")
		return nil
	})
	if err == nil {
		t.Fatal("Run = nil")
	}
	return err
}

func TestFolderThatOthersMayEnterIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open, link, file := filepath.Join(dir, "open"), filepath.Join(dir, "link"), filepath.Join(dir, "file")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(open, link); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		open: "must belong to you, with mode 0700", link: "is not a folder", file: "is not a folder",
		filepath.Join(dir, strings.Repeat("x", 100)): "its path is too long for sockets",
		filepath.Join(dir, "no", "parent"):           "no such file or directory",
	} {
		if err := refused(t, cluster.Options{Dir: path}); !strings.Contains(err.Error(), want) {
			t.Errorf("Run in %s = %v, want %s", path, err, want)
		}
	}
	if _, err := cluster.Status(t.Context(), open); err == nil || err == cluster.ErrNotRunning {
		t.Errorf("Status in a folder that others may enter: %v", err)
	}
}

func TestDirIsShortAndEachAppsOwn(t *testing.T) {
	t.Parallel()
	a, b, c := cluster.Dir("chat", ":3030"), cluster.Dir("chat", ":3031"), cluster.Dir("mail", ":3030")
	if a == b || a == c || a != cluster.Dir("chat", ":3030") {
		t.Errorf("folders %s, %s, %s", a, b, c)
	}
	if rest := strings.TrimPrefix(a, os.TempDir()); len(rest) > 30 {
		t.Errorf("%s is long", rest)
	}
}

func TestNobodyToTalkTo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	for range 2 {
		if _, err := cluster.Status(t.Context(), dir); err != cluster.ErrNotRunning {
			t.Errorf("Status = %v, want ErrNotRunning", err)
		}
		if err := cluster.Reload(t.Context(), dir); err != cluster.ErrNotRunning {
			t.Errorf("Reload = %v, want ErrNotRunning", err)
		}
		_ = os.Mkdir(dir, 0o700)
	}
}
