package gomod

import (
	"go/version"

	"golang.org/x/mod/modfile"
)

// Go returns the version of the go line, "1.26.0", or "" when there is none
// that can be read.
func Go(mod []byte) string {
	f, err := modfile.ParseLax("go.mod", mod, nil)
	if err != nil || f.Go == nil {
		return ""
	}
	return f.Go.Version
}

// Required returns the version of a module that a go.mod requires, "" when it
// does not or can not be read.
func Required(mod []byte, module string) string {
	f, err := modfile.ParseLax("go.mod", mod, nil)
	if err != nil {
		return ""
	}
	for _, r := range f.Require {
		if r.Mod.Path == module {
			return r.Mod.Version
		}
	}
	return ""
}

// OlderGo reports whether a version of the go command, "go1.25.1", is older
// than a go line asks for.
func OlderGo(command, line string) bool { return version.Compare(command, "go"+line) < 0 }
