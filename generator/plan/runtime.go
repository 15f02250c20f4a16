package plan

import (
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/gomod"
	"github.com/featherscaffold/featherscaffold/generator/model"
)

// runtimeModule is the module that holds the runtime.
const runtimeModule = "github.com/featherscaffold/featherscaffold"

// vendorDir is where a project keeps its copy of the runtime.
const vendorDir = "third_party/featherscaffold"

// A RuntimeMode says how a project gets at the runtime.
type RuntimeMode string

// The runtime modes.
const (
	// Copy writes the packages in use into the project.
	Copy RuntimeMode = "copy"
	// Module requires a released version.
	Module RuntimeMode = "module"
	// Path replaces the module by a folder.
	Path RuntimeMode = "path"
)

// Runtime says how a project gets at the runtime, and what the runtime is.
type Runtime struct {
	Mode    RuntimeMode
	Path    string // for Path: as it stands in go.mod
	Version string // for Module
	Sum     string // for Module: hash of the module for go.sum, "" if not known
	Source  fs.FS  // the runtime's module: go.mod, LICENSE, runtime/…
}

// imported returns the packages below runtime/ that the generated files may
// import, whatever a user's own code adds from the vocabulary.
func imported(p *model.Project) []string {
	list := []string{"", "address", "config", "health", "jsonio", "origin", "query", "ratelimit", "record", "server", "typed"}
	if p.Transports.REST != nil {
		list = append(list, "transport/rest")
	}
	for _, store := range p.Stores {
		list = append(list, "store/"+store)
	}
	if p.Transports.SocketIO != nil {
		list = append(list, "transport/socketio")
	}
	if p.Transports.Primus != nil {
		list = append(list, "transport/primus")
	}
	if p.Static != "" {
		list = append(list, "static")
	}
	if p.Cluster != nil {
		list = append(list, "cluster")
	}
	if outboxes(p) {
		list = append(list, "outbox")
	}
	if p.Sync != nil {
		list = append(list, "bus", "bus/"+p.Sync.Backend, "metrics")
		if p.Sync.Compat != nil {
			list = append(list, "bus/featherssync")
		}
	}
	if p.Auth != nil {
		list = append(list, "auth", "auth/token", "password")
		if len(p.Auth.OAuth) > 0 {
			list = append(list, "auth/oauth")
		}
		return list
	}
	for _, s := range p.Services {
		if slices.ContainsFunc(s.Fields, func(f *model.Field) bool { return f.Type == model.Password }) {
			return append(list, "password")
		}
	}
	return list
}

// source is the part of the runtime's source that a project needs.
type source struct {
	files   map[string][]byte // path in the module → content, tests left out
	modules []string          // third-party packages it imports, sorted
}

// readSource returns the packages below runtime/ and everything they import.
func readSource(src fs.FS, packages []string) (*source, error) {
	r := reader{src: src, seen: map[string]bool{}, third: map[string]bool{}, out: &source{files: map[string][]byte{}}}
	for _, p := range packages {
		if err := r.pkg(path.Join("runtime", p)); err != nil {
			return nil, err
		}
	}
	license, err := fs.ReadFile(src, "LICENSE")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil {
		r.out.files["LICENSE"] = license
	}
	r.out.modules = slices.Sorted(maps.Keys(r.third))
	return r.out, nil
}

type reader struct {
	src   fs.FS
	seen  map[string]bool
	third map[string]bool
	out   *source
}

