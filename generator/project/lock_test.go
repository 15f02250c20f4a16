package project_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

const (
	hash1 = "11111111111111111111111111111111"
	hash2 = "22222222222222222222222222222222"
)

func TestLockWithConflictMarkersIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ours := []render.File{generated("a.go", "ours"), generated("both.go", "1")}
	run(t, dir, ours, project.CompareOptions{Runtime: "copy"})
	name := filepath.Join(dir, ".featherscaffold", "lock")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	conflict := strings.Join(lines[:4], "") +
		"<<<<<<< HEAD\n" + lines[4] +
		"||||||| 1a2b3c\n" +
		"=======\na.go generated - " + hash1 + " " + hash2 + " -\ntheirs.go generated - " + hash1 + " " + hash1 + " -\n" +
		">>>>>>> feature\n" + lines[5]
	write(t, dir, map[string]string{".featherscaffold/lock": conflict})

	p := run(t, dir, []render.File{generated("a.go", "new"), generated("both.go", "1")}, project.CompareOptions{Runtime: "copy"})
	if got, want := actions(p), "a.go=update"; got != want {
		t.Errorf("Compare reported %q, want %q: a file that one side wrote is not edited", got, want)
	}
	text, err = os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "<<<<") || strings.Contains(string(text), "theirs.go") {
		t.Errorf("the lock was not written clean:\n%s", text)
	}
}

func TestDamagedLockIsNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"an empty lock":         {"", "no line with the format's version"},
		"a newer format":        {"# featherscaffold lock 2\n", "newer featherscaffold"},
		"a number that is none": {"# featherscaffold lock x\n", "lock:1"},
		"an unknown header":     {"# featherscaffold lock 1\n# what 1\n", `lock:2: unknown header "what"`},
		"a line cut short":      {"# featherscaffold lock 1\na.go generated\n", "lock:2"},
		"a hash that is none":   {"# featherscaffold lock 1\na.go generated - x y -\n", `lock:2: "x" is no hash`},
		"an unknown class":      {"# featherscaffold lock 1\na.go mine - " + hash1 + " " + hash2 + " -\n", `unknown class "mine"`},
		"a path outside":        {"# featherscaffold lock 1\n../a.go once - " + hash1 + " " + hash2 + " -\n", "no path below the project"},
		"a service cut off":     {"# featherscaffold lock 1\na.go once - " + hash1 + " " + hash2 + "\n", "lock:2: want path"},
		"an unclosed quote":     {"# featherscaffold lock 1\n\"a b once\n", "not quoted properly"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, map[string]string{".featherscaffold/lock": tt.text})
			_, err := project.Open(dir, project.Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Open: error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestLaterReleasesProjectIsNotOpened(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		project, command string
		refused          bool
	}{
		"a later release":            {"v1.3.0", "v1.2.9", true},
		"an earlier release":         {"v1.2.9", "v1.3.0", false},
		"the same release":           {"v1.3.0", "v1.3.0", false},
		"a checkout after a release": {"v1.3.0", "development", false},
		"a release after a checkout": {"development", "v1.3.0", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, map[string]string{".featherscaffold/lock": "# featherscaffold lock 1\n# generator " + tt.project + "\n"})
			f, err := project.Open(dir, project.Options{Generator: tt.command})
			if err == nil {
				_ = f.Close()
			}
			var newer *project.NewerError
			if got := errors.As(err, &newer); got != tt.refused || !tt.refused && err != nil {
				t.Errorf("Open: error %v, want it refused: %v", err, tt.refused)
			}
		})
	}
}

// FuzzLock checks that a lock that can be read is read the same after it was
// written.
func FuzzLock(f *testing.F) {
	for _, seed := range []string{
		"", "# featherscaffold lock 1\n# runtime path ../x\n# spec " + hash1 + "\n",
		"# featherscaffold lock 1\na.go generated b.go@" + hash1 + " " + hash1 + " " + hash2 + " users " + hash1 + "\r\n",
		"# featherscaffold lock 1\n\"a b\" once - " + hash1 + " " + hash2 + " \"x y\"\n<<<<<<< a\n=======\n>>>>>>> b\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkReformat(t, data, project.ReformatLock) })
}

// FuzzJournal checks the same for a journal.
func FuzzJournal(f *testing.F) {
	for _, seed := range []string{
		"", "featherscaffold journal 1\nend\n",
		"featherscaffold journal 1\ndir \"a\"\nput \"a/b c\" - " + hash1 + "\nremove \"x\" " + hash2 + "\nend\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkReformat(t, data, project.ReformatJournal) })
}

func checkReformat(t *testing.T, data []byte, reformat func([]byte) ([]byte, error)) {
	t.Helper()
	once, err := reformat(data)
	if err != nil {
		return
	}
	twice, err := reformat(once)
	if err != nil {
		t.Fatalf("what was written can not be read: %v\n%q", err, once)
	}
	if !bytes.Equal(once, twice) {
		t.Fatalf("read and written again\n%q\nbecame\n%q", once, twice)
	}
}
