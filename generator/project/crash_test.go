package project_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

var errKilled = errors.New("killed")

// A step is one run with faults: what was there, what it would write.
type step struct {
	name          string
	first, second []render.File
	between       []render.File // a run before the edits, nil for none
	edit          map[string]string
	late          []render.File // a run after the edits, nil for none
	opts          project.CompareOptions
	// then says what the run with faults does; nil for Compare with second.
	then func(*project.Folder) (*project.Plan, error)
}

// plan is what the run with faults does.
func (s step) plan(f *project.Folder) (*project.Plan, error) {
	if s.then != nil {
		return s.then(f)
	}
	return f.Compare(s.second, s.opts)
}

func steps() []step {
	return []step{{
		name:   "into an empty folder",
		second: []render.File{generated("gen/a.go", "a1"), stub("services/s.go", goA), shared("go.mod", modA), once("LICENSE", "l")},
	}, {
		name: "over a project that the user edited",
		first: []render.File{
			generated("gen/a.go", "a1"), generated("gen/edited.go", "e1"), generated("gen/old/o.go", "o1"),
			stub("services/s.go", goA), shared("go.mod", modA), shared("Makefile", "m1"),
		},
		edit: map[string]string{"services/s.go": goAMine, "go.mod": modMine, "gen/edited.go": "my own", "Makefile": "my make"},
		second: []render.File{
			generated("gen/a.go", "a2"), generated("gen/edited.go", "e2"), generated("gen/new/n.go", "n1"),
			stub("services/s.go", goAB), shared("go.mod", modA2), shared("Makefile", "m2"),
		},
		opts: project.CompareOptions{Force: true},
	}, {
		name:   "that follows a rename",
		first:  stubFiles("a"),
		edit:   map[string]string{"services/a/a.go": "package a // mine\n", "services/a/x.txt": "x", "o/o.go": "package o\n\nimport \"m/services/a\"\n\nvar _ = a.X\n"},
		second: stubFiles("b"),
		opts:   project.CompareOptions{Moves: move("a", "b"), Schema: []byte("b\n")},
	}, {
		name: "that undoes the last one",
		first: []render.File{
			generated("gen/a.go", "a1"), generated("gen/old/o.go", "o1"), stub("services/s.go", goA), shared("Makefile", "m1"),
		},
		between: []render.File{
			generated("gen/a.go", "a2"), generated("gen/new/n.go", "n1"), stub("services/s.go", goAB), shared("Makefile", "m2"),
		},
		then: (*project.Folder).Undo,
	}, {
		name:   "that merges and prunes",
		first:  []render.File{stub("s.go", goA), stub("gone.go", goA), shared("Makefile", "a\nb\nc\n"), shared("go.mod", modA)},
		edit:   map[string]string{"s.go": goAMine, "gone.go": goAMine, "Makefile": "a\nb\nmine\n", "go.mod": modMine},
		second: []render.File{stub("s.go", goAB), shared("Makefile", "ours\nb\nc\n"), shared("go.mod", modA2)},
		opts:   project.CompareOptions{Prune: true},
	}, {
		name:  "that resolves conflicts",
		first: []render.File{generated("gen/a.go", "a1"), shared("Makefile", "m1")},
		edit:  map[string]string{"gen/a.go": "mine", "Makefile": "mine"},
		late:  []render.File{generated("gen/a.go", "a2"), shared("Makefile", "m2")},
		then:  func(f *project.Folder) (*project.Plan, error) { return f.Resolve(project.Theirs) },
	}, {
		name:  "that ejects",
		first: []render.File{generated("gen/a.go", "a1"), shared("Makefile", "m1")},
		then:  func(f *project.Folder) (*project.Plan, error) { return f.Eject("gen/a.go", "Makefile") },
	}}
}

// smallStep has one file of each fate, for tests that fail twice in a run.
func smallStep() step {
	return step{
		first:  []render.File{generated("gen/a.go", "a1"), generated("gen/old/o.go", "o1")},
		second: []render.File{generated("gen/a.go", "a2"), generated("gen/new/n.go", "n1")},
	}
}

