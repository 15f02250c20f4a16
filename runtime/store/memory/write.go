package memory

import (
	"context"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Patch implements runtime.Store. The id is never changed.
func (s *Store) Patch(ctx context.Context, id record.Value, where query.Cond, patch record.Record, fields record.FieldSet) ([]record.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	fields.Remove(s.schema.ID)
	changed, err := s.replace(ctx, id, where, patch.Clone(), fields)
	if err != nil {
		return nil, err
	}
	return clones(changed), nil
}

// replace puts changed rows in the place of those that match.
func (s *Store) replace(ctx context.Context, id record.Value, where query.Cond, patch record.Record, fields record.FieldSet) ([]*row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.matching(ctx, id, where)
	if err != nil {
		return nil, err
	}
	if err := s.checkPatch(old, patch, fields); err != nil {
		return nil, err
	}
	changed := make([]*row, len(old))
	for i, r := range old {
		changed[i] = &row{seq: r.seq, rec: merged(r.rec, patch, fields)}
		s.swap(r, changed[i])
	}
	return changed, nil
}

// checkPatch refuses a patch that would give rows a unique value twice.
func (s *Store) checkPatch(rows []*row, patch record.Record, fields record.FieldSet) error {
	for _, field := range s.unique {
		if len(rows) > 1 && fields.Has(field) && !patch.Value(field).IsNull() {
			return taken(&s.schema.Fields[field])
		}
	}
	if len(rows) == 1 {
		return s.check(patch, rows[0], fields)
	}
	return nil
}

// merged returns a copy of rec with the fields of patch. It may share memory
// with patch, which like a row is never changed.
func merged(rec, patch record.Record, fields record.FieldSet) record.Record {
	next := rec.Clone()
	for field := range fields.All() {
		next.SetValue(field, patch.Value(field))
	}
	return next
}

// swap puts a row in the place of another with the same id.
func (s *Store) swap(old, next *row) {
	at, _ := slices.BinarySearchFunc(s.rows, old, bySeq)
	s.rows[at] = next
	s.byID.put(next.rec.Value(s.schema.ID), next)
	for i, field := range s.unique {
		s.byUniq[i].remove(old.rec.Value(field))
		s.byUniq[i].put(next.rec.Value(field), next)
	}
}

// Remove implements runtime.Store.
func (s *Store) Remove(ctx context.Context, id record.Value, where query.Cond) ([]record.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	removed, err := s.remove(ctx, id, where)
	if err != nil {
		return nil, err
	}
	return clones(removed), nil
}

func (s *Store) remove(ctx context.Context, id record.Value, where query.Cond) ([]*row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, err := s.matching(ctx, id, where)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	for _, r := range rows {
		s.forget(r.rec)
	}
	if len(rows) == 1 {
		at, _ := slices.BinarySearchFunc(s.rows, rows[0], bySeq)
		s.rows = slices.Delete(s.rows, at, at+1)
		return rows, nil
	}
	next := 0 // both lists have the same order
	s.rows = slices.DeleteFunc(s.rows, func(r *row) bool {
		if next == len(rows) || r != rows[next] {
			return false
		}
		next++
		return true
	})
	return rows, nil
}

// matching returns the row with the id, or for a null id all rows, as far as
// they match. The caller holds mu.
func (s *Store) matching(ctx context.Context, id record.Value, where query.Cond) ([]*row, error) {
	if !id.IsNull() {
		if r := s.byID.get(id); r != nil && where.Match(r.rec) {
			return []*row{r}, nil
		}
		return nil, nil
	}
	var rows []*row
	err := s.scan(ctx, where, func(r *row) bool {
		rows = append(rows, r)
		return true
	})
	return rows, err
}

// clones returns copies of the rows' records, an empty list for none.
func clones(rows []*row) []record.Record {
	recs := make([]record.Record, len(rows))
	for i, r := range rows {
		recs[i] = r.rec.Clone()
	}
	return recs
}
