package explain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/explain"
	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// TestEveryCodeIsExplained finds the codes in the sources: they are what is
// given for a parameter that is called code.
func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	used := usedCodes(t)
	if len(used) < 60 {
		t.Errorf("found %d codes in the sources, want more", len(used))
	}
	var explained []string
	for _, c := range explain.Codes() {
		explained = append(explained, c.Name)
		if !slices.Contains(used, c.Name) {
			t.Errorf("%s is explained, and nothing prints it", c.Name)
		}
	}
	for _, code := range used {
		if !slices.Contains(explained, code) {
			t.Errorf("%s is printed, and codes.txt does not explain it", code)
		}
	}
	if !slices.IsSorted(explained) {
		t.Error("codes.txt is not sorted")
	}
}

var shape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// usedCodes returns the codes in the sources of spec and model.
func usedCodes(t *testing.T) []string {
	t.Helper()
	var decls []*ast.FuncDecl
	for _, pattern := range []string{"../spec/*.go", "../model/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					decls = append(decls, fn)
				}
			}
		}
	}
	places := map[string]int{} // of the parameter code, by the function's name
	for _, fn := range decls {
		if i := slices.Index(parameters(fn), "code"); i >= 0 {
			places[fn.Name.Name] = i
		}
	}
	var codes []string
	for _, fn := range decls {
		ast.Inspect(fn, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			i, ok := places[called(call)]
			if !ok || i >= len(call.Args) {
				return true
			}
			switch arg := call.Args[i].(type) {
			case *ast.BasicLit:
				code, err := strconv.Unquote(arg.Value)
				if err != nil {
					t.Fatal(err)
				}
				// A function of the same name may have another parameter there.
				if shape.MatchString(code) && !slices.Contains(codes, code) {
					codes = append(codes, code)
				}
			case *ast.Ident:
				if arg.Name != "code" {
					t.Errorf("%s gives %s as a code; want a literal", fn.Name.Name, arg.Name)
				}
			}
			return true
		})
	}
	return codes
}

func parameters(fn *ast.FuncDecl) (names []string) {
	for _, field := range fn.Type.Params.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func TestExamplesShowTheCodeAndTheWayOut(t *testing.T) {
	t.Parallel()
	for _, c := range explain.Codes() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if c.Meaning == "" || (c.Wrong == "") != (c.Right == "") {
				t.Fatalf("no meaning, or half an example: %+v", c)
			}
			if c.Wrong == "" {
				return
			}
			if got := diagnose(c.Wrong); !slices.ContainsFunc(got, func(d spec.Diagnostic) bool { return d.Code == c.Name }) {
				t.Errorf("wrong: got %v, want %s among it", got, c.Name)
			}
			for _, d := range diagnose(c.Right) {
				if d.Severity == spec.Error || d.Code == c.Name {
					t.Errorf("right: %s: %s", d.Code, d.Message)
				}
			}
		})
	}
}

// diagnose checks a part of a spec, filled up with what every spec has.
func diagnose(part string) []spec.Diagnostic {
	text := part
	if !strings.HasPrefix(part, "#") {
		for _, key := range []struct{ name, line string }{
			{"version:", "version: 1\n"},
			{"app:", "app: { name: chat }\n"},
			{"services:", "services: { notes: { fields: { text: string } } }\n"},
		} {
			if !strings.HasPrefix(part, key.name) && !strings.Contains(part, "\n"+key.name) {
				text = key.line + text
			}
		}
	}
	file, diags := spec.Parse("feathers.yaml", []byte(text))
	model.Build(file, diags)
	return diags.All()
}
