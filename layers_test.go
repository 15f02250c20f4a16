package featherscaffold_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/featherscaffold/featherscaffold"

// A layer says which packages of the module some packages may import.
type layer struct {
	packages string   // path below the module; a final /... means all below
	may      []string // in the same form
	reason   string
}

// layers lists every package of the module once; the first line that fits
// counts.
var layers = []layer{
	{"runtime/jsonio", nil, "the bottom: it knows JSON only"},
	{"runtime/record", []string{"runtime/jsonio"}, "records know no queries, stores or services"},
	{"runtime/record/recordtest", []string{"runtime/record"}, "records for tests"},
	{"runtime/query", []string{"runtime/jsonio", "runtime/record"}, "queries know no stores and no HTTP"},
	{"runtime/internal/envelope", nil, "the form of events knows no app"},
	{"runtime/internal/route", nil, "paths know no services"},
	{"runtime/internal/hub", nil, "channels know no connections"},
	{"runtime/internal/foreign", []string{"runtime/jsonio", "runtime/record"}, "it knows records only"},
	{"runtime/kept", []string{"runtime/record"}, "words for stores and the outbox"},
	{"runtime/internal/index", nil, "values know no keys"},
	{"runtime/internal/missed", nil, "a count knows no events"},
	{"runtime/internal/seldom", nil, "lines know no log"},
	{"runtime/internal/reconnect", nil, "servers that come back, whatever they serve"},
	{"runtime", []string{"runtime/jsonio", "runtime/record", "runtime/query", "runtime/kept", "runtime/internal/envelope", "runtime/internal/route",
		"runtime/internal/hub", "runtime/internal/index", "runtime/internal/foreign", "runtime/internal/missed", "runtime/internal/seldom"}, "the root knows the drivers' interfaces only"},
	{"runtime/typed", []string{"runtime", "runtime/record", "runtime/query"}, "typed is a view of the root"},
	{"runtime/internal/integration/...", []string{"runtime", "runtime/..."}, "tests with servers and clients see everything"},
	{"runtime/internal/bench/...", []string{"runtime/internal/bench/...", "runtime/internal/wsconn"}, "the load generator is a client"},
	{"runtime/origin", nil, "origins know HTTP only"},
	{"runtime/address", nil, "addresses know HTTP only"},
	{"runtime/ratelimit", nil, "limits know nothing of what they limit"},
	{"runtime/internal/wsconn", nil, "one websocket knows no session"},
	{"runtime/internal/engineio", []string{"runtime/internal/wsconn", "runtime/jsonio", "runtime/origin", "runtime/address", "runtime/ratelimit"}, "sessions know no services"},
	{"runtime/internal/sockets", append(vocabulary, "runtime/internal/engineio", "runtime/internal/wsconn"), "downwards only"},
	{"runtime/internal/sqlstore", vocabulary, "SQL knows no driver"},
	{"runtime/internal/...", vocabulary, "inner packages know the vocabulary only"},
	{"runtime/outbox", vocabulary, "what is kept and sent knows no database and no bus"},
	{"runtime/store/storetest", vocabulary, "a suite knows no driver"},
	{"runtime/auth/token", vocabulary, "tokens know no services and no users"},
	{"runtime/auth/oauth", vocabulary, "logins elsewhere know no form of tokens"},
	{"runtime/auth", append(vocabulary, "runtime/auth/token", "runtime/password"), "it knows no limiter, no store and no transport"},
	{"runtime/transport/transporttest", vocabulary, "a suite knows no driver"},
	{"runtime/cluster/internal/wire", nil, "frames know no processes"},
	{"runtime/cluster/internal/handoff", nil, "a hand-over knows no cluster"},
	{"runtime/cluster/internal/relay", []string{"runtime/cluster/internal/wire"}, "the bus knows no processes"},
	{"runtime/cluster/internal/supervisor", nil, "the supervisor knows no sockets"},
	{"runtime/cluster/internal/process", []string{"runtime/cluster/internal/..."}, "processes know no app"},
	{"runtime/cluster", []string{"runtime", "runtime/server", "runtime/cluster/internal/..."}, "a cluster knows HTTP and what a bus is, not what is served"},
	{"runtime/bus", []string{"runtime", "runtime/internal/reconnect", "runtime/internal/seldom"}, "the bus knows no driver and no app"},
	{"runtime/bus/bustest", []string{"runtime", "runtime/bus"}, "a suite knows no driver"},
	{"runtime/bus/redis", []string{"runtime/bus"}, "a driver knows the bus only"},
	{"runtime/bus/rabbitmq", []string{"runtime/bus"}, "a driver carries frames, whatever is in them"},
	{"runtime/metrics", append(vocabulary, "runtime/bus"), "metrics know what they count"},
	{"runtime/...", append(vocabulary, "runtime/internal/..."), "drivers do not know each other"},
	{"templates", nil, "templates are files"},
	{"generator/spec", nil, "the parser knows no model"},
	{"generator/explain", []string{"generator/spec"}, "explaining reads the spec and no more"},
	{"generator/specedit", []string{"generator/spec"}, "text is changed by what the parser sees"},
	{"generator/model", []string{"generator/spec"}, "the model knows no files"},
	{"generator/schema", []string{"generator/model"}, "what is remembered knows no files"},
	{"generator/plan", []string{"generator/gomod", "generator/merge", "generator/model", "generator/schema"}, "the plan knows no templates' text and no disk"},
	{"generator/render", []string{"generator/plan"}, "rendering decides nothing"},
	{"generator/gomod", nil, "merging is pure"},
	{"generator/diff", nil, "differences know lines only"},
	{"generator/merge", []string{"generator/diff"}, "merging is pure"},
	{"generator/verify", nil, "the compiler knows no templates"},
	{"generator/project", []string{"generator/gomod", "generator/merge", "generator/plan", "generator/render"}, "the folder knows no spec"},
	{"generator/golden", []string{"generator/diff", "generator/render"}, "it knows files, and not how they came to be"},
	{"generator/dotenv", nil, "settings know no app"},
	{"generator/reach", nil, "whoever is asked, no driver is linked"},
	{"generator/watch", nil, "whoever is told of changes"},
	{"generator/override", []string{"generator/merge", "generator/render", "templates"}, "it knows templates, and not what they print"},
	{"generator", []string{"generator/...", "templates"}, "the order of the stages"},
	{"cmd/featherscaffold", []string{"", "generator", "generator/...", "templates"}, "the command knows the generator, not the runtime"},
	{"", nil, "the module's source is data"},
}