func (r *reader) pkg(dir string) error {
	if r.seen[dir] {
		return nil
	}
	r.seen[dir] = true
	entries, err := fs.ReadDir(r.src, dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && !strings.HasSuffix(name, "_test.go") {
			if err := r.file(path.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) file(name string) error {
	content, err := fs.ReadFile(r.src, name)
	if err != nil {
		return err
	}
	r.out.files[name] = content
	if path.Ext(name) != ".go" {
		return nil // embedded by the package
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, spec := range f.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(imp, "/")
		if own, ok := strings.CutPrefix(imp, runtimeModule+"/"); ok {
			if err := r.pkg(own); err != nil {
				return err
			}
		} else if strings.Contains(first, ".") {
			r.third[imp] = true
		}
	}
	return nil
}

// deps is what the project's go.mod and go.sum say of third-party modules.
type deps struct {
	goVersion string
	direct    []requirement // required by the runtime itself
	indirect  []requirement // required by those
	sum       []string      // lines of go.sum
}

type requirement struct{ Path, Version string }

// depNames are the drivers' modules, by what templates/deps calls them.
var depNames = map[string]string{
	"modernc.org/sqlite":           "sqlite",
	"github.com/gorilla/websocket": "websocket",
	"golang.org/x/crypto":          "crypto",
	"github.com/golang-jwt/jwt/v5": "jwt",
	"golang.org/x/oauth2":          "oauth2",
	"golang.org/x/time":            "time",
	"github.com/redis/go-redis/v9": "redis",

	"github.com/rabbitmq/amqp091-go": "rabbitmq",
}

// depName returns the name of the module that a package is in, "" for one that
// nothing is known of.
func depName(pkg string) string {
	for module, name := range depNames {
		if pkg == module || strings.HasPrefix(pkg, module+"/") {
			return name
		}
	}
	return ""
}

// readDeps joins the module files of the packages that are imported.
func readDeps(src fs.FS, packages []string) (*deps, error) {
	d := &deps{goVersion: "1.26.0"}
	seen := map[string]bool{}
	for _, p := range packages {
		name := depName(p)
		if name == "" {
			return nil, fmt.Errorf("nothing is known of the module of %s", p)
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		if err := d.add(src, name); err != nil {
			return nil, err
		}
	}
	byPath := func(a, b requirement) int { return strings.Compare(a.Path, b.Path) }
	slices.SortFunc(d.direct, byPath)
	slices.SortFunc(d.indirect, byPath)
	d.indirect = slices.DeleteFunc(slices.Compact(d.indirect), func(r requirement) bool { return slices.Contains(d.direct, r) })
	return d, nil
}

func (d *deps) add(src fs.FS, name string) error {
	mod, err := fs.ReadFile(src, name+".mod")
	if err != nil {
		return err
	}
	sum, err := fs.ReadFile(src, name+".sum")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(mod)) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "require ")
		module, comment, _ := strings.Cut(line, "//")
		fields := strings.Fields(module)
		if len(fields) != 2 || !strings.HasPrefix(fields[1], "v") {
			continue
		}
		r := requirement{fields[0], fields[1]}
		if strings.TrimSpace(comment) == "indirect" {
			d.indirect = append(d.indirect, r)
		} else {
			d.direct = append(d.direct, r)
		}
	}
	for line := range bytes.Lines(sum) {
		d.sum = append(d.sum, strings.TrimSpace(string(line)))
	}
	return nil
}

// modView is what the project's go.mod prints.
type modView struct {
	Module    string
	GoVersion string
	Version   string        // of the runtime
	Replace   string        // where the runtime is instead, "" for nowhere else
	Indirect  []requirement // everything else
	Direct    []requirement // the runtime's own
}

// moduleFiles are the files by which the go command finds all packages.
func moduleFiles(p *model.Project, rt Runtime, src *source, d *deps) []File {
	v := modView{Module: p.Module, GoVersion: d.goVersion, Version: "v0.0.0", Direct: d.direct}
	v.Indirect = slices.Concat(d.direct, d.indirect)
	slices.SortFunc(v.Indirect, func(a, b requirement) int { return strings.Compare(a.Path, b.Path) })
	sum := slices.Clone(d.sum)
	var files []File
	switch rt.Mode {
	case Module:
		v.Version = rt.Version
		if rt.Sum != "" {
			sum = append(sum, runtimeModule+" "+rt.Version+" "+rt.Sum)
		}
	case Path:
		v.Replace = rt.Path
	default:
		v.Replace = "./" + vendorDir
		files = append(files, File{Path: vendorDir + "/go.mod", Class: Generated, Template: "third_party/featherscaffold/go.mod",
			Data: modView{Module: runtimeModule, GoVersion: d.goVersion, Direct: d.direct, Indirect: d.indirect}})
		for name, content := range src.files {
			files = append(files, File{Path: vendorDir + "/" + name, Class: Generated, Content: content})
		}
	}
	files = append(files, File{Path: "go.mod", Class: Merge, Template: "go.mod", Data: v})
	if len(sum) > 0 {
		files = append(files, File{Path: "go.sum", Class: Merge, Content: gomod.MergeSum(nil, []byte(strings.Join(sum, "\n")+"\n"))})
	}
	return files
}
