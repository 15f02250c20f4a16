package project_test

import (
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

const (
	incoming = ".featherscaffold/incoming/"
	modA     = "module example.com/chat\n\ngo 1.26\n\nrequire example.com/a v1.0.0\n"
	modA2    = "module example.com/chat\n\ngo 1.26\n\nrequire example.com/a v1.2.0\n"
	modMine  = "module example.com/chat\n\ngo 1.26\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/mine v0.1.0\n)\n"
	modBoth  = "module example.com/chat\n\ngo 1.26\n\nrequire (\n\texample.com/a v1.2.0\n\texample.com/mine v0.1.0\n)\n"
)

// A stub and a main in several versions.
const (
	funcA     = "// A does a.\nfunc A() {}\n"
	funcA2    = "// A does a.\nfunc A() { println() }\n"
	funcB     = "// B does b.\nfunc B() {}\n"
	funcB2    = "// B does b.\nfunc B(n int) {}\n"
	funcBMine = "// B does b.\nfunc B() { panic(\"mine\") }\n"
	goA       = "package s\n\n" + funcA
	goA2      = "package s\n\n" + funcA2
	goAMine   = "package s\n\n// A does a.\nfunc A()   { panic(\"mine\") } // not formatted\n"
	goAB      = goA + "\n" + funcB
)

func backup(path, content string) string {
	return ".featherscaffold/backup/" + path + "." + project.Hash([]byte(content))[:8]
}

// TestDecisions has a row for each line of the table of who wins.
func TestDecisions(t *testing.T) {
	t.Parallel()
	type files = []render.File
	type texts = map[string]string
	tests := []struct {
		name    string
		first   files // nil: no run came before
		edit    texts
		second  files
		opts    project.CompareOptions
		want    texts  // afterwards on disk
		actions string // path=action of what is reported, sorted
		person  bool
	}{{
		name:    "a new file is created",
		second:  files{generated("a/b.go", "1")},
		want:    texts{"a/b.go": "1"},
		actions: "a/b.go=create",
	}, {
		name:    "a generated file as in the lock is rewritten",
		first:   files{generated("a.go", "1")},
		second:  files{generated("a.go", "2")},
		want:    texts{"a.go": "2"},
		actions: "a.go=update",
	}, {
		name:    "an edited generated file keeps the user's bytes and offers ours",
		first:   files{generated("a.go", "1")},
		edit:    texts{"a.go": "mine"},
		second:  files{generated("a.go", "2")},
		want:    texts{"a.go": "mine", incoming + "a.go": "2"},
		actions: "a.go=conflict",
		person:  true,
	}, {
		name:    "an edited generated file is in conflict though its template is unchanged",
		first:   files{generated("a.go", "1")},
		edit:    texts{"a.go": "mine"},
		second:  files{generated("a.go", "1")},
		want:    texts{"a.go": "mine", incoming + "a.go": "1"},
		actions: "a.go=conflict",
		person:  true,
	}, {
		name:    "force replaces an edited generated file and saves the user's bytes",
		first:   files{generated("a.go", "1")},
		edit:    texts{"a.go": "mine"},
		second:  files{generated("a.go", "2")},
		opts:    project.CompareOptions{Force: true},
		want:    texts{"a.go": "2", backup("a.go", "mine"): "mine"},
		actions: "a.go=update",
	}, {
		name:    "a deleted generated file is created again",
		first:   files{generated("a.go", "1")},
		edit:    texts{"a.go": deleted},
		second:  files{generated("a.go", "1")},
		want:    texts{"a.go": "1"},
		actions: "a.go=create",
	}, {
		name:    "a generated file that a power failure emptied is written again",
		first:   files{generated("a.go", "1")},
		edit:    texts{"a.go": ""},
		second:  files{generated("a.go", "1")},
		want:    texts{"a.go": "1"},
		actions: "a.go=update",
	}, {
		name:   "a generated file with CRLF line ends is not edited",
		first:  files{generated("a.go", "1\n2\n")},
		edit:   texts{"a.go": "1\r\n2\r\n"},
		second: files{generated("a.go", "1\n2\n")},
		want:   texts{"a.go": "1\r\n2\r\n"},
	}, {
		name:    "a stub that the user filled in gets what it lacks",
		first:   files{stub("s.go", goA)},
		edit:    texts{"s.go": goAMine},
		second:  files{stub("s.go", goAB)},
		want:    texts{"s.go": goAMine + "\n" + funcB},
		actions: "s.go=extend",
	}, {
		name:    "a stub whose spec asks nothing new is kept",
		first:   files{stub("s.go", goA)},
		edit:    texts{"s.go": "mine"},
		second:  files{stub("s.go", goA)},
		want:    texts{"s.go": "mine"},
		actions: "s.go=keep",
	}, {
		name:    "what is in another file of the package is not added",
		first:   files{stub("s.go", goA)},
		edit:    texts{"s.go": goAMine, "other.go": "package s\n\n" + funcB},
		second:  files{stub("s.go", goAB)},
		want:    texts{"s.go": goAMine},
		actions: "s.go=keep",
	}, {
		name:    "a stub as it was created follows its template",
		first:   files{stub("s.go", goA)},
		second:  files{stub("s.go", goAB)},
		want:    texts{"s.go": goAB},
		actions: "s.go=extend",
	}, {
		name:    "a signature follows the spec where its body is as it was created",
		first:   files{stub("s.go", goAB)},
		edit:    texts{"s.go": goAMine + "\n" + funcB},
		second:  files{stub("s.go", goA+"\n"+funcB2)},
		want:    texts{"s.go": goAMine + "\n" + funcB2},
		actions: "s.go=extend",
	}, {
		name:    "a signature that the user's code has is theirs to change",
		first:   files{stub("s.go", goAB)},
		edit:    texts{"s.go": goA + "\n" + funcBMine},
		second:  files{stub("s.go", goA+"\n"+funcB2)},
		want:    texts{"s.go": goA + "\n" + funcBMine},
		actions: "s.go=conflict",
		person:  true,
	}, {
		name:    "a method that is gone from the spec goes while it is as it was created",
		first:   files{stub("s.go", goAB)},
		edit:    texts{"s.go": goAMine + "\n" + funcB},
		second:  files{stub("s.go", goA)},
		want:    texts{"s.go": goAMine},
		actions: "s.go=extend",
	}, {
		name:    "a method that is gone from the spec and that the user wrote stays",
		first:   files{stub("s.go", goAB)},
		edit:    texts{"s.go": goA + "\n" + funcBMine},
		second:  files{stub("s.go", goA)},
		want:    texts{"s.go": goA + "\n" + funcBMine},
		actions: "s.go=keep",
	}, {
		name:    "a stub that does not parse is a conflict when something is to be added",
		first:   files{stub("s.go", goA)},
		edit:    texts{"s.go": "mine"},
		second:  files{stub("s.go", goAB)},
		want:    texts{"s.go": "mine", incoming + "s.go": goAB},
		actions: "s.go=conflict",
		person:  true,
	}, {
		name:    "a deleted stub is created again",
		first:   files{stub("s.go", "1")},
		edit:    texts{"s.go": deleted},
		second:  files{stub("s.go", "2")},
		want:    texts{"s.go": "2"},
		actions: "s.go=create",
	}, {
		name:    "a once file is never touched",
		first:   files{once("LICENSE", "1")},
		edit:    texts{"LICENSE": "mine"},
		second:  files{once("LICENSE", "2")},
		want:    texts{"LICENSE": "mine"},
		actions: "LICENSE=keep",
	}, {
		name:    "a deleted once file stays deleted",
		first:   files{once("LICENSE", "1")},
		edit:    texts{"LICENSE": deleted},
		second:  files{once("LICENSE", "2")},
		want:    texts{"LICENSE": deleted},
		actions: "LICENSE=keep",
	}, {
		name:    "a merge file as in base is rewritten",
		first:   files{shared("Makefile", "1")},
		second:  files{shared("Makefile", "2")},
		want:    texts{"Makefile": "2"},
		actions: "Makefile=update",
	}, {
		name:    "an edited merge file with an unchanged template is kept",
		first:   files{shared("Makefile", "1")},
		edit:    texts{"Makefile": "mine"},
		second:  files{shared("Makefile", "1")},
		want:    texts{"Makefile": "mine", incoming + "Makefile": deleted},
		actions: "Makefile=keep",
	}, {
		name:    "a merge file that both changed in different places is merged",
		first:   files{shared("Makefile", "a\nb\nc\nd\ne\n")},
		edit:    texts{"Makefile": "a\nmine\nc\nd\ne\n"},
		second:  files{shared("Makefile", "a\nb\nc\nd\nours\n")},
		want:    texts{"Makefile": "a\nmine\nc\nd\nours\n", incoming + "Makefile": deleted},
		actions: "Makefile=merge",
	}, {
		name:    "Go is merged by declaration",
		first:   files{shared("main.go", goAB)},
		edit:    texts{"main.go": "package s\n\n" + funcBMine + "\n" + funcA},
		second:  files{shared("main.go", goA2+"\n"+funcB)},
		want:    texts{"main.go": "package s\n\n" + funcBMine + "\n" + funcA2},
		actions: "main.go=merge",
	}, {
		name:    "Go that does not parse is a conflict",
		first:   files{shared("main.go", goA)},
		edit:    texts{"main.go": "mine"},
		second:  files{shared("main.go", goAB)},
		want:    texts{"main.go": "mine", incoming + "main.go": goAB},
		actions: "main.go=conflict",
		person:  true,
	}, {
		name:    "markers are written on demand where both changed the same",
		first:   files{shared("Makefile", "a\nb\nc\n")},
		edit:    texts{"Makefile": "a\nmine\nc\n"},
		second:  files{shared("Makefile", "a\nours\nc\n")},
		opts:    project.CompareOptions{Markers: true},
		want:    texts{"Makefile": "a\n<<<<<<< yours\nmine\n=======\nours\n>>>>>>> generated\nc\n", incoming + "Makefile": deleted},
		actions: "Makefile=conflict",
		person:  true,
	}, {
		name:    "a merge file that both changed keeps the user's and offers ours",
		first:   files{shared("Makefile", "1")},
		edit:    texts{"Makefile": "mine"},
		second:  files{shared("Makefile", "2")},
		want:    texts{"Makefile": "mine", incoming + "Makefile": "2"},
		actions: "Makefile=conflict",
		person:  true,
	}, {
		name:    "force replaces a merge file that both changed and saves the user's",
		first:   files{shared("Makefile", "1")},
		edit:    texts{"Makefile": "mine"},
		second:  files{shared("Makefile", "2")},
		opts:    project.CompareOptions{Force: true},
		want:    texts{"Makefile": "2", backup("Makefile", "mine"): "mine"},
		actions: "Makefile=update",
	}, {
		name:    "force leaves an edited merge file with an unchanged template alone",
		first:   files{shared("Makefile", "1")},
		edit:    texts{"Makefile": "mine"},
		second:  files{shared("Makefile", "1")},
		opts:    project.CompareOptions{Force: true},
		want:    texts{"Makefile": "mine"},
		actions: "Makefile=keep",
	}, {
		name:    "a deleted merge file stays deleted",
		first:   files{shared("Makefile", "1")},
		edit:    texts{"Makefile": deleted},
		second:  files{shared("Makefile", "2")},
		want:    texts{"Makefile": deleted},
		actions: "Makefile=keep",
	}, {
		name:    "go.mod is merged when both changed it",
		first:   files{shared("go.mod", modA)},
		edit:    texts{"go.mod": modMine},
		second:  files{shared("go.mod", modA2)},
		want:    texts{"go.mod": modBoth},
		actions: "go.mod=merge",
	}, {
		name:    "a go.mod that does not parse is a conflict",
		first:   files{shared("go.mod", modA)},
		edit:    texts{"go.mod": "<<<<<<<"},
		second:  files{shared("go.mod", modA2)},
		want:    texts{"go.mod": "<<<<<<<", incoming + "go.mod": modA2},
		actions: "go.mod=conflict",
		person:  true,
	}, {
		name:    "a deleted go.mod is created again",
		first:   files{shared("go.mod", modA)},
		edit:    texts{"go.mod": deleted},
		second:  files{shared("go.mod", modA)},
		want:    texts{"go.mod": modA},
		actions: "go.mod=create",
	}, {
		name:    "go.sum gets the lines that it lacks",
		first:   files{shared("go.sum", "b v1.0.0 h1:b=\n")},
		edit:    texts{"go.sum": "b v1.0.0 h1:b=\nmine v1.0.0 h1:m=\n"},
		second:  files{shared("go.sum", "a v1.0.0 h1:a=\n")},
		want:    texts{"go.sum": "a v1.0.0 h1:a=\nb v1.0.0 h1:b=\nmine v1.0.0 h1:m=\n"},
		actions: "go.sum=merge",
	}, {
		name:    "a file that is no longer planned goes, and its empty folders",
		first:   files{generated("gen/users/a.go", "1"), stub("services/users/s.go", "1"), generated("gen/b.go", "1")},
		second:  files{generated("gen/b.go", "1")},
		want:    texts{"gen/users/a.go": deleted, "gen/users/": deleted, "services/": deleted, "gen/b.go": "1"},
		actions: "gen/users/a.go=delete services/users/s.go=delete",
	}, {
		name:    "an edited file that is no longer planned stays as an orphan",
		first:   files{stub("s.go", "1"), generated("b.go", "1")},
		edit:    texts{"s.go": "mine"},
		second:  files{generated("b.go", "1")},
		want:    texts{"s.go": "mine"},
		actions: "s.go=orphan",
		person:  true,
	}, {
		name:    "force removes an orphan and saves it",
		first:   files{stub("s.go", "1"), generated("b.go", "1")},
		edit:    texts{"s.go": "mine"},
		second:  files{generated("b.go", "1")},
		opts:    project.CompareOptions{Force: true},
		want:    texts{"s.go": deleted, backup("s.go", "mine"): "mine"},
		actions: "s.go=delete",
	}, {
		name:    "prune removes an orphan and saves it",
		first:   files{stub("s.go", "1"), generated("b.go", "1"), generated("c.go", "1")},
		edit:    texts{"s.go": "mine", "b.go": "my own"},
		second:  files{generated("b.go", "1")},
		opts:    project.CompareOptions{Prune: true},
		want:    texts{"s.go": deleted, backup("s.go", "mine"): "mine", "b.go": "my own", "c.go": deleted},
		actions: "b.go=conflict c.go=delete s.go=delete",
		person:  true,
	}, {
		name:   "a once file that is no longer planned stays",
		first:  files{once("web/index.html", "1"), generated("b.go", "1")},
		second: files{generated("b.go", "1")},
		want:   texts{"web/index.html": "1"},
	}, {
		name:   "a file that is no longer planned and gone is forgotten",
		first:  files{generated("a.go", "1"), generated("b.go", "1")},
		edit:   texts{"a.go": deleted},
		second: files{generated("b.go", "1")},
		want:   texts{"a.go": deleted},
	}, {
		name:   "an unknown file that is equal is adopted silently",
		edit:   texts{"a.go": "1"},
		second: files{generated("a.go", "1")},
		want:   texts{"a.go": "1"},
	}, {
		name:    "adopting keeps the user's bytes in a stub",
		edit:    texts{"s.go": "mine"},
		second:  files{stub("s.go", "1")},
		opts:    project.CompareOptions{Adopt: true},
		want:    texts{"s.go": "mine"},
		actions: "s.go=keep",
	}, {
		name:    "adopting replaces a generated file and saves the user's bytes",
		edit:    texts{"a.go": "mine"},
		second:  files{generated("a.go", "1")},
		opts:    project.CompareOptions{Adopt: true},
		want:    texts{"a.go": "1", backup("a.go", "mine"): "mine"},
		actions: "a.go=update",
	}, {
		name:    "adopting merges go.mod",
		edit:    texts{"go.mod": modMine},
		second:  files{shared("go.mod", modA2)},
		opts:    project.CompareOptions{Adopt: true},
		want:    texts{"go.mod": modBoth},
		actions: "go.mod=merge",
	}, {
		name:    "an edit that equals what is rendered now is no conflict",
		first:   files{shared("Makefile", "1")},
		edit:    texts{"Makefile": "2"},
		second:  files{shared("Makefile", "2")},
		want:    texts{"Makefile": "2"},
		actions: "",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if tt.first != nil {
				run(t, dir, tt.first, project.CompareOptions{})
			}
			write(t, dir, tt.edit)
			p := run(t, dir, tt.second, tt.opts)
			if got := actions(p); got != tt.actions {
				t.Errorf("Compare reported %q, want %q", got, tt.actions)
			}
			if p.NeedsPerson() != tt.person {
				t.Errorf("NeedsPerson() = %v, want %v", p.NeedsPerson(), tt.person)
			}
			checkFiles(t, dir, tt.want)
			before := tree(t, dir)
			again := run(t, dir, tt.second, project.CompareOptions{})
			if !again.Empty() {
				t.Errorf("the second run would write: %q", actions(again))
			}
			if d := diff(tree(t, dir), before); d != "" {
				t.Errorf("the second run changed the tree:\n%s", d)
			}
			if again.NeedsPerson() != tt.person {
				t.Errorf("the second run: NeedsPerson() = %v, want %v", again.NeedsPerson(), tt.person)
			}
		})
	}
}

