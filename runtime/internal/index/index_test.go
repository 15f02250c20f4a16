package index_test

import (
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/index"
)

func TestValuesAreUnderTheKeysTheyMovedTo(t *testing.T) {
	t.Parallel()
	var x index.Index[string, int]
	has := func(key string, want ...int) {
		t.Helper()
		got := x.Of(key)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("under %s is %v, want %v", key, got, want)
		}
	}
	x.Move(1, nil, []string{"a", "b"})
	x.Move(2, nil, []string{"b"})
	has("a", 1)
	has("b", 1, 2)
	x.Move(1, []string{"a", "b"}, []string{"b", "c"})
	has("a")
	has("b", 1, 2)
	has("c", 1)
	x.Leave(1, []string{"b", "c"}, []string{"c"})
	has("b", 2)
	has("c", 1)
	x.Move(2, nil, []string{"c"})
	if all := x.All(); len(all) != 2 {
		t.Errorf("all are %v, want 1 and 2, each once", all)
	}
	x.Leave(2, []string{"b", "c", "never"}, nil)
	x.Leave(1, []string{"c"}, nil)
	if all := x.All(); len(all) != 0 {
		t.Errorf("all are %v, want none", all)
	}
}
