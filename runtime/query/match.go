package query

import (
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Match reports whether a record satisfies the condition. Every store answers
// as Match does, also the SQL ones:
//
//   - Eq null holds for a field that is null or absent, Ne null for all others.
//   - Ne and Nin hold for null, unless compared with null itself.
//   - Lt, Lte, Gt and Gte never hold for null, nor when compared with null.
//   - Strings compare by their UTF-8 bytes, integers and numbers as one.
//   - Eq and In with a scalar hold for a list that contains it; Ne and Nin
//     hold for a list that does not. Lists have no order.
func (c Cond) Match(rec record.Record) bool { return c.match(rec) }

func (c *Cond) match(rec record.Record) bool {
	switch c.Op {
	case And:
		for i := range c.Conds {
			if !c.Conds[i].match(rec) {
				return false
			}
		}
		return true
	case Or:
		for i := range c.Conds {
			if c.Conds[i].match(rec) {
				return true
			}
		}
		return false
	}
	return c.compare(rec.Value(c.Field))
}

func (c *Cond) compare(v record.Value) bool {
	switch c.Op {
	case Eq:
		return c.equal(v)
	case Ne:
		return !c.equal(v)
	case In:
		return c.among(v)
	case Nin:
		return !c.among(v)
	}
	return c.ordered(v)
}

func (c *Cond) equal(v record.Value) bool {
	if v.Kind() != record.KindList || c.Value.Kind() == record.KindList {
		return record.Equal(v, c.Value)
	}
	for _, e := range v.List() {
		if record.Equal(e, c.Value) {
			return true
		}
	}
	return false
}

func (c *Cond) among(v record.Value) bool {
	if v.Kind() != record.KindList {
		return c.listed(v)
	}
	return slices.ContainsFunc(v.List(), c.listed)
}

func (c *Cond) listed(v record.Value) bool {
	_, found := slices.BinarySearchFunc(c.List, v, record.Compare)
	return found
}

func (c *Cond) ordered(v record.Value) bool {
	if v.IsNull() || c.Value.IsNull() || v.Kind() == record.KindList {
		return false
	}
	switch n := record.Compare(v, c.Value); c.Op {
	case Lt:
		return n < 0
	case Lte:
		return n <= 0
	case Gt:
		return n > 0
	default:
		return n >= 0
	}
}