var vocabulary = []string{
	"runtime", "runtime/jsonio", "runtime/record", "runtime/query", "runtime/kept", "runtime/origin", "runtime/address", "runtime/ratelimit",
}

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func TestPackagesImportDownwardsOnly(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		l := layerOf(path)
		if l == nil {
			t.Errorf("%s has no line in the table of layers", path)
			continue
		}
		for _, imp := range p.Imports {
			own, ok := strings.CutPrefix(imp, module)
			own = strings.TrimPrefix(own, "/")
			if ok && !slices.ContainsFunc(l.may, func(pattern string) bool { return fits(own, pattern) }) {
				t.Errorf("%s imports %s, but: %s", path, own, l.reason)
			}
		}
	}
}

func TestOneThirdPartyModuleIsImportedByOnePackage(t *testing.T) {
	t.Parallel()
	importers := map[string][]string{}
	for _, p := range list(t) {
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			first, _, _ := strings.Cut(imp, "/")
			if strings.Contains(first, ".") && !strings.HasPrefix(imp, module) {
				m := moduleOf(imp)
				if !slices.Contains(importers[m], p.ImportPath) {
					importers[m] = append(importers[m], p.ImportPath)
				}
			}
		}
	}
	if len(importers) < 4 {
		t.Errorf("found importers of %d modules only; the test looks in the wrong place", len(importers))
	}
	for m, by := range importers {
		if len(by) > 1 {
			t.Errorf("%s is imported by %s; one package should wrap it", m, strings.Join(by, " and "))
		}
	}
}

func TestGoModHasNoReplaceLine(t *testing.T) {
	t.Parallel()
	out := run(t, "go", "mod", "edit", "-json")
	var mod struct{ Replace []json.RawMessage }
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	if len(mod.Replace) > 0 {
		t.Error("go.mod has a replace line, with which `go install …@latest` fails")
	}
}

// moduleOf returns the module of an import path: host and two more segments,
// but for hosts that serve modules at their first.
func moduleOf(path string) string {
	parts := strings.Split(path, "/")
	n := 3
	if parts[0] == "modernc.org" {
		n = 2
	}
	return strings.Join(parts[:min(n, len(parts))], "/")
}

func layerOf(path string) *layer {
	for i := range layers {
		if fits(path, layers[i].packages) {
			return &layers[i]
		}
	}
	return nil
}

func fits(path, pattern string) bool {
	folder, all := strings.CutSuffix(pattern, "/...")
	if all {
		return strings.HasPrefix(path, folder+"/")
	}
	return path == pattern
}

func list(t *testing.T) []pkg {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(run(t, "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")))
	var pkgs []pkg
	for {
		var p pkg
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return pkgs
		case err != nil:
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return out
}

// TestRuntimeStaysSmall bounds the package that everything else leans on.
func TestRuntimeStaysSmall(t *testing.T) {
	t.Parallel()
	const maxLines, maxNames = 3000, 80
	files, err := filepath.Glob("runtime/*.go")
	if err != nil {
		t.Fatal(err)
	}
	lines, names := 0, 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines += bytes.Count(src, []byte("\n"))
		parsed, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		for name := range parsed.Scope.Objects {
			if ast.IsExported(name) {
				names++
			}
		}
	}
	if lines == 0 || lines > maxLines || names > maxNames {
		t.Errorf("package runtime has %d lines and %d exported names, want at most %d and %d", lines, names, maxLines, maxNames)
	}
	t.Logf("package runtime: %d lines, %d exported names", lines, names)
}