// prepare returns a folder in the state before the step's second run.
func (s step) prepare(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if s.first != nil {
		run(t, dir, s.first, project.CompareOptions{})
	}
	if s.between != nil {
		run(t, dir, s.between, project.CompareOptions{})
	}
	write(t, dir, s.edit)
	if s.late != nil {
		run(t, dir, s.late, project.CompareOptions{})
	}
	return dir
}

// after returns the tree of a second run without faults.
func (s step) after(t *testing.T) map[string]string {
	t.Helper()
	dir := s.prepare(t)
	s.run(t, dir)
	return tree(t, dir)
}

func (s step) run(t *testing.T, dir string) {
	t.Helper()
	if err := s.withFault(dir, func(int, string, string) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

// withFault runs the step's second run, asking fault about every operation.
func (s step) withFault(dir string, fault func(n int, operation, path string) error) error {
	n := 0
	f, err := project.OpenWithFaults(dir, func(operation, path string) error {
		n++
		return fault(n, operation, path)
	})
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	p, err := s.plan(f)
	if err != nil {
		return err
	}
	return f.Apply(p)
}

// operations counts those of the step's second run.
func (s step) operations(t *testing.T) int {
	t.Helper()
	total := 0
	err := s.withFault(s.prepare(t), func(n int, _, _ string) error {
		total = n
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return total
}

// killAt makes operation k and all after it fail, as for a process that is
// gone; k counts from 1.
func killAt(k int) func(n int, operation, path string) error {
	return func(n int, _, _ string) error {
		if n >= k {
			return errKilled
		}
		return nil
	}
}

// bury makes the run lock that a killed run has left that of a process that
// is gone.
func bury(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Join(dir, ".featherscaffold", "run.lock")
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) || len(text) == 0 {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	_, host, _ := strings.Cut(string(text), " ")
	if err := os.WriteFile(name, []byte("2147483646 "+host), 0o666); err != nil {
		t.Fatal(err)
	}
}

// withoutUndo leaves what is kept for Undo out of a tree: a full disk costs it.
func withoutUndo(tree map[string]string) map[string]string {
	rest := maps.Clone(tree)
	maps.DeleteFunc(rest, func(path, _ string) bool { return strings.HasPrefix(path, ".featherscaffold/undo/") })
	return rest
}

func TestKilledRunIsFinishedOrUndone(t *testing.T) {
	t.Parallel()
	for _, s := range steps() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			before, after := tree(t, s.prepare(t)), s.after(t)
			undone, finished := 0, 0
			for k := 1; ; k++ {
				dir := s.prepare(t)
				err := s.withFault(dir, killAt(k))
				if err == nil {
					break
				}
				bury(t, dir)
				switch got := reopened(t, dir); {
				case diff(got, before) == "":
					undone++
				case diff(got, after) == "":
					finished++
				default:
					t.Fatalf("killed at operation %d, the next Open left neither the old tree\n%s\nnor the new one\n%s", k, diff(got, before), diff(got, after))
				}
				if s.then != nil {
					continue // done again, it would take itself back
				}
				s.run(t, dir)
				if d := diff(tree(t, dir), after); d != "" {
					t.Fatalf("killed at operation %d, the next run gave another tree:\n%s", k, d)
				}
			}
			if undone == 0 || finished == 0 {
				t.Errorf("%d runs were undone and %d finished, want some of both", undone, finished)
			}
		})
	}
}

// reopened opens and closes the project and returns its tree.
func reopened(t *testing.T, dir string) map[string]string {
	t.Helper()
	f, err := project.Open(dir, project.Options{})
	if err != nil {
		t.Fatalf("Open after a kill: %v", err)
	}
	_ = f.Close()
	return tree(t, dir)
}

func TestKilledRecoveryIsRepeated(t *testing.T) {
	t.Parallel()
	s := smallStep()
	before, after := tree(t, s.prepare(t)), s.after(t)
	for k := 1; ; k += 2 {
		if err := s.withFault(s.prepare(t), killAt(k)); err == nil {
			break
		}
		for r := 1; ; r++ {
			dir := s.prepare(t)
			_ = s.withFault(dir, killAt(k))
			bury(t, dir)
			if recoverKilled(dir, r) == nil {
				break
			}
			bury(t, dir)
			got := reopened(t, dir)
			if diff(got, before) != "" && diff(got, after) != "" {
				t.Fatalf("killed at operation %d and again at %d of the recovery, the next Open left\n%s", k, r, diff(got, after))
			}
		}
	}
}

func TestKilledUndoIsRepeated(t *testing.T) {
	t.Parallel()
	s := smallStep()
	before, after := tree(t, s.prepare(t)), s.after(t)
	operations, undone := s.operations(t), 0
	for k := operations / 2; k <= operations; k++ {
		for r := 1; ; r += 2 {
			dir := s.prepare(t)
			killed := false
			_ = s.withFault(dir, func(n int, operation, path string) error {
				switch {
				case n == k && operation != "remove": // removing takes no space
					return &os.PathError{Op: operation, Path: path, Err: syscall.ENOSPC}
				case n >= k+r:
					killed = true
					return errKilled
				}
				return nil
			})
			if !killed {
				break
			}
			_, err := os.Stat(filepath.Join(dir, ".featherscaffold", "txn", "undo"))
			bury(t, dir)
			got := reopened(t, dir)
			if err == nil {
				undone++
				if d := diff(got, before); d != "" {
					t.Fatalf("full at operation %d and killed %d later, the undo was not finished:\n%s", k, r, d)
				}
			} else if diff(got, before) != "" && diff(withoutUndo(got), withoutUndo(after)) != "" {
				t.Fatalf("full at operation %d and killed %d later, the next Open left\n%s", k, r, diff(got, after))
			}
		}
	}
	if undone == 0 {
		t.Error("no undo was killed")
	}
}

func recoverKilled(dir string, at int) error {
	n := 0
	f, err := project.OpenWithFaults(dir, func(string, string) error {
		n++
		return killAt(at)(n, "", "")
	})
	if err == nil {
		return f.Close()
	}
	return err
}

func TestFullDiskLeavesTheProjectAsItWas(t *testing.T) {
	t.Parallel()
	// From operation k on the disk takes nothing more; what frees space works.
	full := func(k int) func(int, string, string) error {
		return func(n int, operation, path string) error {
			switch {
			case n < k, operation == "remove", operation == "rename" && n > k:
				return nil
			}
			return &os.PathError{Op: operation, Path: path, Err: syscall.ENOSPC}
		}
	}
	// At operation k the disk is full for a moment.
	once := func(k int) func(int, string, string) error {
		return func(n int, operation, path string) error {
			if n != k || operation == "remove" {
				return nil
			}
			return &os.PathError{Op: operation, Path: path, Err: syscall.ENOSPC}
		}
	}
	for _, s := range steps() {
		for name, fault := range map[string]func(int) func(int, string, string) error{"from then on": full, "for a moment": once} {
			t.Run(s.name+" "+name, func(t *testing.T) {
				t.Parallel()
				before, after := tree(t, s.prepare(t)), s.after(t)
				failed, operations := 0, s.operations(t)
				for k := 1; k <= operations; k++ {
					dir := s.prepare(t)
					err := s.withFault(dir, fault(k))
					want := before
					if err == nil {
						want = after
					} else {
						failed++
						if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "no space left") {
							t.Fatalf("full at operation %d: error %v, want one that says so", k, err)
						}
					}
					if d := diff(withoutUndo(tree(t, dir)), withoutUndo(want)); d != "" {
						t.Fatalf("full at operation %d (error %v), the tree differs:\n%s", k, err, d)
					}
				}
				if failed < 5 {
					t.Errorf("%d runs met a full disk, want more", failed)
				}
			})
		}
	}
}

