package generator_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator"
	"github.com/featherscaffold/featherscaffold/generator/plan"
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
