// Package project is the user's folder: what the generator wrote there last
// time, what a run would change, and the change itself, all or nothing.
//
// A run is Open, Compare, Apply. Only Apply writes, and Open when it has to
// finish or undo a run that was killed. What the package knows lies in the
// project, below .featherscaffold, and is meant to be committed: the lock, and
// base, the exact bytes of the last run for files that are the user's, too.
package project

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/featherscaffold/featherscaffold/generator/gomod"
)

// maxFileSize bounds what is read of any one file of the user's folder.
const maxFileSize = 64 << 20

// ErrInterrupted is returned by a read-only Open when a run was killed while
// it wrote: the project's files are of two generations until a run that may
// write has put that right.
var ErrInterrupted = errors.New("the last run was interrupted while it wrote files; run featherscaffold generate to finish it")

// Options of Open. The zero value is for a run that writes.
type Options struct {
	// ReadOnly promises that Apply is not called; Open then changes nothing
	// either.
	ReadOnly bool
	// Generator is the version of the command. A project that a later release
	// wrote is not opened; versions of checkouts do not compare.
	Generator string
}

// A Folder is a project's folder. It is for one goroutine.
type Folder struct {
	dir       string   // as the user named it
	root      *os.Root // nil while the folder does not exist
	disk      disk
	wrap      func(disk) disk
	readOnly  bool
	generator string
	lock      *lock
	lockText  []byte // nil: there is none

	relocation *relocation // while Compare looks at the folder as a rename leaves it
}

// Open opens a project's folder, which may be empty or missing still. When a
// run was killed in the folder, Open finishes it if all of its files had been
// staged and removes its traces if not.
//
// The errors that callers may want to tell apart are *BusyError, *NewerError
// and ErrInterrupted. The caller closes the folder.
func Open(dir string, opts Options) (*Folder, error) {
	return open(dir, opts, func(d disk) disk { return d })
}

func open(dir string, opts Options, wrap func(disk) disk) (*Folder, error) {
	f := &Folder{dir: dir, wrap: wrap, readOnly: opts.ReadOnly, generator: opts.Generator}
	if err := f.openRoot(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			f.lock = &lock{entries: map[string]entry{}}
			return f, nil
		}
		return nil, err
	}
	err := f.recover()
	if err == nil {
		err = f.readLock()
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// Close releases the folder's handle.
func (f *Folder) Close() error {
	if f.root == nil {
		return nil
	}
	return f.root.Close()
}

// Exists reports whether a run has written a project here.
func (f *Folder) Exists() bool { return f.lockText != nil }

// Runtime returns how the last run's project gets at the runtime, as it was
// given to Compare; "" when there was no run.
func (f *Folder) Runtime() string { return f.lock.runtime }

// Foreign lists what lies in the folder besides version control's and
// editors' own files, sorted; a new project wants it empty.
func (f *Folder) Foreign() ([]string, error) {
	if f.root == nil {
		return nil, nil
	}
	list, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.dir, err)
	}
	var names []string
	for _, e := range list {
		if !slices.Contains([]string{".git", ".idea", ".vscode", ".DS_Store", ".editorconfig"}, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func (f *Folder) openRoot() error {
	if info, err := os.Stat(f.dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file, not a folder", f.dir)
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return fmt.Errorf("open the project's folder: %w", err)
	}
	f.root, f.disk = root, f.wrap(rootDisk(root))
	return nil
}

func (f *Folder) readLock() error {
	f.lock = &lock{entries: map[string]entry{}}
	data, err := f.read(lockPath)
	if err != nil || data == nil {
		return err
	}
	f.lockText = data
	if f.lock, err = parseLock(data); err != nil {
		return err
	}
	if gomod.Later(f.lock.generator, f.generator) {
		return &NewerError{Project: f.lock.generator, Command: f.generator}
	}
	return nil
}

// A NewerError says that a later release of the command wrote the project.
type NewerError struct{ Project, Command string }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the project was written by featherscaffold %s and this one is %s, which would take it back: update the command", e.Project, e.Command)
}

// lockChanged reports whether another run wrote the lock since Open.
func (f *Folder) lockChanged() (bool, error) {
	now, err := f.read(lockPath)
	return !bytes.Equal(now, f.lockText), err
}

// read returns a file's bytes, nil when there is none and an empty slice when
// it is empty.
func (f *Folder) read(p string) ([]byte, error) {
	if f.relocation != nil {
		if data, known := f.relocation.read(p); known {
			return data, nil
		}
	}
	return f.readDisk(p)
}

// readDisk is read for what is on disk, whatever is to be moved.
func (f *Folder) readDisk(p string) ([]byte, error) {
	if f.root == nil {
		return nil, nil
	}
	file, err := f.root.Open(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, f.explain(p, err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, f.explain(p, err)
	}
	switch {
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder; a file is to be written there", f.display(p))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", f.display(p))
	case info.Size() > maxFileSize:
		return nil, fmt.Errorf("%s is larger than %d MiB", f.display(p), maxFileSize>>20)
	}
	// One byte more than the file has lets the last read see its end.
	data := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := data.ReadFrom(io.LimitReader(file, maxFileSize)); err != nil {
		return nil, f.explain(p, err)
	}
	return data.Bytes(), nil
}

// hash returns the hash of a file on disk, "" when there is none.
func (f *Folder) hash(p string) (string, error) {
	data, err := f.read(p)
	return hashOf(data), err
}

// list returns the names in a folder, nil when there is none.
func (f *Folder) list(p string) (map[string]bool, error) {
	names, err := f.listDisk(p)
	if f.relocation != nil {
		names = f.relocation.list(p, names)
	}
	return names, err
}

func (f *Folder) listDisk(p string) (map[string]bool, error) {
	if f.root == nil {
		return nil, nil
	}
	entries, err := fs.ReadDir(f.root.FS(), p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, f.explain(p, err)
	}
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		names[e.Name()] = true
	}
	return names, nil
}

