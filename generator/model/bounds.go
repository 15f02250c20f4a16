package model

import (
	"math"
	"strconv"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// maxSafe is the largest integer that JavaScript numbers hold exactly.
const maxSafe = 1<<53 - 1

func hex(r rune) string { return strconv.FormatInt(int64(r), 16) }

// bounds resolves the field's range: of a list its length, else of the value.
func (b *builder) bounds(f *Field, t spec.Type) {
	low, high, length := t.Min, t.Max, true
	if f.List {
		if at := first(t.Min, t.Max); !at.IsZero() {
			b.notAvailable(at, "a range for the items of a list", "write the list's length behind the bracket, as in [string](1..5), and check its items in a hook")
		}
		low, high = t.ListMin, t.ListMax
	} else {
		length = f.Type != Int && f.Type != Number
	}
	at := first(low, high)
	if at.IsZero() {
		return
	}
	if !f.List && !ranged(f.Type) {
		b.errorf(at, "bad-range", "%s has no range", typeWord(f)).
			Fix = "remove it: a range is for texts and lists (length) and for numbers (value)"
		return
	}
	ok := b.bound(low, &f.Min, f, length)
	if b.bound(high, &f.Max, f, length) && ok && f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		b.errorf(low.Span, "bad-range", "the lower bound %s is above the upper, %s", number(*f.Min), number(*f.Max)).
			Fix = "write the smaller number first"
	}
}

// first returns where the range begins.
func first(low, high spec.Number) spec.Span {
	if low.Span.IsZero() {
		return high.Span
	}
	return low.Span
}

func ranged(t Type) bool {
	switch t {
	case String, Text, Int, Number, Email, URL, Password:
		return true
	}
	return false
}

func (b *builder) bound(n spec.Number, to **float64, f *Field, length bool) bool {
	if n.Span.IsZero() {
		return true
	}
	whole := n.Value == math.Trunc(n.Value) && math.Abs(n.Value) <= maxSafe
	switch {
	case length && (!whole || n.Value < 0):
		b.errorf(n.Span, "bad-range", "a length can not be %s", number(n.Value)).Fix = "use a whole number from 0 upwards"
		return false
	case f.Type == Int && !whole:
		b.errorf(n.Span, "bad-range", "an int can not be %s", number(n.Value)).Fix = "use a whole number, or the type number"
		return false
	}
	*to = &n.Value
	return true
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// typeWord names a field's type as the spec does.
func typeWord(f *Field) string {
	word := string(f.Type)
	switch {
	case f.Ref != nil:
		word = "-> " + f.Ref.Name
	case f.Type == Ref:
		word = "id"
	}
	if f.List {
		return "[" + word + "]"
	}
	return word
}
