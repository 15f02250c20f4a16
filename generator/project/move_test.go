package project_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/merge"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

// move is the rename of the service in folder services/from to services/to.
func move(from, to string) []plan.Move {
	return []plan.Move{{From: "services/" + from, To: "services/" + to, Module: "m",
		Names: []merge.Renaming{
			{Kind: merge.RenameImport, From: "m/internal/gen/" + from, To: "m/internal/gen/" + to},
			{Kind: merge.RenameImport, From: "m/services/" + from, To: "m/services/" + to},
		},
		Own: []merge.Renaming{{Kind: merge.RenamePackage, From: from, To: to}}}}
}

// stubFiles are the files of one service.
func stubFiles(name string) []render.File {
	return []render.File{
		generated("internal/gen/"+name+"/"+name+".go", "package "+name+"\n"),
		stub("services/"+name+"/"+name+".go", "package "+name+"\n\nimport \"m/internal/gen/"+name+"\"\n\nvar X = "+name+".X\n"),
	}
}

func TestMoveThereAndBackLeavesEveryByte(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, stubFiles("a1"), project.CompareOptions{})
	write(t, dir, map[string]string{
		"services/a1/a1.go":           "package a1 // mine\r\n\r\nimport \"m/internal/gen/a1\"\r\n\r\nvar   Y = a1.X // a1\r\n",
		"services/a1/deep/x/x.go":     "package x\n",
		"services/a1/testdata/a1.txt": "a1",
		"services/a1/broken.go":       "package a1\n\nfunc {\n",
		"other/other.go":              "package other\n\nimport (\n\t\"m/services/a1\"\n\n\"m/services/a1/deep/x\"\n)\n\nvar a2 = a1.Y\nvar _ = x.X",
	})
	before := tree(t, dir)
	run(t, dir, stubFiles("a2"), project.CompareOptions{Moves: move("a1", "a2")})
	there := tree(t, dir)
	if want := "package a2 // mine\r\n\r\nimport \"m/internal/gen/a2\"\r\n\r\nvar   Y = a2.X // a1\r\n"; there["services/a2/a2.go"] != want {
		t.Errorf("services/a2/a2.go = %q, want %q", there["services/a2/a2.go"], want)
	}
	if _, left := there["services/a1/"]; left {
		t.Error("the folder is still there")
	}
	if !strings.Contains(there["other/other.go"], "a1 \"m/services/a2\"") {
		t.Errorf("a name that is taken is hidden:\n%s", there["other/other.go"])
	}
	run(t, dir, stubFiles("a1"), project.CompareOptions{Moves: move("a2", "a1")})
	after := tree(t, dir)
	maps.DeleteFunc(after, func(path, _ string) bool { return strings.HasPrefix(path, ".featherscaffold/undo") })
	// The name that the package keeps where its own is taken is redundant now.
	after["other/other.go"] = strings.Replace(after["other/other.go"], "a1 \"m", "\"m", 1)
	if d := diff(after, before); d != "" {
		t.Errorf("there and back:\n%s", d)
	}
}

func TestMoveRefusesToCoverAFile(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"at the new place": {"services/b/x.go": "package b\n", "services/a/x.go": "package a\n"},
		"of the new name":  {"services/a/b.go": "package a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			run(t, dir, stubFiles("a"), project.CompareOptions{})
			write(t, dir, files)
			f, err := project.Open(dir, project.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			before := tree(t, dir)
			if _, err := f.Compare(stubFiles("b"), project.CompareOptions{Moves: move("a", "b")}); err == nil || !strings.Contains(err.Error(), "is in the way") {
				t.Errorf("Compare: error %v, want one about what is in the way", err)
			}
			if d := diff(tree(t, dir), before); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestServicesMayTakeEachOthersPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, append(stubFiles("a"), stubFiles("b")...), project.CompareOptions{})
	write(t, dir, map[string]string{"services/a/a.go": "package a // was a\n", "services/b/b.go": "package b // was b\n"})
	run(t, dir, append(stubFiles("b"), stubFiles("c")...), project.CompareOptions{Moves: append(move("a", "b"), move("b", "c")...)})
	got := tree(t, dir)
	for path, want := range map[string]string{"services/b/b.go": "package b // was a\n", "services/c/c.go": "package c // was b\n", "services/a/a.go": ""} {
		if got[path] != want {
			t.Errorf("%s = %q, want %q", path, got[path], want)
		}
	}
}

func TestWhatWaitsForAFileMovesWithIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, stubFiles("a"), project.CompareOptions{})
	write(t, dir, map[string]string{"services/a/a.go": "package a\n\nfunc {\n"})
	changed := stubFiles("a")
	changed[1].Content = append(changed[1].Content, "\nfunc F() {}\n"...)
	if p := run(t, dir, changed, project.CompareOptions{}); p.Count(project.Conflict) != 1 {
		t.Fatalf("actions %s, want a conflict", actions(p))
	}
	moved := stubFiles("b")
	moved[1].Content = append(moved[1].Content, "\nfunc F() {}\n"...)
	run(t, dir, moved, project.CompareOptions{Moves: move("a", "b")})
	got := tree(t, dir)
	if want := string(moved[1].Content); got[".featherscaffold/incoming/services/b/b.go"] != want {
		t.Errorf("incoming: %q, want %q", got[".featherscaffold/incoming/services/b/b.go"], want)
	}
	if _, left := got[".featherscaffold/incoming/services/a/a.go"]; left {
		t.Error("it still waits at the old place, too")
	}
	if _, p := compare(t, dir, moved, project.CompareOptions{}); !p.Empty() {
		t.Errorf("another run writes: %s", actions(p))
	}
}

func TestUndoTakesAMoveBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, stubFiles("a"), project.CompareOptions{Schema: []byte("a\n")})
	write(t, dir, map[string]string{"services/a/a.go": "package a // mine\n"})
	before := tree(t, dir)
	f, p := compare(t, dir, stubFiles("b"), project.CompareOptions{Schema: []byte("b\n"), Moves: move("a", "b")})
	if err := f.Apply(p); err != nil {
		t.Fatal(err)
	}
	p, err := f.Undo()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Apply(p); err != nil {
		t.Fatal(err)
	}
	got := tree(t, dir)
	for path := range before {
		if !strings.HasPrefix(path, ".featherscaffold/undo") && got[path] != before[path] {
			t.Errorf("%s = %q, was %q", path, got[path], before[path])
		}
	}
	if _, left := got["services/b/"]; left {
		t.Error("services/b is still there")
	}
}
