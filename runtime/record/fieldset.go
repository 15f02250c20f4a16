package record

import (
	"iter"
	"math/bits"
)

// MaxFields is the highest number of fields a schema may have.
const MaxFields = 128

// A FieldSet is a set of field numbers below MaxFields. The zero value is the
// empty set. Sets compare with ==.
type FieldSet [2]uint64

// Fields returns the set of the given field numbers.
func Fields(fields ...int) FieldSet {
	var s FieldSet
	for _, f := range fields {
		s.Add(f)
	}
	return s
}

// Add puts a field into the set.
func (s *FieldSet) Add(field int) { s[field>>6] |= 1 << (field & 63) }

// Remove takes a field out of the set.
func (s *FieldSet) Remove(field int) { s[field>>6] &^= 1 << (field & 63) }

// Has reports whether the field is in the set.
func (s FieldSet) Has(field int) bool { return s[field>>6]>>(field&63)&1 != 0 }

// Union returns the fields in s or t.
func (s FieldSet) Union(t FieldSet) FieldSet { return FieldSet{s[0] | t[0], s[1] | t[1]} }

// Intersect returns the fields in both s and t.
func (s FieldSet) Intersect(t FieldSet) FieldSet { return FieldSet{s[0] & t[0], s[1] & t[1]} }

// Minus returns the fields in s that are not in t.
func (s FieldSet) Minus(t FieldSet) FieldSet { return FieldSet{s[0] &^ t[0], s[1] &^ t[1]} }

// Empty reports whether no field is in the set.
func (s FieldSet) Empty() bool { return s == FieldSet{} }

// Len returns the number of fields in the set.
func (s FieldSet) Len() int { return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) }

// All yields the fields in ascending order.
func (s FieldSet) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(i<<6 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}
