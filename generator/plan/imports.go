package plan

import (
	"maps"
	"slices"
	"strings"
)

// runtimePath is the import path of the runtime package.
const runtimePath = "github.com/featherscaffold/featherscaffold/runtime"

// imports is the import block of one file, as it is gathered.
type imports map[string]string // path → name, "" for the package's own

func (im imports) add(paths ...string) {
	for _, p := range paths {
		im[p] = ""
	}
}

func (im imports) named(path, name string) { im[path] = name }

// runtime adds packages below the runtime's folder.
func (im imports) runtime(subs ...string) {
	for _, sub := range subs {
		im.add(runtimePath + "/" + sub)
	}
}

// String prints the import declaration: the standard library first, then all
// other packages, sorted.
func (im imports) String() string {
	var std, other []string
	for _, path := range slices.Sorted(maps.Keys(im)) {
		line := `"` + path + `"`
		if name := im[path]; name != "" {
			line = name + " " + line
		}
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			other = append(other, line)
		} else {
			std = append(std, line)
		}
	}
	switch {
	case len(im) == 0:
		return ""
	case len(im) == 1:
		return "import " + append(std, other...)[0] + "\n"
	}
	blocks := []string{}
	for _, lines := range [][]string{std, other} {
		if len(lines) > 0 {
			blocks = append(blocks, "\t"+strings.Join(lines, "\n\t")+"\n")
		}
	}
	return "import (\n" + strings.Join(blocks, "\n") + ")\n"
}
