package sqlstore

import (
	"database/sql/driver"
	"math"
	"slices"
	"strconv"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// statement is a SQL statement while it is written.
type statement struct {
	s    *Store
	sql  []byte
	args []driver.Value
}

// statement begins a statement.
func (s *Store) statement(start string) *statement {
	b := &statement{s: s, sql: make([]byte, 0, len(start)+256)}
	b.add(start)
	return b
}

// String returns the statement.
func (b *statement) String() string { return string(b.sql) }

func (b *statement) add(parts ...string) {
	for _, p := range parts {
		b.sql = append(b.sql, p...)
	}
}

// param adds a placeholder and its argument.
func (b *statement) param(v driver.Value) { b.add(b.arg(v)) }

// arg adds an argument and returns its placeholder.
func (b *statement) arg(v driver.Value) string {
	b.args = append(b.args, v)
	return b.s.dialect.Param(len(b.args))
}

// value adds a placeholder for a field's value.
func (b *statement) value(field int, v record.Value) {
	b.param(Encode(&b.s.schema.Fields[field], v))
}

// set adds the SET clause of an update.
func (b *statement) set(rec record.Record, fields record.FieldSet) {
	word := " SET "
	for field := range fields.All() {
		b.add(word, b.s.columns[field], " = ")
		b.value(field, rec.Value(field))
		word = ", "
	}
}

// orderBy adds the ORDER BY clause. Records that no key tells apart come in
// the order of their creation.
func (b *statement) orderBy(keys []query.Order) {
	b.add(" ORDER BY ")
	for _, key := range keys {
		b.add(b.s.columns[key.Field])
		if key.Desc {
			b.add(" DESC")
		}
		if key.Field == b.s.schema.ID {
			return
		}
		b.add(", ")
	}
	b.add(b.s.order)
}

// limit adds the LIMIT and OFFSET clauses. The limit is no parameter: what to
// do depends on it, and SQLite would prepare the statement anew every time.
func (b *statement) limit(limit, skip int) {
	if limit < 0 && skip == 0 {
		return
	}
	if limit < 0 {
		limit = math.MaxInt
	}
	b.add(" LIMIT ")
	b.sql = strconv.AppendInt(b.sql, int64(limit), 10)
	if skip > 0 {
		b.add(" OFFSET ")
		b.param(int64(skip))
	}
}

// where adds the WHERE clause. It says in SQL what query.Cond.Match says.
func (b *statement) where(c query.Cond) {
	if c.True() {
		return
	}
	b.add(" WHERE ")
	b.cond(&c)
}

// Conditions that are the same for every record.
const (
	always = "1 = 1"
	never  = "1 = 0"
)

func constant(holds bool) string {
	if holds {
		return always
	}
	return never
}

func (b *statement) cond(c *query.Cond) {
	switch c.Op {
	case query.And:
		b.join(c.Conds, " AND ", always)
	case query.Or:
		b.join(c.Conds, " OR ", never)
	case query.Eq, query.Ne:
		b.equal(c)
	case query.In, query.Nin:
		b.among(c)
	default:
		b.ordered(c)
	}
}

// maxChain is how many conditions are joined in a row. Databases bound how
// deep expressions nest, and a chain of n conditions nests n deep.
const maxChain = 100

func (b *statement) join(conds []query.Cond, word, empty string) {
	if len(conds) == 0 {
		b.add(empty)
		return
	}
	b.add("(")
	if len(conds) > maxChain {
		half := len(conds) / 2
		b.join(conds[:half], word, empty)
		b.add(word)
		b.join(conds[half:], word, empty)
	} else {
		for i := range conds {
			if i > 0 {
				b.add(word)
			}
			b.cond(&conds[i])
		}
	}
	b.add(")")
}

func (b *statement) null(column string, is bool) {
	b.add(column, " IS ")
	if !is {
		b.add("NOT ")
	}
	b.add("NULL")
}

// equal adds an Eq or Ne.
func (b *statement) equal(c *query.Cond) {
	f, column, eq := &b.s.schema.Fields[c.Field], b.s.columns[c.Field], c.Op == query.Eq
	switch {
	case c.Value.IsNull():
		b.null(column, eq)
	case f.List && alike(f, c.Value):
		b.overlap(c.Field, []record.Value{c.Value}, !eq)
	case f.List != (c.Value.Kind() == record.KindList), !f.List && !alike(f, c.Value):
		b.add(constant(!eq))
	case eq:
		b.add(column, " = ")
		b.value(c.Field, c.Value)
	default:
		b.add(b.s.dialect.Differs(column, b.arg(Encode(f, c.Value))))
	}
}

// ordered adds an Lt, Lte, Gt or Gte.
func (b *statement) ordered(c *query.Cond) {
	f, column := &b.s.schema.Fields[c.Field], b.s.columns[c.Field]
	switch {
	case c.Value.IsNull() || f.List:
		b.add(never)
	case !alike(f, c.Value):
		// Values of two kinds are ordered by their kinds.
		if less := c.Op == query.Lt || c.Op == query.Lte; less == (f.Type.Kind() < c.Value.Kind()) {
			b.null(column, false)
		} else {
			b.add(never)
		}
	default:
		b.add(column, operators[c.Op])
		b.value(c.Field, c.Value)
	}
}

var operators = [...]string{query.Lt: " < ", query.Lte: " <= ", query.Gt: " > ", query.Gte: " >= "}

// among adds an In or Nin. Whether it holds for null is written out, as SQL
// holds a comparison with null for neither true nor false.
func (b *statement) among(c *query.Cond) {
	not := c.Op == query.Nin
	b.add("(")
	b.member(c, not)
	if null := slices.ContainsFunc(c.List, record.Value.IsNull); null != not {
		b.add(" OR ")
		b.null(b.s.columns[c.Field], true)
	} else {
		b.add(" AND ")
		b.null(b.s.columns[c.Field], false)
	}
	b.add(")")
}

// member adds that the column's value, or an element of its list, is one of
// the condition's values that are not null.
func (b *statement) member(c *query.Cond, not bool) {
	f := &b.s.schema.Fields[c.Field]
	values := alikes(f, c.List)
	switch {
	case len(values) == 0:
		b.add(constant(not))
	case f.List:
		b.overlap(c.Field, values, not)
	case f.Type == record.Number && len(values) <= maxNumbers:
		b.numbers(c.Field, values, not)
	default:
		if not {
			b.add("NOT ")
		}
		b.add(b.s.dialect.Among(b.s.columns[c.Field], b.arg(b.array(c.Field, values))))
	}
}

// maxNumbers is how many numbers become parameters of their own. SQLite does
// not read every very large or small number in JSON to the last bit.
const maxNumbers = 100

func (b *statement) numbers(field int, values []record.Value, not bool) {
	b.add(b.s.columns[field])
	if not {
		b.add(" NOT")
	}
	word := " IN ("
	for _, v := range values {
		b.add(word)
		b.value(field, v)
		word = ", "
	}
	b.add(")")
}

func (b *statement) overlap(field int, values []record.Value, not bool) {
	if not {
		b.add("NOT ")
	}
	// The table's name keeps the column apart from those that the dialect's
	// condition may bring in.
	column := b.s.table + "." + b.s.columns[field]
	b.add(b.s.dialect.Overlap(column, b.arg(b.array(field, values))))
}

// array returns values as the JSON array that Among and Overlap compare with.
func (b *statement) array(field int, values []record.Value) string {
	dst := []byte{'['}
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendElement(dst, &b.s.schema.Fields[field], v)
	}
	return string(append(dst, ']'))
}

// alikes returns the values that a field, or an element of its list, may
// equal; null is none of them.
func alikes(f *record.Field, values []record.Value) []record.Value {
	other := func(v record.Value) bool { return !alike(f, v) }
	if !slices.ContainsFunc(values, other) {
		return values
	}
	return slices.DeleteFunc(slices.Clone(values), other)
}

// alike reports whether v is of the kind of the field's values, or both are
// numbers. A database would convert other values, and find them equal.
func alike(f *record.Field, v record.Value) bool {
	return v.Kind() == f.Type.Kind() || numeric(v.Kind()) && numeric(f.Type.Kind())
}

func numeric(k record.Kind) bool { return k == record.KindInt || k == record.KindNumber }
