package gomod_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/gomod"
)

// FuzzMerge checks that no go.mod of a user's makes Merge panic, and that a
// merged file merges to itself.
func FuzzMerge(f *testing.F) {
	ours := []byte(mod("", "require example.com/a v1.2.0", runtimeReplace))
	base := []byte(mod("", "require example.com/old v1.0.0"))
	for _, seed := range []string{
		"", mod(), string(base), string(ours),
		mod("exclude example.com/a v1.2.0", "retract v1.0.0 // oops", "tool example.com/t", "godebug default=go1.21"),
		mod("require (", "\texample.com/a v1.0.0", "\texample.com/a v1.1.0 // indirect", ")"),
		"module \"example.com/quoted\"\r\n\r\ngo 1.26\r\n",
		"// comment only\n", "replace example.com/r v1.0.0 => example.com/q v1.0.0\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, current []byte) {
		once, err := gomod.Merge(base, current, ours)
		if err != nil {
			return
		}
		twice, err := gomod.Merge(ours, once, ours)
		if err != nil {
			t.Fatalf("merged file does not parse: %v\n%s", err, once)
		}
		if !bytes.Equal(once, twice) {
			t.Fatalf("second merge changed the file:\n%s\nto\n%s", once, twice)
		}
	})
}

// FuzzMergeSum checks that no line is lost and that merging again changes
// nothing.
func FuzzMergeSum(f *testing.F) {
	f.Add([]byte("example.com/a v1.0.0 h1:x=\n"), []byte("example.com/a v1.0.0/go.mod h1:y=\n"))
	f.Add([]byte("<<<<<<<\nb\n"), []byte("a v1 h1:\r\n\n"))
	f.Add([]byte("a v1.0.0+x h1:1\na v1.0.0+y h1:2\n"), []byte(""))
	f.Fuzz(func(t *testing.T, current, ours []byte) {
		got := gomod.MergeSum(current, ours)
		if again := gomod.MergeSum(got, ours); !bytes.Equal(again, got) {
			t.Fatalf("second merge changed\n%q\nto\n%q", got, again)
		}
		have := map[string]bool{}
		for line := range strings.Lines(string(got)) {
			have[strings.Join(strings.Fields(line), " ")] = true
		}
		for line := range strings.Lines(string(current) + "\n" + string(ours)) {
			if line = strings.Join(strings.Fields(line), " "); line != "" && !have[line] {
				t.Fatalf("line %q is lost from %q", line, got)
			}
		}
	})
}
