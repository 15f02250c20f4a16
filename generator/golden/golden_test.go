package golden_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/golden"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

func files(contents map[string]string) []render.File {
	list := []render.File{{Path: ".featherscaffold/schema.json", Content: []byte("{}")}}
	for path, content := range contents {
		list = append(list, render.File{Path: path, Content: []byte(content)})
	}
	return list
}

func write(t *testing.T, dir, path, content string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestCompareNamesWhatDiffers(t *testing.T) {
	t.Parallel()
	recorded := map[string][]byte{"b.go": []byte("1\n2\n3\n"), "gone/x.go": []byte("x"), ".featherscaffold/schema.json": []byte("{}")}
	got := golden.Compare(recorded, files(map[string]string{"a.go": "a", "b.go": "1\ntwo\n3\n"}))
	want := []golden.Difference{
		{Path: "a.go", Kind: golden.Missing},
		{Path: "b.go", Kind: golden.Different, Line: 2, Diff: "--- a/b.go\n+++ b/b.go\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n"},
		{Path: "gone/x.go", Kind: golden.Extra},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Compare = %+v\nwant %+v", got, want)
	}
}

func TestRecordMakesTheFolderEqual(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "testdata", "golden")
	record := func(contents map[string]string, written, removed int) {
		t.Helper()
		list := files(contents)
		w, r, err := golden.Record(dir, list)
		if err != nil || w != written || r != removed {
			t.Errorf("Record = %d written, %d removed, error %v; want %d, %d and none", w, r, err, written, removed)
		}
		recorded, err := golden.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if left := golden.Compare(recorded, list); len(left) > 0 {
			t.Errorf("after Record the folder differs: %+v", left)
		}
	}
	record(map[string]string{"a.go": "a", "x": "x", "deep/er/b.go": "b"}, 4, 0)
	record(map[string]string{"a.go": "a", "x": "x", "deep/er/b.go": "b"}, 0, 0)
	// A file where a folder was, and the other way round.
	record(map[string]string{"a.go": "a2", "x/y": "y", "deep": "file"}, 3, 2)
}

func TestRecordLeavesOtherFoldersAlone(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string][]string{
		"somebody's files": {"letter.txt"},
		"a project":        {".featherscaffold/schema.json", ".featherscaffold/lock"},
		"a repository":     {".featherscaffold/schema.json", ".git/HEAD"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, path := range lie {
				write(t, dir, path, "mine")
			}
			if _, _, err := golden.Record(dir, files(map[string]string{"a.go": "a"})); !errors.Is(err, golden.ErrForeign) {
				t.Errorf("Record: error %v, want ErrForeign", err)
			}
			recorded, err := golden.Read(dir)
			if err != nil || len(recorded) != len(lie) {
				t.Errorf("Record left %d files, %v; want the %d that there were", len(recorded), err, len(lie))
			}
		})
	}
}
