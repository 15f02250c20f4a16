package generator_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	folder "github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

var (
	walkCases = flag.Int("cases", 300, "how many random edits and runs TestNoUserByteIsLost tries")
	walkSeed  = flag.Uint64("seed", 1, "where TestNoUserByteIsLost begins")
)

// TestNoUserByteIsLost lets users with random habits edit their projects
// between runs with random specs. Everything they write carries a mark of its
// own, and every mark has to be somewhere afterwards. -cases=1000000 is for a
// night; a failure names its seed.
func TestNoUserByteIsLost(t *testing.T) {
	t.Parallel()
	const runs = 50 // of one project
	specs := randomProjects(t)
	n := max(1, *walkCases/runs)
	for walk := range uint64(n) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			u := &user{t: t, dir: memoryDir(t), random: rand.New(rand.NewPCG(*walkSeed, walk))}
			u.run(specs[u.random.IntN(len(specs))], folder.CompareOptions{})
			u.check("the first run")
			for step := range runs {
				if t.Failed() {
					t.Fatalf("in step %d of -seed=%d, project %d", step, *walkSeed, walk)
				}
				u.step(specs)
			}
		})
	}
}

// memoryDir returns a folder for a test, in memory where that is possible:
// thousands of runs wait for the disk else.
func memoryDir(t *testing.T) string {
	t.Helper()
	if info, err := os.Stat("/dev/shm"); err != nil || !info.IsDir() {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "featherscaffold-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// randomProjects renders a number of specs that differ in much.
func randomProjects(t *testing.T) [][]render.File {
	t.Helper()
	r := rand.New(rand.NewPCG(*walkSeed, 0))
	projects := make([][]render.File, 60)
	for i := range projects {
		text := randomSpec(r)
		files, diags, err := generator.Files(generator.Input{SpecPath: "feathers.yaml", Spec: []byte(text),
			Runtime: plan.Runtime{Mode: plan.Path, Path: "../x", Source: os.DirFS(root)}})
		if err != nil || diags.HasErrors() {
			t.Fatalf("%v %v in\n%s", err, diags.All(), text)
		}
		projects[i] = files
	}
	return projects
}

// randomSpec picks from every kind of thing that shows in a stub or in a file
// that is merged.
func randomSpec(r *rand.Rand) string {
	maybe := func(text string) string {
		if r.IntN(2) == 0 {
			return ""
		}
		return text
	}
	var b strings.Builder
	b.WriteString("version: 1\napp: { name: walk, module: example.com/walk }\ntransports: [rest" + maybe(", socketio") + "]\nstore: sqlite\n")
	b.WriteString(maybe("static: web\n") + maybe("cluster: { mode: workers }\nsync: local\n") + "services:\n")
	for i, name := range []string{"notes", "tags", "type"} {
		if i > 0 && r.IntN(2) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  %s:\n    fields: { text: string!%s%s }\n", name, maybe(", done: bool = false"), maybe(", model: int"))
		var hooks []string
		for _, hook := range []string{"trim", "greet", "error"} {
			hooks = append(hooks, []string{"", "before: { create: [" + hook + "] }", "after: { all: [" + hook + "] }", "around: { find: [" + hook + "] }"}[r.IntN(4)])
		}
		kinds := map[string]bool{}
		hooks = slices.DeleteFunc(hooks, func(h string) bool {
			kind, _, _ := strings.Cut(h, ":")
			twice := kinds[kind]
			kinds[kind] = true
			return h == "" || twice
		})
		if len(hooks) > 0 {
			fmt.Fprintf(&b, "    hooks: { %s }\n", strings.Join(hooks, ", "))
		}
		custom := slices.DeleteFunc([]string{maybe("wave: {}"), maybe("ring: { in: { at: time! } }"), maybe("func: { out: " + name + " }")},
			func(c string) bool { return c == "" })
		if len(custom) > 0 {
			fmt.Fprintf(&b, "    custom: { %s }\n", strings.Join(custom, ", "))
		}
		b.WriteString("    publish: nobody\n")
	}
	return b.String()
}

// A user edits a project between runs.
type user struct {
	t      *testing.T
	dir    string
	random *rand.Rand
	files  map[string][]byte // the project as the user last saw it
	marks  map[string]string // all that they have written and not deleted, with a file that has it
	count  int
}

// step is one case: a few edits, and a run with another spec.
func (u *user) step(specs [][]render.File) {
	paths := u.paths()
	for range 1 + u.random.IntN(3) {
		u.edit(paths[u.random.IntN(len(paths))])
	}
	u.marks = marksIn(u.files)
	spec := specs[u.random.IntN(len(specs))]
	u.run(spec, folder.CompareOptions{
		Force: u.random.IntN(12) == 0, Prune: u.random.IntN(6) == 0, Markers: u.random.IntN(6) == 0, Adopt: true,
	})
	u.check("a run")
	switch u.random.IntN(8) {
	case 0:
		u.undo()
	case 1:
		u.resolve()
	default:
		u.again(spec)
	}
}

// paths lists what the user may edit: what lies in the project, its state left
// out.
func (u *user) paths() (paths []string) {
	for path := range u.files {
		if !strings.HasPrefix(path, ".featherscaffold/") {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// mark returns a word that stands nowhere else.
func (u *user) mark() string {
	u.count++
	return fmt.Sprintf("mark%d.", u.count)
}

var markWord = regexp.MustCompile(`mark\d+\.`)

// edit changes a file as users do.
func (u *user) edit(path string) {
	name := filepath.Join(u.dir, filepath.FromSlash(path))
	data, ok := u.files[path]
	if !ok {
		return // deleted a moment ago
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	at := u.random.IntN(len(lines))
	switch u.random.IntN(12) {
	case 0:
		if err := os.Remove(name); err != nil {
			u.t.Fatal(err)
		}
		delete(u.files, path)
		return
	case 1: // takes lines away
		lines = slices.Delete(lines, at, min(len(lines), at+1+u.random.IntN(8)))
	case 2: // stops in the middle of a thought
		lines = slices.Insert(lines, at, []byte("func ( // "+u.mark()+"\n"))
	case 3: // another editor
		for i := range lines {
			lines[i] = bytes.ReplaceAll(bytes.ReplaceAll(lines[i], []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		}
	case 4: // writes a function
		lines = append(lines, fmt.Appendf(nil, "\n// F%d is %s\nfunc F%d()   { println() }\n", u.count, u.mark(), u.count))
	case 5: // moves the file's end to its top, which breaks most
		lines = slices.Concat([][]byte{[]byte("// " + u.mark() + "\n")}, lines[at:], lines[:at])
	case 6: // fills a body in
		if i := bytes.Index(data, []byte("return nil\n")); i >= 0 {
			lines = [][]byte{data[:i], []byte("println(`" + u.mark() + "`)\n\t"), data[i:]}
		}
	default:
		lines = slices.Insert(lines, at, []byte("// "+u.mark()+"\n"))
	}
	u.files[path] = bytes.Join(lines, nil)
	if err := os.WriteFile(name, u.files[path], 0o666); err != nil {
		u.t.Fatal(err)
	}
}

// marksIn returns the marks in files, but for what is kept to undo the last
// run.
func marksIn(files map[string][]byte) map[string]string {
	marks := map[string]string{}
	for path, data := range files {
		if strings.HasPrefix(path, ".featherscaffold/undo/") {
			continue
		}
		for _, mark := range markWord.FindAll(data, -1) {
			marks[string(mark)] = path
		}
	}
	return marks
}

// check looks for every mark of the user's.
func (u *user) check(after string) {
	u.t.Helper()
	u.files = tree(u.t, u.dir)
	have := marksIn(u.files)
	for _, mark := range slices.Sorted(maps.Keys(u.marks)) {
		if have[mark] == "" {
			u.t.Errorf("after %s %q of %s is nowhere", after, mark, u.marks[mark])
		}
	}
}

// open calls do with the project's folder and applies the plan that it
// returns, nil for none.
func (u *user) open(do func(*folder.Folder) (*folder.Plan, error)) {
	u.t.Helper()
	f, err := folder.Open(u.dir, folder.Options{})
	if err != nil {
		u.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	p, err := do(f)
	if err != nil {
		u.t.Fatal(err)
	}
	if p == nil {
		return
	}
	if err := f.Apply(p); err != nil {
		u.t.Fatal(err)
	}
}

func (u *user) run(files []render.File, opts folder.CompareOptions) {
	u.open(func(f *folder.Folder) (*folder.Plan, error) { return f.Compare(files, opts) })
}

// again is a run that has nothing to do.
func (u *user) again(files []render.File) {
	u.open(func(f *folder.Folder) (*folder.Plan, error) {
		p, err := f.Compare(files, folder.CompareOptions{})
		if err == nil && !p.Empty() {
			var list []string
			for _, c := range p.Changes {
				list = append(list, fmt.Sprintf("%s %s: %s", c.Action, c.Path, c.Reason))
			}
			u.t.Errorf("a second run would write; it reports\n%s", strings.Join(list, "\n"))
		}
		return nil, err
	})
}

// undo takes the run back, and back again.
func (u *user) undo() {
	for range 2 {
		u.open(func(f *folder.Folder) (*folder.Plan, error) {
			p, err := f.Undo()
			var changed *folder.ChangedError // since a run before this one, which wrote nothing
			if errors.Is(err, folder.ErrNothingToUndo) || errors.As(err, &changed) {
				return nil, nil
			}
			return p, err
		})
		u.check("an undo")
	}
}

// resolve ends the conflicts that can be ended so.
func (u *user) resolve() {
	side := []folder.Side{folder.Ours, folder.Theirs}[u.random.IntN(2)]
	u.open(func(f *folder.Folder) (*folder.Plan, error) {
		conflicts, err := f.Conflicts()
		if err != nil {
			return nil, err
		}
		var paths []string
		for _, c := range conflicts {
			if c.Saved != "" && (side == folder.Theirs || c.Class != plan.Generated) {
				paths = append(paths, c.Path)
			}
		}
		if paths == nil {
			return nil, nil
		}
		return f.Resolve(side, paths...)
	})
	u.check("the end of conflicts")
}

// TestFilesAreTheSameOnAnyNumberOfCPUs is not parallel: it changes their number
// for all.
func TestFilesAreTheSameOnAnyNumberOfCPUs(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := files(t, "kitchen-sink")
	runtime.GOMAXPROCS(8)
	many := files(t, "kitchen-sink")
	if !slices.EqualFunc(one, many, func(a, b render.File) bool { return a.Path == b.Path && bytes.Equal(a.Content, b.Content) }) {
		t.Error("one CPU and eight gave different files")
	}
}
