package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Find implements runtime.Store.
func (s *Store) Find(ctx context.Context, q *query.Query) (runtime.Page, error) {
	rows, total, err := s.find(ctx, q)
	if err != nil {
		return runtime.Page{}, err
	}
	page := runtime.Page{Records: make([]record.Record, len(rows)), Total: total}
	for i, r := range rows {
		page.Records[i] = r.rec.Clone()
	}
	return page, nil
}

// find returns the rows of the query's page and how many matched.
func (s *Store) find(ctx context.Context, q *query.Query) ([]*row, int, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	p := newPage(q)
	s.mu.RLock()
	defer s.mu.RUnlock()
	if q.Where.True() && len(q.Sort) == 0 {
		return slices.Clone(p.cut(s.rows)), len(s.rows), nil
	}
	err := s.scan(ctx, q.Where, p.add)
	return p.cut(p.rows), p.total, err
}

// scanStride is how many rows are looked at between looks at the context.
const scanStride = 1024

// scan calls visit with the rows that match, in order, until it returns
// false. The caller holds mu.
func (s *Store) scan(ctx context.Context, where query.Cond, visit func(*row) bool) error {
	for i, r := range s.candidates(where) {
		if i%scanStride == scanStride-1 && ctx.Err() != nil {
			return ctx.Err()
		}
		if where.Match(r.rec) && !visit(r) {
			return nil
		}
	}
	return nil
}

// candidates returns all rows that can match, in order: where the condition
// names ids or the value of a unique field, very few.
func (s *Store) candidates(where query.Cond) []*row {
	switch where.Op {
	case query.And:
		for _, c := range where.Conds {
			if x, ok := s.indexOf(c); ok {
				return x.lookup(c)
			}
		}
	default:
		if x, ok := s.indexOf(where); ok {
			return x.lookup(where)
		}
	}
	return s.rows
}

// indexOf returns the index that answers a comparison.
func (s *Store) indexOf(c query.Cond) (*index, bool) {
	if c.Op != query.Eq && c.Op != query.In || !s.indexed(c) {
		return nil, false
	}
	if c.Field == s.schema.ID {
		return &s.byID, true
	}
	if i := slices.Index(s.unique, c.Field); i >= 0 {
		return &s.byUniq[i], true
	}
	return nil, false
}

// indexed reports whether an index would know the comparison's values. It
// knows no null, not what a list contains, and takes 1 and 1.0 for two.
func (s *Store) indexed(c query.Cond) bool {
	f := &s.schema.Fields[c.Field]
	if f.List || f.Type == record.Number {
		return false
	}
	for _, v := range c.List {
		if v.Kind() != f.Type.Kind() {
			return false
		}
	}
	return c.Op == query.In || c.Value.Kind() == f.Type.Kind()
}

// lookup returns the rows with the values that an Eq or In names, in order.
func (x *index) lookup(c query.Cond) []*row {
	values := c.List
	if c.Op == query.Eq {
		values = []record.Value{c.Value}
	}
	var rows []*row
	for _, v := range values {
		if r := x.get(v); r != nil {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, bySeq)
	return slices.Compact(rows)
}

func bySeq(a, b *row) int { return cmp.Compare(a.seq, b.seq) }

// page gathers the rows of a query's page.
type page struct {
	q     *query.Query
	rows  []*row // the best so far, sorted
	most  int    // rows that skip and limit ask for, -1 for all
	total int
}

// maxKept is the longest page that is kept sorted while it is gathered. Above
// it, sorting at the end is cheaper.
const maxKept = 1000

func newPage(q *query.Query) *page {
	p := &page{q: q, most: -1}
	if q.Limit >= 0 {
		p.most = max(q.Skip, 0) + q.Limit
	}
	return p
}

// add takes a row that matches. It returns false when no more are wanted.
func (p *page) add(r *row) bool {
	p.total++
	switch {
	case p.most < 0:
		p.rows = append(p.rows, r)
	case len(p.q.Sort) == 0:
		if len(p.rows) < p.most {
			p.rows = append(p.rows, r)
		}
		return p.q.Count || len(p.rows) < p.most
	case p.most <= maxKept:
		p.keep(r)
	default:
		p.rows = append(p.rows, r)
	}
	return true
}

// keep puts the row where it belongs among the best, if it is one of them.
func (p *page) keep(r *row) {
	if n := len(p.rows); n == p.most {
		if n == 0 || p.compare(p.rows[n-1], r) <= 0 {
			return
		}
		p.rows = p.rows[:n-1]
	}
	at, _ := slices.BinarySearchFunc(p.rows, r, p.compare)
	p.rows = slices.Insert(p.rows, at, r)
}

// compare orders rows by the query, and rows that it does not tell apart by
// their place in the store.
func (p *page) compare(a, b *row) int {
	return cmp.Or(p.q.Compare(a.rec, b.rec), bySeq(a, b))
}

// cut returns the page out of all rows that come before its end.
func (p *page) cut(rows []*row) []*row {
	if len(p.q.Sort) > 0 && (p.most < 0 || p.most > maxKept) {
		slices.SortFunc(rows, p.compare)
	}
	rows = rows[min(max(p.q.Skip, 0), len(rows)):]
	if p.q.Limit >= 0 {
		rows = rows[:min(p.q.Limit, len(rows))]
	}
	return rows
}
