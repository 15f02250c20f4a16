package storetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// testFind holds the pages that a store finds against query.Query.Compare and
// the order of creation.
func testFind(t *testing.T, open Opener) {
	schema := document()
	s := open(t, schema)
	recs := documents(schema)
	for range 2 { // every value twice, so that sort keys leave ties
		recs = append(recs, documents(schema)...)
	}
	create(t, s, recs...)
	t.Run("sorts by every field", func(t *testing.T) {
		for i := range schema.Fields {
			if schema.Fields[i].List || schema.Fields[i].Type == record.JSON {
				continue // have no order
			}
			for _, desc := range []bool{false, true} {
				expectPage(t, s, recs, &query.Query{Sort: []query.Order{{Field: i, Desc: desc}}, Limit: query.NoLimit})
				expectPage(t, s, recs, &query.Query{Sort: []query.Order{{Field: i, Desc: desc}}, Limit: 7, Skip: 2, Count: true})
			}
		}
	})
	t.Run("sorts by several fields", func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		for range 100 {
			expectPage(t, s, recs, sorted(r, schema))
		}
	})
	t.Run("skips and limits", func(t *testing.T) {
		for _, limit := range []int{query.NoLimit, 0, 1, 5, len(recs) - 1, len(recs), len(recs) + 1, 1 << 31} {
			for _, skip := range []int{0, 1, len(recs) - 1, len(recs), len(recs) + 1, 1 << 31} {
				for _, count := range []bool{false, true} {
					for _, where := range []query.Cond{none, query.IsNot(schema.ID, record.IntValue(3)), query.Is(1, record.StringValue("a"))} {
						expectPage(t, s, recs, &query.Query{Where: where, Limit: limit, Skip: skip, Count: count})
					}
				}
			}
		}
	})
	t.Run("returns an empty list, not none", func(t *testing.T) {
		for _, q := range []*query.Query{{Limit: 0}, query.Where(query.Cond{Op: query.Or}), {Skip: 1000, Limit: 5}} {
			if page, err := s.Find(t.Context(), q); err != nil || page.Records == nil {
				t.Errorf("Find(%+v) = %v, %v, want an empty list", q, page.Records, err)
			}
		}
	})
	t.Run("counts a table without records", func(t *testing.T) {
		expectPage(t, open(t, schema), nil, &query.Query{Limit: 10, Skip: 5, Count: true})
	})
}

func sorted(r *rand.Rand, schema *record.Schema) *query.Query {
	q := &query.Query{Limit: r.IntN(30) - 1, Skip: r.IntN(10), Count: r.IntN(2) == 0}
	for range 1 + r.IntN(4) {
		field := r.IntN(len(schema.Fields))
		if f := &schema.Fields[field]; !f.List && f.Type != record.JSON {
			q.Sort = append(q.Sort, query.Order{Field: field, Desc: r.IntN(2) == 0})
		}
	}
	return q
}

func expectPage(t *testing.T, s runtime.Store, recs []record.Record, q *query.Query) {
	t.Helper()
	want := slices.DeleteFunc(slices.Clone(recs), func(r record.Record) bool { return !q.Where.Match(r) })
	slices.SortStableFunc(want, func(a, b record.Record) int { return cmp.Or(q.Compare(a, b)) })
	total := len(want)
	want = want[min(q.Skip, len(want)):]
	if q.Limit >= 0 {
		want = want[:min(q.Limit, len(want))]
	}
	page, err := s.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("Find(%+v) = %v", q, err)
	}
	expectIDs(t, fmt.Sprintf("Find(%+v)", q), page.Records, ids(want)...)
	if q.Count && page.Total != total {
		t.Errorf("Find(%+v): got total %d, want %d", q, page.Total, total)
	}
}
