package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

const (
	specName = "feathers.yaml"

	// maxSpec is what is read of a spec: a byte more than the parser accepts,
	// so that it is the one to complain.
	maxSpec = 1<<20 + 1
)

// readSpec returns the spec of a project.
func readSpec(dir string) (path string, data []byte, err error) {
	path = filepath.Join(dir, specName)
	data, err = readSpecFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, fmt.Errorf("there is no %s; featherscaffold new DIR makes a project", path)
	}
	return path, data, err
}

func readSpecFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the spec: %w", err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxSpec))
	if err != nil {
		return nil, fmt.Errorf("read the spec: %w", err)
	}
	return data, nil
}

// writeSpec puts text in the place of a spec, whole or not at all.
func writeSpec(path string, text []byte) (err error) {
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return fmt.Errorf("write the spec: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("write the spec: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+specName+"-*")
	if err != nil {
		return fmt.Errorf("write the spec: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write the spec: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// check resolves a spec and prints what there is to say about it. When that
// includes errors, it returns an exitError.
func (c *cli) check(path string, data []byte) (*model.Project, error) {
	file, diags := spec.Parse(path, data)
	project := model.Build(file, diags)
	if err := c.diagnose(diags); err != nil {
		return nil, err
	}
	return project, nil
}

// diagnose prints diagnostics and returns an exitError if there are errors.
func (c *cli) diagnose(diags *spec.Diagnostics) error {
	if err := diags.Print(c.stderr, c.colored(c.stderr)); err != nil {
		return err
	}
	if !diags.HasErrors() {
		return nil
	}
	errs := 0
	for _, d := range diags.All() {
		if d.Severity == spec.Error {
			errs++
		}
	}
	fmt.Fprintf(c.stderr, "\n%s in the spec; nothing was written\n", count(errs, "error"))
	return exitError{exitSpec}
}
