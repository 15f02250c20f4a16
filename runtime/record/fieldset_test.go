package record_test

import (
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestFieldSet(t *testing.T) {
	t.Parallel()
	a, b := record.Fields(0, 5, 63, 64, 127), record.Fields(5, 64, 100)
	for _, c := range []struct {
		name string
		set  record.FieldSet
		want []int
	}{
		{"fields in order", record.Fields(127, 0, 64, 63, 5), []int{0, 5, 63, 64, 127}},
		{"union", a.Union(b), []int{0, 5, 63, 64, 100, 127}},
		{"intersection", a.Intersect(b), []int{5, 64}},
		{"difference", a.Minus(b), []int{0, 63, 127}},
		{"nothing", a.Minus(a), nil},
	} {
		got := slices.Collect(c.set.All())
		if !slices.Equal(got, c.want) || c.set.Len() != len(c.want) || c.set.Empty() != (len(c.want) == 0) {
			t.Errorf("%s: %v, Len %d, Empty %t, want %v", c.name, got, c.set.Len(), c.set.Empty(), c.want)
		}
		for f := range record.MaxFields {
			if c.set.Has(f) != slices.Contains(c.want, f) {
				t.Errorf("%s: Has(%d) = %t", c.name, f, c.set.Has(f))
			}
		}
	}
}

func TestFieldSetAddRemove(t *testing.T) {
	t.Parallel()
	var s record.FieldSet
	s.Add(70)
	s.Add(70)
	s.Add(3)
	s.Remove(70)
	s.Remove(71)
	if s != record.Fields(3) {
		t.Errorf("set = %v, want {3}", slices.Collect(s.All()))
	}
	for range record.Fields(1, 2, 3).All() {
		break // leaving early must be fine
	}
}