func checkFiles(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := tree(t, dir)
	for path, content := range want {
		g, there := got[path]
		switch {
		case content == deleted && there:
			t.Errorf("%s exists, want it gone", path)
		case content != deleted && g != content:
			t.Errorf("%s holds %q, want %q", path, g, content)
		}
	}
}

func actions(p *project.Plan) string {
	var list []string
	for _, c := range p.Changes {
		list = append(list, c.Path+"="+string(c.Action))
	}
	return strings.Join(list, " ")
}

func TestUnknownFilesStopTheRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.go": "mine", "s.go": "mine, too"})
	before := tree(t, dir)
	f, p := compare(t, dir, []render.File{generated("a.go", "1"), stub("s.go", "1"), generated("new.go", "1")}, project.CompareOptions{})
	if got, want := actions(p), "a.go=refuse new.go=create s.go=refuse"; got != want {
		t.Errorf("Compare reported %q, want %q", got, want)
	}
	if err := f.Apply(p); err == nil {
		t.Error("Apply of a refused plan: no error")
	}
	if d := diff(tree(t, dir), before); d != "" {
		t.Errorf("a refused run changed the tree:\n%s", d)
	}
}

func TestConflictLastsUntilTheOfferIsDeleted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	second := []render.File{shared("Makefile", "2")}
	run(t, dir, []render.File{shared("Makefile", "1")}, project.CompareOptions{})
	write(t, dir, map[string]string{"Makefile": "mine"})
	for range 2 {
		if p := run(t, dir, second, project.CompareOptions{}); !p.NeedsPerson() {
			t.Fatal("the conflict is not reported")
		}
	}
	write(t, dir, map[string]string{"Makefile": "mine and 2", incoming + "Makefile": deleted})
	p := run(t, dir, second, project.CompareOptions{})
	if p.NeedsPerson() {
		t.Error("the conflict is reported after its offer was deleted")
	}
	p = run(t, dir, second, project.CompareOptions{})
	if !p.Empty() || p.NeedsPerson() {
		t.Errorf("a run after the conflict was resolved: %q", actions(p))
	}
	checkFiles(t, dir, map[string]string{"Makefile": "mine and 2"})
	if p := run(t, dir, []render.File{shared("Makefile", "3")}, project.CompareOptions{}); !p.NeedsPerson() {
		t.Error("a third template is not reported as a conflict")
	}
}