// checkTarget says why a file can not be written or removed at p.
func (f *Folder) checkTarget(p string) error {
	if f.root == nil {
		return nil
	}
	info, err := f.root.Lstat(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return f.explain(p, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link; featherscaffold replaces regular files only", f.display(p))
	}
	return nil
}

// explain adds to an error of the file system what is in the way.
func (f *Folder) explain(p string, err error) error {
	for _, part := range append(parents(p), p) {
		info, lerr := f.root.Lstat(part)
		if lerr != nil {
			break
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			if _, serr := f.root.Stat(part); serr != nil && !errors.Is(serr, fs.ErrNotExist) {
				return fmt.Errorf("%s is a symbolic link that leaves the project's folder", f.display(part))
			}
		}
		if part != p && info.Mode().IsRegular() {
			return fmt.Errorf("%s is a file; a folder is needed there for %s", f.display(part), path.Base(p))
		}
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return fmt.Errorf("%s: %w", f.display(p), err)
}

// display names a file of the project for a message.
func (f *Folder) display(p string) string {
	return filepath.Join(f.dir, filepath.FromSlash(p))
}

// ensureDir creates a folder below the project with its parents.
func (f *Folder) ensureDir(p string) error {
	for _, dir := range append(parents(p), p) {
		if dir == "." {
			continue
		}
		if err := f.disk.mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
			return f.explain(dir, err)
		}
	}
	return nil
}

// makeRoot creates the project's folder if it is missing; undo removes what
// it created.
func (f *Folder) makeRoot() (undo func(), err error) {
	if f.root != nil {
		return func() {}, nil
	}
	abs, err := filepath.Abs(f.dir)
	if err != nil {
		return nil, err
	}
	var created []string
	undo = func() {
		for _, dir := range slices.Backward(created) {
			_ = os.Remove(dir)
		}
	}
	for _, dir := range missingDirs(abs) {
		if err := os.Mkdir(dir, 0o777); err != nil {
			undo()
			return nil, fmt.Errorf("create the project's folder: %w", err)
		}
		created = append(created, dir)
	}
	if err := f.openRoot(); err != nil {
		undo()
		return nil, err
	}
	return undo, nil
}

// missingDirs lists the part of a path that does not exist, outermost first.
func missingDirs(abs string) []string {
	var missing []string
	for dir := abs; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		missing = append(missing, dir)
	}
	slices.Reverse(missing)
	return missing
}
