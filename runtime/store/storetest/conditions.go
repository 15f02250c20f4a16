package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// testConditions holds a store's answers against query.Cond.Match.
func testConditions(t *testing.T, open Opener) {
	schema := document()
	recs := documents(schema)
	s := open(t, schema)
	create(t, s, recs...)
	for i := range schema.Fields {
		t.Run(schema.Fields[i].Name, func(t *testing.T) {
			for _, c := range comparisons(schema, i, recs) {
				expectMatches(t, s, recs, c)
			}
		})
	}
	t.Run("and with or", func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for range 500 {
			expectMatches(t, s, recs, tree(r, schema, recs, 3))
		}
	})
	t.Run("nothing", func(t *testing.T) {
		for _, c := range []query.Cond{{}, {Op: query.Or}, query.Any(query.Cond{Op: query.Or}), query.OneOf(1), query.NoneOf(1)} {
			expectMatches(t, s, recs, c)
		}
	})
	tell(t, open, []story{{"lists of any length", testLongLists}, {"many conditions", testManyConditions}})
}

// comparisons returns every operator with every value that a record has in
// the field, null, and values of other types.
func comparisons(schema *record.Schema, field int, recs []record.Record) []query.Cond {
	pool := operands(&schema.Fields[field], field, recs)
	conds := []query.Cond{query.OneOf(field, pool...), query.NoneOf(field, pool...)}
	for i, v := range pool {
		for op := query.Eq; op <= query.Gte; op++ {
			conds = append(conds, query.Cond{Op: op, Field: field, Value: v})
		}
		pair := []record.Value{v, pool[(i+1)%len(pool)]}
		conds = append(conds, query.OneOf(field, v), query.NoneOf(field, v), query.OneOf(field, pair...), query.NoneOf(field, pair...))
	}
	return conds
}

func operands(f *record.Field, field int, recs []record.Record) []record.Value {
	pool := []record.Value{{}}
	// JSON has more than one text for one value. Queries from clients ask
	// only whether a field of it is null.
	if f.Type == record.JSON {
		return pool
	}
	for _, rec := range recs {
		v := rec.Value(field)
		pool = append(append(pool, v), v.List()...)
	}
	pool = append(pool, record.StringValue("1"), record.StringValue("a"), record.IntValue(1), record.NumberValue(1),
		record.NumberValue(0.25), record.BoolValue(true), record.TimeValue(time.UnixMilli(0)), record.ListValue([]record.Value{record.StringValue("a")}))
	slices.SortFunc(pool, record.Compare)
	return slices.CompactFunc(pool, func(a, b record.Value) bool { return a.Kind() == b.Kind() && record.Equal(a, b) })
}

// tree returns a random condition that nests so deep.
func tree(r *rand.Rand, schema *record.Schema, recs []record.Record, depth int) query.Cond {
	if depth == 0 || r.IntN(4) == 0 {
		all := comparisons(schema, r.IntN(len(schema.Fields)), recs)
		return all[r.IntN(len(all))]
	}
	c := query.Cond{Op: query.Op(r.IntN(2))}
	for range r.IntN(4) {
		c.Conds = append(c.Conds, tree(r, schema, recs, depth-1))
	}
	return c
}

func expectMatches(t *testing.T, s runtime.Store, recs []record.Record, c query.Cond) {
	t.Helper()
	var want []record.Record
	for _, rec := range recs {
		if c.Match(rec) {
			want = append(want, rec)
		}
	}
	q := query.Where(c)
	q.Count = true
	page, err := s.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("Find(%s) = %v", show(c), err)
	}
	if got := ids(page.Records); !slices.Equal(got, ids(want)) {
		t.Errorf("Find(%s): got records %v, want %v", show(c), got, ids(want))
	}
	if page.Total != len(want) {
		t.Errorf("Find(%s): got total %d, want %d", show(c), page.Total, len(want))
	}
}

var opNames = [...]string{"and", "or", "=", "≠", "<", "≤", ">", "≥", "in", "not in"}

func show(c query.Cond) string {
	switch c.Op {
	case query.And, query.Or:
		s := opNames[c.Op] + "("
		for _, d := range c.Conds {
			s += show(d) + " "
		}
		return s + ")"
	case query.In, query.Nin:
		return fmt.Sprintf("field %d %s %s", c.Field, opNames[c.Op], record.ListValue(slices.Clone(c.List)))
	}
	return fmt.Sprintf("field %d %s %s", c.Field, opNames[c.Op], c.Value.AppendJSON(nil))
}

// testLongLists passes lists that are longer than what a database takes as
// parameters.
func testLongLists(t *testing.T, open Opener) {
	schema := document()
	s := open(t, schema)
	recs := documents(schema)
	create(t, s, recs...)
	values := func(value func(int) record.Value) []record.Value {
		list := make([]record.Value, 33_000)
		for i := range list {
			list[i] = value(i)
		}
		return list
	}
	ints := values(func(i int) record.Value { return record.IntValue(int64(i)) })
	texts := values(func(i int) record.Value { return record.StringValue(strconv.Itoa(i)) })
	numbers := values(func(i int) record.Value { return record.NumberValue(float64(i) / 10) })
	for name, list := range map[string][]record.Value{"integer!": ints, "strings": texts, "number!": numbers} {
		field, _ := schema.Index(name)
		expectMatches(t, s, recs, query.OneOf(field, list...))
	}
	field, _ := schema.Index("string?")
	expectMatches(t, s, recs, query.NoneOf(field, texts...))
}

// testManyConditions passes more conditions than a chain of them may have. A
// store may refuse, but not fall.
func testManyConditions(t *testing.T, open Opener) {
	schema := user()
	s := open(t, schema)
	create(t, s, newUser(schema, "Ann"))
	for _, n := range []int{2_000, 35_000} {
		conds := make([]query.Cond, n)
		for i := range conds {
			conds[i] = query.Is(2, record.StringValue(strconv.Itoa(i)))
		}
		conds[n-1] = query.Is(2, record.StringValue("Ann"))
		page, err := s.Find(t.Context(), query.Where(query.Any(conds...)))
		if n == 2_000 && err != nil || err == nil && len(page.Records) != 1 {
			t.Errorf("Find with %d conditions: got %d records and %v, want 1 record", n, len(page.Records), err)
		}
	}
}
