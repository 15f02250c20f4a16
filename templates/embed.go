// Package templates holds what generated projects are made of: templates
// whose paths mirror the files they make, the examples, and what is known of
// the drivers' modules.
package templates

import (
	"embed"
	"io/fs"
)

//go:embed all:files partials
var files embed.FS

//go:embed deps
var deps embed.FS

//go:embed all:examples
var examples embed.FS

// Files returns the templates: files/ mirrors a project, partials/ holds what
// several of them use.
func Files() fs.FS { return files }

// Deps returns, for each driver's module, NAME.mod and NAME.sum.
func Deps() fs.FS { return sub(deps, "deps") }

// Example returns the files of an example project: feathers.yaml and user
// files. It returns an error that wraps fs.ErrNotExist for an unknown name.
func Example(name string) (fs.FS, error) {
	if _, err := fs.Stat(examples, "examples/"+name+"/feathers.yaml"); err != nil {
		return nil, err
	}
	return sub(examples, "examples/"+name), nil
}

// sub returns a folder that is known to be there.
func sub(f fs.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err)
	}
	return s
}
