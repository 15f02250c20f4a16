package query

import (
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An Op is the operator of a condition.
type Op uint8

// The operators. And and Or join conditions, the others compare one field.
const (
	And Op = iota
	Or
	Eq
	Ne
	Lt
	Lte
	Gt
	Gte
	In
	Nin
)

// A Cond is a condition on a record. The zero Cond is an And of nothing, which
// every record matches; an Or of nothing matches none.
type Cond struct {
	Op    Op
	Field int            // of a comparison
	Value record.Value   // of Eq, Ne, Lt, Lte, Gt, Gte
	List  []record.Value // of In, Nin: ascending by record.Compare
	Conds []Cond         // of And, Or
}

// Is returns the condition that a field equals a value; null matches a field
// that is null or absent.
func Is(field int, v record.Value) Cond { return Cond{Op: Eq, Field: field, Value: v} }

// IsNot returns the condition that a field does not equal a value, which
// holds where Is does not: null differs from every other value.
func IsNot(field int, v record.Value) Cond { return Cond{Op: Ne, Field: field, Value: v} }

// Less returns the condition that a field is below a value and not null.
func Less(field int, v record.Value) Cond { return Cond{Op: Lt, Field: field, Value: v} }

// AtMost returns the condition that a field is at or below a value and not null.
func AtMost(field int, v record.Value) Cond { return Cond{Op: Lte, Field: field, Value: v} }

// Greater returns the condition that a field is above a value and not null.
func Greater(field int, v record.Value) Cond { return Cond{Op: Gt, Field: field, Value: v} }

// AtLeast returns the condition that a field is at or above a value and not null.
func AtLeast(field int, v record.Value) Cond { return Cond{Op: Gte, Field: field, Value: v} }

// OneOf returns the condition that a field equals one of the values.
func OneOf(field int, values ...record.Value) Cond {
	return Cond{Op: In, Field: field, List: ascending(values)}
}

// NoneOf returns the condition that a field equals none of the values. It
// holds for null unless null is one of them.
func NoneOf(field int, values ...record.Value) Cond {
	return Cond{Op: Nin, Field: field, List: ascending(values)}
}

func ascending(values []record.Value) []record.Value {
	list := slices.Clone(values)
	slices.SortFunc(list, record.Compare)
	return slices.CompactFunc(list, record.Equal)
}

// Any returns the condition that at least one of the conditions holds.
func Any(conds ...Cond) Cond {
	if len(conds) == 1 {
		return conds[0]
	}
	for i := range conds {
		if conds[i].True() {
			return Cond{}
		}
	}
	return Cond{Op: Or, Conds: conds}
}

// And returns the condition that both hold.
func (c Cond) And(d Cond) Cond {
	switch {
	case c.True():
		return d
	case d.True():
		return c
	case c.Op == And:
		return Cond{Op: And, Conds: append(c.Conds[:len(c.Conds):len(c.Conds)], d)}
	}
	return Cond{Op: And, Conds: []Cond{c, d}}
}

// True reports whether the condition is the empty one, which always holds.
func (c Cond) True() bool { return c.Op == And && len(c.Conds) == 0 }
