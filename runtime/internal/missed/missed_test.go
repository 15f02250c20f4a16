package missed_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/missed"
)

func TestACountIsOfAllUnlessOneIsUnknown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		added []uint64
		want  uint64
	}{
		{[]uint64{3}, 3},
		{[]uint64{3, 4}, 7},
		{[]uint64{3, 0, 4}, 0},
		{[]uint64{0}, 0},
	} {
		var c missed.Count
		for range 2 { // it begins anew
			for i, n := range test.added {
				if first := c.Add(n); first != (i == 0) {
					t.Errorf("Add(%d) of %v reports first: %v", n, test.added, first)
				}
			}
			if got := c.Take(); got != test.want {
				t.Errorf("Take after %v = %d, want %d", test.added, got, test.want)
			}
		}
	}
}
