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
	out     *generator.Output // nil when the spec has errors
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
	remembered, err := g.folder.Schema()
	if err != nil {
		return err
	}
	g.out, g.diags, err = generator.Generate(generator.Input{SpecPath: path, Spec: g.spec, Runtime: rt, Templates: own, Remembered: remembered})
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return nil
}

func (g *generation) close() { _ = g.folder.Close() }

func (g *generation) compare(opts project.CompareOptions) (*project.Plan, error) {
	opts.Runtime, opts.Spec = g.runtime, g.spec
	if opts.Only == nil {
		opts.Moves, opts.Schema = g.out.Moves, g.out.Schema
	}
	return g.folder.Compare(g.out.Files, opts)
}

// plans reports whether the spec asks for a file at path.
func (g *generation) plans(path string) bool {
	return slices.ContainsFunc(g.out.Files, func(f render.File) bool { return f.Path == path })
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
