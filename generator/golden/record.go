package golden

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/featherscaffold/featherscaffold/generator/render"
)

const (
	// maxFiles and maxSize bound what is read of a folder.
	maxFiles = 20_000
	maxSize  = 64 << 20

	// mark is a file that each project has. A folder with other files and
	// without it is none that Record wrote.
	mark = ".featherscaffold/schema.json"
)

// ErrForeign is returned by Record for a folder with files that are no recorded
// project, which it would remove.
var ErrForeign = errors.New("the folder holds other files than a recorded project")

// Read returns the files below a folder by their paths. The error wraps
// fs.ErrNotExist when there is no folder.
func Read(dir string) (map[string][]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	files := map[string][]byte{}
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || info.Size() > maxSize || len(files) == maxFiles {
			return fmt.Errorf("%s is no file of a recorded project", filepath.Join(dir, name))
		}
		files[name], err = root.ReadFile(name)
		return err
	})
	return files, err
}

// Record makes a folder hold the files and nothing else. It writes only what
// differs, and returns how many files it wrote and removed. It refuses with
// ErrForeign to begin in a folder that holds other files, or somebody's work:
// a project that is in use, or version control.
func Record(dir string, files []render.File) (written, removed int, err error) {
	recorded, err := Read(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, err
	}
	if len(recorded) > 0 && !isRecord(dir, recorded) {
		return 0, 0, ErrForeign
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return 0, 0, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = root.Close() }()
	// What is gone goes first: a file may be where a folder is to be.
	for _, d := range Compare(recorded, files) {
		if d.Kind == Extra {
			if err := remove(root, d.Path); err != nil {
				return written, removed, err
			}
			removed++
		}
	}
	for _, f := range files {
		if have, ok := recorded[f.Path]; ok && bytes.Equal(have, f.Content) {
			continue
		}
		if err := write(root, f); err != nil {
			return written, removed, err
		}
		written++
	}
	return written, removed, nil
}

func isRecord(dir string, recorded map[string][]byte) bool {
	_, marked := recorded[mark]
	_, locked := recorded[".featherscaffold/lock"]
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	return marked && !locked && errors.Is(err, fs.ErrNotExist)
}

// write replaces a file by a rename.
func write(root *os.Root, f render.File) error {
	if err := root.MkdirAll(path.Dir(f.Path), 0o777); err != nil {
		return err
	}
	temp := f.Path + ".tmp"
	if err := root.WriteFile(temp, f.Content, 0o666); err != nil {
		return err
	}
	if err := root.Rename(temp, f.Path); err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}

// remove removes a file and the folders that it leaves empty.
func remove(root *os.Root, name string) error {
	if err := root.Remove(name); err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if root.Remove(dir) != nil {
			break // not empty
		}
	}
	return nil
}
