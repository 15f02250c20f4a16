package explain_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/explain"
)

func TestServiceLines(t *testing.T) {
	t.Parallel()
	const src = "version: 1\nauth:\n  service: a\n\nservices:\n  a:\n    fields:\n      b: int # c\n\n  d: {}\n"
	for name, want := range map[string]explain.Lines{
		"a": {From: 6, To: 8}, "d": {From: 10, To: 10}, "api-keys": {From: 2, To: 3},
	} {
		if got, ok := explain.Service([]byte(src), name); !ok || got != want {
			t.Errorf("Service(%q) = %v, %v, want %v", name, got, ok, want)
		}
	}
	for _, src := range []string{"", "services: []", "[]", "services: { b: {} }"} {
		if got, ok := explain.Service([]byte(src), "a"); ok {
			t.Errorf("Service in %q = %v, want none", src, got)
		}
	}
}
