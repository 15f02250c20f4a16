package project

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/render"
)

// CompareOptions say what a run is for. All fields may be zero.
type CompareOptions struct {
	Runtime string // how the project gets at the runtime; kept in the lock, one line
	Spec    []byte // the spec that the files were made from; its hash is kept in the lock

	// Adopt takes over files that exist and that no run has written: the
	// user's bytes stay where the class gives the file to the user, and are
	// saved before they are replaced elsewhere.
	Adopt bool
	// Force replaces what the user changed in the tool's files and in shared
	// ones that conflict, and removes edited orphans; the user's bytes are
	// saved first.
	Force bool
	// Prune removes orphans that the user changed; their bytes are saved first.
	Prune bool
	// Markers merges files that conflict all the same, with both versions of
	// what conflicts between markers as git has them.
	Markers bool
	// Moves are followed before anything else is compared.
	Moves []plan.Move
	// Schema is what the project is to remember of its services, for
	// Folder.Schema. nil leaves that as it is.
	Schema []byte
	// Only limits the run to files at these paths, and what the lock says of
	// the others and of the project stays. nil is all.
	Only []string
}

// Compare decides for every file what a run does with it. It writes nothing.
// The error is about files that can not be read, or about a set of files that
// can not be written at all.
func (f *Folder) Compare(files []render.File, opts CompareOptions) (*Plan, error) {
	if err := checkFiles(files); err != nil {
		return nil, err
	}
	restore, err := f.relocate(opts.Moves, files)
	if err != nil {
		return nil, err
	}
	defer restore()
	c := f.comparison(opts)
	planned := make(map[string]bool, len(files))
	for _, file := range files {
		planned[file.Path] = true
	}
	targets, err := c.targets(files)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		if err := c.decide(t); err != nil {
			return nil, err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(f.lock.entries)) {
		if planned[path] || !c.concerns(path) {
			continue
		}
		if err := c.unplanned(path, f.lock.entries[path]); err != nil {
			return nil, err
		}
	}
	if err := c.finish(); err != nil {
		return nil, err
	}
	return c.plan, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// checkFiles refuses sets of files that no folder can hold.
func checkFiles(files []render.File) error {
	seen := make(map[string]bool, len(files))
	for _, file := range files {
		if err := checkPath(file.Path); err != nil {
			return err
		}
		if seen[file.Path] {
			return fmt.Errorf("%s is planned twice", file.Path)
		}
		seen[file.Path] = true
	}
	for _, file := range files {
		for _, dir := range parents(file.Path) {
			if seen[dir] {
				return fmt.Errorf("%s is planned as a file and as the folder of %s", dir, file.Path)
			}
		}
	}
	return nil
}

// A comparison gathers the plan and the next lock.
type comparison struct {
	folder *Folder
	opts   CompareOptions
	plan   *Plan
	next   *lock
	bases  map[string][]byte // wanted base copies that may have to be written, by hash

	saves, puts, removes []op
}

// comparison begins one, with an empty lock for the files to come. The lock of
// a limited run begins with all that it is not about.
func (f *Folder) comparison(opts CompareOptions) *comparison {
	c := &comparison{folder: f, opts: opts, plan: &Plan{}, bases: map[string][]byte{}}
	c.next = &lock{
		generator: oneLine(f.generator), runtime: oneLine(opts.Runtime), spec: Hash(opts.Spec),
		entries: map[string]entry{},
	}
	if opts.Only != nil {
		c.next.generator, c.next.runtime, c.next.spec = f.lock.generator, f.lock.runtime, f.lock.spec
		for path, e := range f.lock.entries {
			if !c.concerns(path) {
				c.keepEntry(path, e)
			}
		}
	}
	return c
}

// concerns reports whether the run is about a path.
func (c *comparison) concerns(path string) bool {
	return c.opts.Only == nil || slices.Contains(c.opts.Only, path)
}

// A target is one planned file with all that a decision depends on.
type target struct {
	render.File
	want  string // hash of what its own template gives
	entry entry
	known bool   // entry is in the lock
	data  []byte // on disk, nil when missing
	have  string // hash of data, "" when missing
}

// render is what the file's own template gives.
func (t *target) render() []byte {
	if t.Base != nil {
		return t.Base
	}
	return t.Content
}

func (t *target) edited() bool { return !t.entry.wrote(t.have) }

// targets looks at the files that the run is about, several at a time: that is
// most of the time that a run takes which changes nothing.
func (c *comparison) targets(files []render.File) ([]*target, error) {
	var list []*target
	for _, file := range files {
		if c.concerns(file.Path) {
			list = append(list, &target{File: file})
		}
	}
	errs := make([]error, len(list))
	var group sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list); i = int(next.Add(1)) - 1 {
				errs[i] = c.look(list[i])
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// look fills a target in. It changes nothing else.
func (c *comparison) look(t *target) (err error) {
	t.want = Hash(t.render())
	t.entry, t.known = c.folder.lock.entries[t.Path]
	if t.data, err = c.folder.read(t.Path); err != nil {
		return err
	}
	t.have = hashOf(t.data)
	// A power failure can leave an empty file; no edit of a user's looks so.
	if t.Class == plan.Generated && t.data != nil && len(t.data) == 0 && len(t.Content) > 0 {
		t.entry.disk, t.known = t.have, true
	}
	return nil
}

// put plans to write a file and locks it as written.
func (c *comparison) put(t *target, data []byte, change Change) error {
	return c.putAs(t, data, change, entry{render: t.want, disk: Hash(data)})
}

// putAs plans to write a file and locks it as e.
func (c *comparison) putAs(t *target, data []byte, change Change, e entry) error {
	if err := c.folder.checkTarget(t.Path); err != nil {
		return err
	}
	c.change(t, data, change)
	c.puts = append(c.puts, op{
		path: t.Path, data: data, old: t.have, hash: Hash(data),
		perm: c.perm(t.Path, data), durable: t.Class != plan.Generated,
	})
	c.lockAs(t, e)
	return nil
}

// change reports what happens to a planned file; after is what it becomes.
func (c *comparison) change(t *target, after []byte, change Change) {
	change.Path, change.Class, change.Template, change.Unit = t.Path, t.Class, t.Template, t.Unit
	change.before, change.after = t.data, after
	c.plan.add(change)
}

// keep reports that a file stays as the user has it.
func (c *comparison) keep(t *target, reason string) {
	c.change(t, t.data, Change{Action: Keep, Reason: reason})
}

// lockAs sets a planned file's next entry, with the base copy of its render.
func (c *comparison) lockAs(t *target, e entry) {
	e.class, e.template, e.unit = t.Class, t.Template, t.Unit
	c.next.entries[t.Path] = e
	if needsBase(e.class) && (e.render == t.want || e.pending == t.want) {
		c.bases[t.want] = t.render()
	}
}

func needsBase(class plan.Class) bool { return class == plan.Stub || class == plan.Merge }

// keepEntry leaves the lock's entry of a file as it is.
func (c *comparison) keepEntry(path string, e entry) {
	e.also = nil
	c.next.entries[path] = e
}

// save plans a copy of the user's bytes and returns where.
func (c *comparison) save(path string, data []byte) (string, error) {
	hash := Hash(data)
	to := backupPath(path, hash)
	have, err := c.folder.hash(to)
	if err != nil {
		return "", err
	}
	if have != hash {
		if err := c.folder.checkTarget(to); err != nil {
			return "", err
		}
		c.saves = append(c.saves, op{path: to, data: data, old: have, hash: hash, perm: 0o666, durable: true})
	}
	return to, nil
}

// offer plans our version of a file in conflict to wait in incoming.
func (c *comparison) offer(t *target, reason string) error {
	to := incomingPath(t.Path)
	there, err := c.folder.read(to)
	if err != nil {
		return err
	}
	c.change(t, t.Content, Change{Action: Conflict, Reason: reason, Saved: to})
	c.lockAs(t, entry{render: t.entry.render, disk: t.entry.disk, pending: t.want})
	have := hashOf(there)
	if have == t.want {
		return nil
	}
	if have != "" && have != t.entry.pending {
		if _, err := c.save(to, there); err != nil {
			return err
		}
	}
	if err := c.folder.checkTarget(to); err != nil {
		return err
	}
	c.puts = append(c.puts, op{path: to, data: t.Content, old: have, hash: t.want, perm: 0o666})
	return nil
}

// perm returns the mode of a file that is put: what it has, or what a new one
// should have.
func (c *comparison) perm(path string, data []byte) fs.FileMode {
	if c.folder.root != nil {
		if info, err := c.folder.root.Stat(path); err == nil {
			return info.Mode().Perm()
		}
	}
	if bytes.HasPrefix(data, []byte("#!")) {
		return 0o777
	}
	return 0o666
}

// finish adds what follows from the next lock, then the lock itself, and puts
// the operations in order: what must not be lost first, the lock last.
func (c *comparison) finish() error {
	c.moved()
	c.plan.sort()
	if c.plan.Count(Refuse) > 0 {
		return nil
	}
	if err := c.clearIncoming(); err != nil {
		return err
	}
	bases, err := c.baseOps()
	if err != nil {
		return err
	}
	if c.plan.ops, err = c.follow(slices.Concat(c.saves, bases, c.puts, c.removes)); err != nil {
		return err
	}
	if err := c.schema(); err != nil {
		return err
	}
	text := c.next.format()
	if !bytes.Equal(canonical(c.folder.lockText), text) || c.folder.lockText == nil {
		if err := c.folder.checkTarget(lockPath); err != nil {
			return err
		}
		c.plan.ops = append(c.plan.ops, op{path: lockPath, data: text, old: hashOf(c.folder.lockText), hash: Hash(text), perm: 0o666, durable: true})
	}
	return nil
}

// clearIncoming removes what waited for a conflict that is over, unless the
// user wrote to it.
func (c *comparison) clearIncoming() error {
	for _, path := range slices.Sorted(maps.Keys(c.folder.lock.entries)) {
		waited := c.folder.lock.entries[path].pending
		if waited == "" || c.next.entries[path].pending != "" {
			continue
		}
		have, err := c.folder.hash(incomingPath(path))
		if err != nil {
			return err
		}
		if have == waited {
			c.removes = append(c.removes, op{path: incomingPath(path), remove: true, old: have})
		}
	}
	return nil
}

// baseOps makes the base copies those of the next lock.
func (c *comparison) baseOps() ([]op, error) {
	there, err := c.folder.list(baseDir)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, e := range c.next.entries {
		if needsBase(e.class) {
			wanted[e.render], wanted[e.pending] = true, true
		}
	}
	var ops []op
	for _, hash := range slices.Sorted(maps.Keys(c.bases)) {
		if wanted[hash] && !there[hash] {
			ops = append(ops, op{path: basePath(hash), data: c.bases[hash], hash: hash, perm: 0o666})
		}
	}
	for _, hash := range slices.Sorted(maps.Keys(there)) {
		if !wanted[hash] && isHash(hash) {
			old, err := c.folder.hash(basePath(hash))
			if err != nil {
				return nil, err
			}
			c.removes = append(c.removes, op{path: basePath(hash), remove: true, old: old})
		}
	}
	return ops, nil
}
