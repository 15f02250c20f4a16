package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/override"
	"github.com/featherscaffold/featherscaffold/generator/project"
	"github.com/featherscaffold/featherscaffold/generator/render"
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// A generation is a project that is open, with the files that its spec asks
// for: none when the spec has errors.
type generation struct {
	folder  *project.Folder
	runtime string // as the lock has it
	spec    []byte
	files   []render.File
	diags   *spec.Diagnostics
}

// open renders the spec of a project. The caller closes the generation.
func (c *cli) open(dir, runtime string, readOnly bool) (*generation, error) {
	path, text, err := readSpec(dir)
	if err != nil {
		return nil, err
	}
	folder, err := project.Open(dir, project.Options{ReadOnly: readOnly, Generator: c.build.version})
	if err != nil {
		return nil, err
	}
	g := &generation{folder: folder, spec: text}
	if err := c.render(g, dir, path, runtime); err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

func (c *cli) render(g *generation, dir, path, runtime string) error {
	rt, err := c.runtimeFor(dir, runtime, g.folder.Runtime())
	if err != nil {
		return err
	}
	own, err := override.Read(dir)
	if err != nil {
		return err
	}
	g.runtime = runtimeLine(rt)
	g.files, g.diags, err = generator.Files(generator.Input{SpecPath: path, Spec: g.spec, Runtime: rt, Templates: own})
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return nil
}

func (g *generation) close() { _ = g.folder.Close() }

func (g *generation) compare(opts project.CompareOptions) (*project.Plan, error) {
	opts.Runtime, opts.Spec = g.runtime, g.spec
	return g.folder.Compare(g.files, opts)
}

// plans reports whether the spec asks for a file at path.
func (g *generation) plans(path string) bool {
	return slices.ContainsFunc(g.files, func(f render.File) bool { return f.Path == path })
}

// locate finds the project that files are in, or for none the one around the
// current folder, and returns the paths of the files below it.
func locate(files []string) (dir string, paths []string, err error) {
	start := "."
	if len(files) > 0 {
		start = filepath.Dir(files[0])
	}
	if dir, err = projectAround(start); err != nil {
		return "", nil, err
	}
	for _, file := range files {
		rel, err := below(dir, file)
		if err != nil {
			return "", nil, err
		}
		paths = append(paths, rel)
	}
	return dir, paths, nil
}

// projectAround returns the innermost folder, dir or one above, that holds a
// project.
func projectAround(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for up, rel := abs, dir; ; up, rel = filepath.Dir(up), filepath.Join(rel, "..") {
		if _, err := os.Stat(filepath.Join(up, ".featherscaffold", "lock")); err == nil {
			return rel, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if up == filepath.Dir(up) {
			return "", fmt.Errorf("%s is in no project: there is no .featherscaffold/lock around it", abs)
		}
	}
}

func below(dir, file string) (string, error) {
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(from, to)
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is not in the project %s", file, dir)
	}
	return filepath.ToSlash(rel), nil
}
