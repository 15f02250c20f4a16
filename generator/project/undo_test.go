package project_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

// undo takes back the last run.
func undo(t *testing.T, dir string) *project.Plan {
	t.Helper()
	f, err := project.Open(dir, project.Options{})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer func() { _ = f.Close() }()
	p, err := f.Undo()
	if err != nil {
		t.Fatalf("Undo: %v", err)
	}
	if err := f.Apply(p); err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return p
}

// undoError returns what Undo says.
func undoError(t *testing.T, dir string) error {
	t.Helper()
	f, err := project.Open(dir, project.Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer func() { _ = f.Close() }()
	_, err = f.Undo()
	return err
}

func TestUndoAndUndoAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, []render.File{
		generated("gen/a.go", "1"), generated("gen/edited.go", "1"), generated("gen/old/o.go", "1"), shared("Makefile", "1"), shared("go.mod", modA),
	}, project.CompareOptions{})
	write(t, dir, map[string]string{"gen/edited.go": "mine\r\n", "go.mod": modMine, "Makefile": "mine"})
	before := tree(t, dir)
	run(t, dir, []render.File{
		generated("gen/a.go", "2"), generated("gen/edited.go", "2"), generated("gen/new/n.go", "2"), shared("Makefile", "2"), shared("go.mod", modA2),
	}, project.CompareOptions{Force: true})
	after := tree(t, dir)
	for range 2 {
		p := undo(t, dir)
		if got, want := actions(p), "Makefile=update gen/a.go=update gen/edited.go=update gen/new/n.go=delete gen/old/o.go=create go.mod=update"; got != want {
			t.Errorf("Undo reported %q, want %q", got, want)
		}
		if d := diff(withoutUndo(tree(t, dir)), withoutUndo(before)); d != "" {
			t.Errorf("undone, the tree differs from before:\n%s", d)
		}
		undo(t, dir)
		if d := diff(withoutUndo(tree(t, dir)), withoutUndo(after)); d != "" {
			t.Errorf("undone twice, the tree differs from after:\n%s", d)
		}
	}
}

func TestUndoIsRefusedAfterAnEdit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := func(v string) []render.File {
		return []render.File{generated("a.go", v), generated("b.go", v), generated("c.go", v), generated("d.go", "1")}
	}
	run(t, dir, files("1"), project.CompareOptions{})
	run(t, dir, files("2"), project.CompareOptions{})
	write(t, dir, map[string]string{"a.go": "mine", "c.go": deleted, "d.go": "the run has not touched it"})
	before := tree(t, dir)
	var changed *project.ChangedError
	if err := undoError(t, dir); !errors.As(err, &changed) || !slices.Equal(changed.Files, []string{"a.go", "c.go"}) {
		t.Errorf("Undo: error %v, want a *ChangedError with a.go and c.go", err)
	}
	if d := diff(tree(t, dir), before); d != "" {
		t.Errorf("a refused undo changed the tree:\n%s", d)
	}
	write(t, dir, map[string]string{"a.go": "2", "c.go": "2"})
	undo(t, dir)
	checkFiles(t, dir, map[string]string{"a.go": "1", "b.go": "1", "c.go": "1", "d.go": "the run has not touched it"})
}

func TestOffersDoNotHinderUndo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, []render.File{generated("a.go", "1"), generated("b.go", "1")}, project.CompareOptions{})
	write(t, dir, map[string]string{"a.go": "mine"})
	run(t, dir, []render.File{generated("a.go", "2"), generated("b.go", "2")}, project.CompareOptions{})
	write(t, dir, map[string]string{incoming + "a.go": deleted})
	undo(t, dir)
	checkFiles(t, dir, map[string]string{"a.go": "mine", "b.go": "1"})
}

func TestMakingOfAProjectIsNotUndone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := undoError(t, dir); !errors.Is(err, project.ErrNothingToUndo) {
		t.Errorf("Undo in an empty folder: %v, want ErrNothingToUndo", err)
	}
	run(t, dir, []render.File{generated("a.go", "1")}, project.CompareOptions{})
	if err := undoError(t, dir); !errors.Is(err, project.ErrNothingToUndo) {
		t.Errorf("Undo of a project's making: %v, want ErrNothingToUndo", err)
	}
}