func TestUsersEditAfterAKillIsSaved(t *testing.T) {
	t.Parallel()
	s := step{first: []render.File{generated("a.go", "1"), generated("b.go", "1")}, second: []render.File{generated("a.go", "2")}}
	saved := 0
	for k := 1; ; k++ {
		dir := s.prepare(t)
		if s.withFault(dir, killAt(k)) == nil {
			break
		}
		bury(t, dir)
		write(t, dir, map[string]string{"a.go": "mine", "b.go": "mine, too"})
		got := reopened(t, dir)
		if got["b.go"] != "mine, too" {
			t.Fatalf("killed at operation %d: b.go holds %q, want the user's", k, got["b.go"])
		}
		switch {
		case got["a.go"] == "mine":
		case got[backup("a.go", "mine")] == "mine":
			saved++
		default:
			t.Fatalf("killed at operation %d: the user's a.go is lost, left is %v", k, got)
		}
	}
	if saved == 0 {
		t.Error("no run was finished over the user's edit")
	}
}

func TestEditWhileRunningStopsTheRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, []render.File{generated("a.go", "1")}, project.CompareOptions{})
	f, p := compare(t, dir, []render.File{generated("a.go", "2")}, project.CompareOptions{})
	write(t, dir, map[string]string{"a.go": "mine"})
	before := tree(t, dir)
	if err := f.Apply(p); err == nil || !strings.Contains(err.Error(), "changed meanwhile") {
		t.Errorf("Apply: error %v, want one that says that a file changed", err)
	}
	if d := diff(tree(t, dir), before); d != "" {
		t.Errorf("the run changed the tree:\n%s", d)
	}
}

func TestRunsExcludeEachOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := []render.File{generated("a.go", "1")}
	f, p := compare(t, dir, files, project.CompareOptions{})
	second, secondPlan := compare(t, dir, []render.File{generated("a.go", "2")}, project.CompareOptions{})
	if err := f.Apply(p); err != nil {
		t.Fatal(err)
	}
	if err := second.Apply(secondPlan); err == nil || !strings.Contains(err.Error(), "meanwhile") {
		t.Errorf("Apply of a plan that is out of date: error %v, want one that says so", err)
	}

	host, _ := os.Hostname()
	lock := fmt.Sprintf("%d %s\n", os.Getpid(), host)
	write(t, dir, map[string]string{".featherscaffold/run.lock": lock})
	third, thirdPlan := compare(t, dir, []render.File{generated("a.go", "3")}, project.CompareOptions{})
	var busy *project.BusyError
	if err := third.Apply(thirdPlan); !errors.As(err, &busy) {
		t.Errorf("Apply beside another run: error %v, want a *BusyError", err)
	}
	checkFiles(t, dir, map[string]string{"a.go": "1", ".featherscaffold/run.lock": lock})

	write(t, dir, map[string]string{".featherscaffold/run.lock": "1 some-other-host\n"})
	if err := third.Apply(thirdPlan); !errors.As(err, &busy) || !strings.Contains(err.Error(), "some-other-host") {
		t.Errorf("Apply beside a run of another host: error %v, want a *BusyError that names the host", err)
	}
	for _, stale := range []string{"", "garbage", "2147483646 " + host + "\n"} {
		write(t, dir, map[string]string{".featherscaffold/run.lock": stale})
		run(t, dir, []render.File{generated("a.go", "after "+stale)}, project.CompareOptions{})
		checkFiles(t, dir, map[string]string{".featherscaffold/run.lock": deleted})
	}
}

func TestReadOnlyOpenOfAnInterruptedProject(t *testing.T) {
	t.Parallel()
	s := smallStep()
	staged, interrupted := 0, 0
	for k := 1; ; k++ {
		dir := s.prepare(t)
		if s.withFault(dir, killAt(k)) == nil {
			break
		}
		bury(t, dir)
		before := tree(t, dir)
		f, err := project.Open(dir, project.Options{ReadOnly: true})
		switch {
		case err == nil:
			staged++
			_ = f.Close()
		case errors.Is(err, project.ErrInterrupted):
			interrupted++
		default:
			t.Fatalf("killed at operation %d: Open: %v", k, err)
		}
		if d := diff(tree(t, dir), before); d != "" {
			t.Fatalf("a read-only Open changed the tree:\n%s", d)
		}
	}
	if staged == 0 || interrupted == 0 {
		t.Errorf("%d opens succeeded and %d found an interrupted run, want some of both", staged, interrupted)
	}
}
