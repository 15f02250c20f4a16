package spec_test

import (
	"os"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

func TestTreeKnowsWhereNodesEnd(t *testing.T) {
	t.Parallel()
	src := "\ufeff# top\r\n" +
		"größe: { ä: 'it''s', b: [x, \"y\\\"\" ] , c: , } # end }\r\n" +
		"list:\r\n" +
		"  - a b # no\r\n" +
		"  - q: |\r\n" +
		"      # text\r\n" +
		"\r\n" +
		"      more\r\n" +
		"\r\n" +
		"    # comment\r\n" +
		"  -\r\n" +
		"plain: one\r\n" +
		"  two # three\r\n" +
		"empty: # none\r\n" +
		"open: {\r\n  a: b # }\r\n}\r\n"
	root, diags := spec.Tree("x", []byte(src))
	if root == nil {
		t.Fatal(diags.All())
	}
	flow := root.Get("größe")
	list := root.Get("list")
	for want, n := range map[string]*spec.Node{
		"{ ä: 'it''s', b: [x, \"y\\\"\" ] , c: , }": flow,
		"'it''s'":                             flow.Get("ä"),
		"[x, \"y\\\"\" ]":                     flow.Get("b"),
		"\"y\\\"\"":                           flow.Get("b").Content[1],
		"a b":                                 list.Content[0],
		"|\r\n      # text\r\n\r\n      more": list.Content[1].Get("q"),
		"one\r\n  two":                        root.Get("plain"),
		"{\r\n  a: b # }\r\n}":                root.Get("open"),
		"b":                                   root.Get("open").Get("a"),
	} {
		if got := src[n.Start:n.End]; got != want {
			t.Errorf("node is %q, want %q", got, want)
		}
	}
	for _, n := range []*spec.Node{flow.Get("c"), list.Content[2], root.Get("empty")} {
		if !n.IsNull() || n.Start != n.End {
			t.Errorf("no value: got %+v", n)
		}
	}
	if root.Get("nope") != nil || root.Get("plain").Get("x") != nil {
		t.Error("Get found what is not there")
	}
}

func TestTreeRefusesWhatIsNoSpec(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"", "a: &x b", "a: [", "a: !t b"} {
		if root, diags := spec.Tree("x", []byte(src)); root != nil || !diags.HasErrors() {
			t.Errorf("Tree(%q) = %v, %v", src, root, diags.All())
		}
	}
}

func FuzzTree(f *testing.F) {
	for _, file := range seeds(f) {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add("a: [b: c, {d: , e}]\n? f\n: |+\n g\n\n")
	f.Fuzz(func(t *testing.T, src string) {
		root, _ := spec.Tree("x", []byte(src))
		if root != nil {
			checkPlaces(t, root, 0, len(src))
			if !strings.Contains(src, "\n") && root.End > len(src) {
				t.Error("the tree is larger than the text")
			}
		}
	})
}

// checkPlaces checks that nodes lie in their parents and in order.
func checkPlaces(t *testing.T, n *spec.Node, from, to int) {
	t.Helper()
	if n.Start < from || n.End < n.Start || n.End > to {
		t.Errorf("%q at %d to %d, within %d to %d", n.Value, n.Start, n.End, from, to)
	}
	for _, child := range n.Content {
		checkPlaces(t, child, n.Start, n.End)
	}
}
