package transporttest

import (
	"context"
	"slices"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// store keeps records in the order of their creation.
type store struct {
	mu   sync.Mutex
	last int64
	recs []record.Record
}

var _ runtime.Store = (*store)(nil)

// match returns copies of the records that match, with their places. s.mu is
// held.
func (s *store) match(id record.Value, where query.Cond) (found []record.Record, at []int) {
	for i, rec := range s.recs {
		if (id.IsNull() || record.Equal(rec.Value(messageID), id)) && where.Match(rec) {
			found, at = append(found, rec.Clone()), append(at, i)
		}
	}
	return found, at
}

func (s *store) Find(_ context.Context, q *query.Query) (runtime.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, _ := s.match(record.Value{}, q.Where)
	slices.SortStableFunc(found, q.Compare)
	page := runtime.Page{Total: len(found)}
	found = found[min(q.Skip, len(found)):]
	if q.Limit >= 0 {
		found = found[:min(q.Limit, len(found))]
	}
	page.Records = found
	return page, nil
}

func (s *store) Get(_ context.Context, id record.Value, where query.Cond) (record.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, _ := s.match(id, where); len(found) > 0 {
		return found[0], nil
	}
	return nil, nil
}

func (s *store) Create(_ context.Context, recs ...record.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rec := range recs {
		s.last++
		rec.SetValue(messageID, record.IntValue(s.last))
		s.recs = append(s.recs, rec.Clone())
	}
	return nil
}

func (s *store) Patch(_ context.Context, id record.Value, where query.Cond, patch record.Record, fields record.FieldSet) ([]record.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, at := s.match(id, where)
	for i, rec := range found {
		for field := range fields.All() {
			rec.SetValue(field, patch.Value(field))
		}
		s.recs[at[i]] = rec.Clone()
	}
	return found, nil
}

func (s *store) Remove(_ context.Context, id record.Value, where query.Cond) ([]record.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, at := s.match(id, where)
	for _, i := range slices.Backward(at) {
		s.recs = slices.Delete(s.recs, i, i+1)
	}
	return found, nil
}
