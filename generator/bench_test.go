package generator_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/model"
	"github.com/featherscaffold/featherscaffold/generator/plan"
	"github.com/featherscaffold/featherscaffold/generator/schema"
	parser "github.com/featherscaffold/featherscaffold/generator/spec"
)

// BenchmarkFiles generates a project of 10 services with 6 methods and 8
// fields each, with a copy of the runtime.
func BenchmarkFiles(b *testing.B) {
	var spec strings.Builder
	spec.WriteString("version: 1\napp: { name: big }\ntransports: [rest, socketio]\nstore: sqlite\nservices:\n")
	for i := range 10 {
		fmt.Fprintf(&spec, `  things%d:
    methods: [find, get, create, update, patch, remove]
    fields:
      name: string(1..80)! unique
      text: text
      count: int = 3
      price: number?
      active: bool = true
      at: time
      status: enum(open|done) = open
      owner: -> things0
    publish: [everybody]
`, i)
	}
	in := generator.Input{SpecPath: "feathers.yaml", Spec: []byte(spec.String()),
		Runtime: plan.Runtime{Mode: plan.Copy, Source: os.DirFS(root)}}
	b.ReportAllocs()
	for b.Loop() {
		list, diags, err := generator.Files(in)
		if err != nil || diags.HasErrors() {
			b.Fatal(err, diags.All())
		}
		if len(list) < 100 {
			b.Fatalf("%d files", len(list))
		}
	}
}

// BenchmarkCompareSchemas is what a run pays for what the project remembers:
// 200 services with a change in each.
func BenchmarkCompareSchemas(b *testing.B) {
	services := func(field, moved string) []byte {
		var spec strings.Builder
		spec.WriteString("version: 1\napp: { name: big }\nstore: sqlite\nmoved:\n" + moved + "services:\n")
		for i := range 200 {
			fmt.Fprintf(&spec, "  things%d:\n    fields: { a: string, b: int, c: int, d: bool, e: time, f: text, g: url, %s: string }\n    publish: nobody\n", i, field)
		}
		return []byte(spec.String())
	}
	var moved strings.Builder
	for i := range 200 {
		fmt.Fprintf(&moved, "  - field: { service: things%d, from: name, to: title }\n", i)
	}
	build := func(spec []byte) *model.Project {
		file, diags := parser.Parse("feathers.yaml", spec)
		p := model.Build(file, diags)
		if p == nil {
			b.Fatal(diags.All())
		}
		return p
	}
	remembered := schema.Of(build(services("name", "  []\n"))).Format()
	project := build(services("title", moved.String()))
	b.ReportAllocs()
	for b.Loop() {
		before, err := schema.Parse(remembered)
		if err != nil {
			b.Fatal(err)
		}
		after := schema.Of(project)
		moves := schema.Moves(before, after, project.Moved)
		if n := len(schema.Diff(before, after, moves)); n != 200 {
			b.Fatalf("%d changes", n)
		}
		schema.Guesses(before, after, moves)
		plan.Moves(project, before, moves)
	}
}
