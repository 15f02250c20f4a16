// Package query is the Feathers query language: it parses what clients send,
// converts it to the declared types of a record's fields, refuses what is
// unknown, and matches and sorts records. It knows no store and no HTTP.
//
// A query passes three stages. ParseString and ParseJSON make a Tree of what
// came over the wire; Rules.Parse checks the Tree against a schema and makes
// a Query of it; a store runs the Query, by Match and Compare or as SQL.
// Trees, Rules and Queries are safe for concurrent use while nobody changes
// them.
package query

import "github.com/featherscaffold/featherscaffold/runtime/record"

// NoLimit is the Limit of a query that takes every record.
const NoLimit = -1

// A Query selects records of one schema. Its values have the types of the
// schema's fields.
type Query struct {
	Where  Cond            // the zero Cond matches every record
	Sort   []Order         // first key first
	Select record.FieldSet // fields to show; empty for all
	Limit  int             // at most so many records; NoLimit for all
	Skip   int             // records to leave out at the start
	Count  bool            // whether to count all that match, for an envelope
}

// All returns the query that takes every record.
func All() *Query { return &Query{Limit: NoLimit} }

// Where returns the query for the records that match all conditions.
func Where(conds ...Cond) *Query {
	q := All()
	q.And(conds...)
	return q
}

// And narrows the query to records that also match the conditions.
func (q *Query) And(conds ...Cond) {
	for _, c := range conds {
		q.Where = q.Where.And(c)
	}
}

// An Order is one sort key.
type Order struct {
	Field int
	Desc  bool
}

// Compare orders two records by the query's sort keys: null first, then by
// record.Compare, the other way round for descending keys. It returns 0 for
// records that no key tells apart; their order is the store's own.
func (q *Query) Compare(a, b record.Record) int {
	for _, key := range q.Sort {
		c := record.Compare(a.Value(key.Field), b.Value(key.Field))
		switch {
		case c == 0:
		case key.Desc:
			return -c
		default:
			return c
		}
	}
	return 0
}
