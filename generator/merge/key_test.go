package merge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/merge"
)

func TestDeclarations(t *testing.T) {
	t.Parallel()
	src := "package p\n\nvar _ I = (*T[int])(nil)\n\ntype T[P any] struct{}\n\n// Do does.\nfunc (t *T[P]) Do() {}\n\nconst (\n\tA = iota\n\tB\n)\n\nvar x, _, y = f()\n\nfunc init() {}\n\nfunc init() {}\n"
	list, err := merge.Declarations([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprintf("%d:%v", d.Line, d.Key))
	}
	want := "5:T 8:T.Do 10:A 10:B 15:x 15:y 17:init 19:init#2"
	if got := strings.Join(got, " "); got != want {
		t.Errorf("Declarations(…) = %s, want %s", got, want)
	}
	for _, src := range []string{"package p\n\nfunc f() {}\n\nvar f = 1\n", "package p\n\nfunc {"} {
		if list, err := merge.Declarations([]byte(src)); err == nil {
			t.Errorf("Declarations(%q) = %v, want an error", src, list)
		}
	}
}

func TestPackageName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"fmt": "fmt", "example.com/gen/rooms": "rooms", "example.com/lib/v2": "lib", "v2": "v2",
		"gopkg.in/yaml.v3": "yaml", "example.com/go-redis": "redis", "example.com/a-b": "a_b",
	} {
		if got := merge.PackageName(path); got != want {
			t.Errorf("PackageName(%q) = %q, want %q", path, got, want)
		}
	}
}