func TestOfferIsReplacedAndRemovedWithItsConflict(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, []render.File{generated("a.go", "1")}, project.CompareOptions{})
	write(t, dir, map[string]string{"a.go": "mine"})
	run(t, dir, []render.File{generated("a.go", "2")}, project.CompareOptions{})
	run(t, dir, []render.File{generated("a.go", "3")}, project.CompareOptions{})
	checkFiles(t, dir, map[string]string{incoming + "a.go": "3"})
	write(t, dir, map[string]string{"a.go": "3"})
	run(t, dir, []render.File{generated("a.go", "3")}, project.CompareOptions{})
	checkFiles(t, dir, map[string]string{incoming + "a.go": deleted, ".featherscaffold/incoming/": deleted})
}

func TestOfferThatTheUserWroteToIsSaved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, []render.File{generated("a.go", "1")}, project.CompareOptions{})
	write(t, dir, map[string]string{"a.go": "mine"})
	run(t, dir, []render.File{generated("a.go", "2")}, project.CompareOptions{})
	write(t, dir, map[string]string{incoming + "a.go": "half merged"})
	run(t, dir, []render.File{generated("a.go", "3")}, project.CompareOptions{})
	checkFiles(t, dir, map[string]string{
		incoming + "a.go":                      "3",
		backup(incoming+"a.go", "half merged"): "half merged",
	})
}

func TestImpossibleFilesAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string][]render.File{
		"a path outside":               {generated("../a.go", "")},
		"an absolute path":             {generated("/a.go", "")},
		"a backslash":                  {generated(`a\b.go`, "")},
		"a line break":                 {generated("a\n.go", "")},
		"the lock":                     {generated(".featherscaffold/lock", "")},
		"a file of version control":    {generated(".git/config", "")},
		"the same path twice":          {generated("a.go", "1"), stub("a.go", "2")},
		"a file that is also a folder": {generated("a", "1"), generated("a/b", "2")},
	}
	for name, files := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := project.Open(t.TempDir(), project.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			if _, err := f.Compare(files, project.CompareOptions{}); err == nil {
				t.Error("Compare: no error")
			}
		})
	}
}

func TestLockKeepsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := []render.File{generated("a name with spaces.go", "1"), generated("# odd", "2"), generated(`quote".go`, "3")}
	run(t, dir, files, project.CompareOptions{Runtime: "path ../a b", Spec: []byte("version: 1\n")})
	f, p := compare(t, dir, files, project.CompareOptions{Runtime: "path ../a b", Spec: []byte("version: 1\r\n")})
	if got, want := f.Runtime(), "path ../a b"; got != want {
		t.Errorf("Runtime() = %q, want %q", got, want)
	}
	if !p.Empty() || p.Unchanged != len(files) {
		t.Errorf("the second run: %q, %d unchanged, want nothing and %d", actions(p), p.Unchanged, len(files))
	}
	_, p = compare(t, dir, files, project.CompareOptions{Runtime: "copy", Spec: []byte("version: 1\n")})
	if p.Empty() || len(p.Changes) != 0 {
		t.Errorf("another runtime: Empty() = %v with %q, want only the lock to change", p.Empty(), actions(p))
	}
}

func TestBaseHoldsTheLastRenderOfSharedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	base := func(content string) string { return ".featherscaffold/base/" + project.Hash([]byte(content)) }
	run(t, dir, []render.File{shared("Makefile", "1"), stub("s.go", goA), generated("g.go", "g")}, project.CompareOptions{})
	run(t, dir, []render.File{shared("Makefile", "2"), stub("s.go", goAB), generated("g.go", "g")}, project.CompareOptions{})
	checkFiles(t, dir, map[string]string{
		base("1"): deleted, base("2"): "2", base(goA): deleted, base(goAB): goAB, base("g"): deleted,
	})
	write(t, dir, map[string]string{base("2"): deleted})
	run(t, dir, []render.File{shared("Makefile", "2"), stub("s.go", goA), generated("g.go", "g")}, project.CompareOptions{})
	checkFiles(t, dir, map[string]string{base("2"): "2"})
}

func TestExamplesStubCountsAsWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	example := stub("s.go", "example")
	example.Base = []byte("plain")
	run(t, dir, []render.File{example, generated("b.go", "1")}, project.CompareOptions{})
	base := ".featherscaffold/base/"
	checkFiles(t, dir, map[string]string{
		"s.go":                                 "example",
		base + project.Hash([]byte("plain")):   "plain",
		base + project.Hash([]byte("example")): deleted,
	})
	if p := run(t, dir, []render.File{stub("s.go", "plain"), generated("b.go", "1")}, project.CompareOptions{}); !p.Empty() || p.Unchanged != 2 {
		t.Errorf("a run without the example: %q, want nothing", actions(p))
	}
	run(t, dir, []render.File{generated("b.go", "1")}, project.CompareOptions{})
	checkFiles(t, dir, map[string]string{"s.go": deleted})
}
