package gomod_test

import (
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/gomod"
)

const runtimeReplace = "replace github.com/featherscaffold/featherscaffold => ./third_party/featherscaffold"

func mod(lines ...string) string {
	return "module example.com/chat\n\ngo 1.26\n" + strings.Join(lines, "\n") + "\n"
}

func TestMerge(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                      string
		base, current, ours, want string
	}{{
		name:    "a file that has all of ours keeps its bytes, unusual layout included",
		base:    mod("require example.com/a v1.0.0"),
		current: mod("", "", "require    example.com/a v1.2.0 // pinned", "require example.com/mine v0.1.0"),
		ours:    mod("require example.com/a v1.1.0"),
		want:    mod("", "", "require    example.com/a v1.2.0 // pinned", "require example.com/mine v0.1.0"),
	}, {
		name:    "a requirement of ours is added and the user's stays with its comment",
		base:    mod(),
		current: mod("", "// mine", "require example.com/mine v0.1.0 // why"),
		ours:    mod("", "require example.com/a v1.0.0"),
		want:    mod("", "// mine", "require example.com/mine v0.1.0 // why", "", "require example.com/a v1.0.0"),
	}, {
		name:    "the higher version wins, by semantic version",
		base:    mod("", "require example.com/a v1.9.0", "require example.com/b v1.0.0"),
		current: mod("", "require example.com/a v1.9.0", "require example.com/b v1.11.0"),
		ours:    mod("", "require example.com/a v1.10.0", "require example.com/b v1.2.0"),
		want:    mod("", "require example.com/a v1.10.0", "", "require example.com/b v1.11.0"),
	}, {
		name:    "a requirement that only base had goes",
		base:    mod("", "require example.com/a v1.0.0", "require example.com/b v1.0.0"),
		current: mod("", "require example.com/a v1.0.0", "require example.com/b v1.0.0"),
		ours:    mod("", "require example.com/b v1.0.0"),
		want:    mod("", "require example.com/b v1.0.0"),
	}, {
		name:    "a requirement that only base had stays when the user changed its version",
		base:    mod("", "require example.com/a v1.0.0"),
		current: mod("", "require example.com/a v1.5.0"),
		ours:    mod(),
		want:    mod("", "require example.com/a v1.5.0"),
	}, {
		name:    "without a base nothing of the user's goes",
		current: mod("", "require example.com/a v1.0.0"),
		ours:    mod(),
		want:    mod("", "require example.com/a v1.0.0"),
	}, {
		name:    "what the user needs directly does not become indirect",
		base:    mod("", "require example.com/a v1.0.0 // indirect"),
		current: mod("", "require example.com/a v1.0.0"),
		ours:    mod("", "require example.com/a v1.1.0 // indirect"),
		want:    mod("", "require example.com/a v1.1.0"),
	}, {
		name:    "what we need directly is no longer indirect",
		current: mod("", "require example.com/a v1.0.0 // indirect"),
		ours:    mod("", "require example.com/a v1.0.0"),
		want:    mod("", "require example.com/a v1.0.0"),
	}, {
		name:    "our replacement is set",
		base:    mod(),
		current: mod("", "replace example.com/mine => ../mine"),
		ours:    mod("", runtimeReplace),
		want:    mod("", "replace example.com/mine => ../mine", "", runtimeReplace),
	}, {
		name:    "our replacement is removed and the user's stays",
		base:    mod("", runtimeReplace),
		current: mod("", "replace example.com/mine => ../mine", "", runtimeReplace),
		ours:    mod(),
		want:    mod("", "replace example.com/mine => ../mine"),
	}, {
		name:    "our replacement follows a change of ours over the user's",
		base:    mod("", "replace example.com/r => ./a"),
		current: mod("", "replace example.com/r => ../user"),
		ours:    mod("", "replace example.com/r => ./b"),
		want:    mod("", "replace example.com/r => ./b"),
	}, {
		name:    "a replacement that the user changed stays when ours did not change",
		base:    mod("", "replace example.com/r => ./a"),
		current: mod("", "replace example.com/r => ../user"),
		ours:    mod("", "replace example.com/r => ./a"),
		want:    mod("", "replace example.com/r => ../user"),
	}, {
		name:    "a replacement that the user removed stays removed when ours did not change",
		base:    mod("", "replace example.com/r => ./a"),
		current: mod(),
		ours:    mod("", "replace example.com/r => ./a"),
		want:    mod(),
	}, {
		name:    "the go version is raised, never lowered",
		current: "module example.com/chat\n\ngo 1.9\n",
		ours:    "module example.com/chat\n\ngo 1.26\n",
		want:    "module example.com/chat\n\ngo 1.26\n",
	}, {
		name:    "a newer go version of the user's stays",
		current: "module example.com/chat\n\ngo 1.30.2\n\ntoolchain go1.31.0\n",
		ours:    "module example.com/chat\n\ngo 1.26\n",
		want:    "module example.com/chat\n\ngo 1.30.2\n\ntoolchain go1.31.0\n",
	}, {
		name:    "the module path follows ours",
		base:    "module example.com/a\n",
		current: "module example.com/a\n",
		ours:    "module example.com/b\n",
		want:    "module example.com/b\n",
	}, {
		name:    "a module path that the user changed stays",
		base:    "module example.com/a\n",
		current: "module example.com/mine\n",
		ours:    "module example.com/b\n",
		want:    "module example.com/mine\n",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var base []byte
			if tt.base != "" {
				base = []byte(tt.base)
			}
			got, err := gomod.Merge(base, []byte(tt.current), []byte(tt.ours))
			if err != nil {
				t.Fatalf("Merge: %v", err)
			}
			if string(got) != tt.want {
				t.Errorf("Merge gave\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestMergeSaysWhichFileDoesNotParse(t *testing.T) {
	t.Parallel()
	_, err := gomod.Merge(nil, []byte("module example.com/chat\n<<<<<<< ours\n"), []byte(mod()))
	if err == nil || !strings.Contains(err.Error(), "go.mod:2") {
		t.Errorf("Merge of a go.mod with a conflict marker: error %v, want one that names go.mod:2", err)
	}
}

func TestMergeSum(t *testing.T) {
	t.Parallel()
	const (
		a1   = "example.com/a v1.0.0 h1:a1="
		a1m  = "example.com/a v1.0.0/go.mod h1:a1m="
		a2   = "example.com/a v1.10.0 h1:a2="
		a19  = "example.com/a v1.9.0 h1:a19="
		b    = "example.com/b v0.1.0 h1:b="
		junk = "<<<<<<< ours"
	)
	tests := []struct {
		name               string
		current, ours, out []string
	}{
		{"lines of both, each once", []string{b, a1}, []string{a1, a1m}, []string{a1, a1m, b}},
		{"versions in semantic order", []string{a2}, []string{a19}, []string{a19, a2}},
		{"nothing new leaves the user's order", []string{b, a1}, []string{a1}, []string{b, a1}},
		{"an empty file takes ours", nil, []string{a1, b}, []string{a1, b}},
		{"other lines stay at the end", []string{junk, b}, []string{a1}, []string{a1, b, junk}},
		{"carriage returns are no difference", []string{a1 + "\r"}, []string{a1, b}, []string{a1, b}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := string(gomod.MergeSum(file(tt.current), file(tt.ours)))
			if want := string(file(tt.out)); got != want {
				t.Errorf("MergeSum gave\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func file(lines []string) []byte {
	if len(lines) == 0 {
		return nil
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}
