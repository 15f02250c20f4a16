// Package override is the folder of templates that a project has of its own,
// .featherscaffold/templates: each takes the place of one of ours. Below base
// lies, for each, ours as it was when the project took it over, so that what
// changed in ours since can be merged.
package override

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/merge"
	"github.com/featherscaffold/featherscaffold/generator/render"
	"github.com/featherscaffold/featherscaffold/templates"
)

const (
	dir     = render.OwnDir
	baseDir = dir + "/base"
	suffix  = ".tmpl"

	// maxSize bounds one template.
	maxSize = 1 << 20
)

// IDs returns the names of all templates that a project may have of its own,
// sorted: the paths of files as our templates mirror them, and partials/NAME.
func IDs() ([]string, error) {
	var list []string
	err := fs.WalkDir(templates.Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, strings.TrimSuffix(strings.TrimPrefix(name, "files/"), suffix))
		}
		return err
	})
	slices.Sort(list)
	return list, err
}

// Ours returns our template of a name.
func Ours(id string) ([]byte, error) {
	name := "files/" + id + suffix
	if strings.HasPrefix(id, "partials/") {
		name = id + suffix
	}
	if data, err := fs.ReadFile(templates.Files(), name); err == nil {
		return data, nil
	}
	return nil, fmt.Errorf("there is no template %s; featherscaffold templates list names all", id)
}

// Read returns a project's own templates by their names, nil for none.
func Read(project string) (map[string]string, error) {
	root, err := os.OpenRoot(project)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	own := map[string]string{}
	err = fs.WalkDir(root.FS(), dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == baseDir {
				return fs.SkipDir
			}
			return nil
		}
		id, ok := strings.CutSuffix(strings.TrimPrefix(name, dir+"/"), suffix)
		if !ok {
			return nil // an editor's, or a note
		}
		if _, err := Ours(id); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		text, err := read(root, name)
		own[id] = string(text)
		return err
	})
	return own, err
}

// read returns a template with LF at the end of lines.
func read(root *os.Root, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxSize:
		return nil, fmt.Errorf("%s is larger than %d KiB", name, maxSize>>10)
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if n := marker(data); n > 0 {
		return nil, fmt.Errorf("%s:%d: a conflict is not resolved", name, n)
	}
	return data, nil
}

// marker returns the line of the first conflict marker, 0 for none.
func marker(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		if n++; bytes.HasPrefix(line, []byte("<<<<<<< ")) || bytes.HasPrefix(line, []byte(">>>>>>> ")) {
			return n
		}
	}
	return 0
}

// A Template is one that a project has of its own.
type Template struct {
	ID             string
	Base, Own, Now []byte // ours when it was taken over, the project's, ours now
	root           string
}

// Path is where the project's own template lies, below the project.
func Path(id string) string { return dir + "/" + id + suffix }

// Open returns a template of the project's own. Without a copy of ours from
// then, ours of now stands for it.
func Open(project, id string) (*Template, error) {
	now, err := Ours(id)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(project)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	t := &Template{ID: id, Now: now, root: project}
	t.Own, err = read(root, Path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the project has no template %s of its own; featherscaffold templates eject %s makes one", id, id)
	}
	if err != nil {
		return nil, err
	}
	t.Base, err = read(root, basePath(id))
	if errors.Is(err, fs.ErrNotExist) {
		t.Base, err = now, nil
	}
	return t, err
}

// All opens all templates of the project's own, sorted by name.
func All(project string) ([]*Template, error) {
	own, err := Read(project)
	if err != nil {
		return nil, err
	}
	var list []*Template
	for _, id := range slices.Sorted(maps.Keys(own)) {
		t, err := Open(project, id)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

func basePath(id string) string { return baseDir + "/" + id + suffix }

// Outdated reports whether ours has changed since the project took it over.
func (t *Template) Outdated() bool { return !bytes.Equal(t.Base, t.Now) }

// Eject copies our template into a project that has none of its own.
func Eject(project, id string) error {
	now, err := Ours(id)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(project)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Lstat(Path(id)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already", Path(id))
	}
	if err := write(root, basePath(id), now); err != nil {
		return err
	}
	return write(root, Path(id), now)
}

// Merge brings what changed in ours into the project's own. With conflicts it
// writes nothing, or with markers both versions of them.
func (t *Template) Merge(markers bool) ([]merge.Conflict, error) {
	how := merge.Lines
	if markers {
		how = merge.Markers
	}
	merged, conflicts := how(t.Base, t.Own, t.Now)
	if len(conflicts) > 0 && !markers {
		return conflicts, nil
	}
	root, err := os.OpenRoot(t.root)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	// In this order a merge that was cut off can be repeated.
	if err := write(root, Path(t.ID), merged); err != nil {
		return nil, err
	}
	return conflicts, write(root, basePath(t.ID), t.Now)
}

// write replaces a file by a rename.
func write(root *os.Root, name string, data []byte) error {
	if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return err
	}
	temp := name + ".tmp"
	if err := root.WriteFile(temp, data, 0o666); err != nil {
		return err
	}
	if err := root.Rename(temp, name); err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}
