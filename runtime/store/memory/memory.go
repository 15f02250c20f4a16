// Package memory keeps records in memory: for development, tests and data that
// may go with the process. Only the process itself sees them.
package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Store keeps the records of one service. Records with an int id come in
// the order of their ids, others in that of their creation.
type Store struct {
	schema *record.Schema
	unique []int // fields, without the id

	mu sync.RWMutex
	// mu guards the fields below. A row is never changed once it is in here:
	// a patch puts another in its place. So rows may be read without mu.
	rows   []*row // ascending by seq
	byID   index
	byUniq []index // as in unique
	lastID int64   // the highest int id there ever was
	lastNo int64   // the highest seq there ever was, but for int ids
}

// row is a record with its place in the order of records.
type row struct {
	seq int64
	rec record.Record
}

var _ runtime.Store = (*Store)(nil)

// New returns a store without records. It panics when the schema has no id
// field, a mistake of a program.
func New(schema *record.Schema) *Store {
	if schema.ID < 0 {
		panic(fmt.Sprintf("memory: records of %s have no id", schema.Name))
	}
	s := &Store{schema: schema}
	for i := range schema.Fields {
		if schema.Fields[i].Unique && i != schema.ID {
			s.unique = append(s.unique, i)
		}
	}
	s.byUniq = make([]index, len(s.unique))
	return s
}

// Get implements runtime.Store.
func (s *Store) Get(ctx context.Context, id record.Value, where query.Cond) (record.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	r := s.byID.get(id)
	s.mu.RUnlock()
	if r == nil || !where.Match(r.rec) {
		return nil, nil
	}
	return r.rec.Clone(), nil
}

// Create implements runtime.Store.
func (s *Store) Create(ctx context.Context, recs ...record.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	rows := make([]*row, len(recs))
	for i, rec := range recs {
		rows[i] = &row{rec: rec.Clone()}
	}
	if err := s.insert(rows); err != nil {
		return err
	}
	for i, rec := range recs {
		rec.SetValue(s.schema.ID, rows[i].rec.Value(s.schema.ID))
	}
	return nil
}

// insert adds the rows, or none of them.
func (s *Store) insert(rows []*row) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	lastID := s.lastID
	for i, r := range rows {
		if err := s.add(r); err != nil {
			for _, done := range rows[:i] {
				s.forget(done.rec)
			}
			s.lastID = lastID
			return err
		}
	}
	for _, r := range rows {
		s.place(r)
	}
	return nil
}

// add gives the row its id and makes it known to the indexes.
func (s *Store) add(r *row) error {
	if err := s.number(r); err != nil {
		return err
	}
	id := r.rec.Value(s.schema.ID)
	if s.byID.get(id) != nil {
		return taken(&s.schema.Fields[s.schema.ID])
	}
	if err := s.check(r.rec, nil, s.schema.All); err != nil {
		return err
	}
	s.byID.put(id, r)
	for i, field := range s.unique {
		s.byUniq[i].put(r.rec.Value(field), r)
	}
	return nil
}

// maxID is the highest id that JavaScript can hold. Ids that were given may
// not leave the ones that follow without a number.
const maxID = 1<<53 - 1

// number sets the row's seq and an int id that is not set yet.
func (s *Store) number(r *row) error {
	if s.schema.IDType() != record.Int {
		s.lastNo++
		r.seq = s.lastNo
		return nil
	}
	id := r.rec.Value(s.schema.ID).Int()
	if id == 0 {
		id = s.lastID + 1
		r.rec.SetValue(s.schema.ID, record.IntValue(id))
	}
	if id > maxID {
		return runtime.BadRequest("%s must be <= %d", s.schema.Fields[s.schema.ID].Name, maxID)
	}
	r.seq, s.lastID = id, max(s.lastID, id)
	return nil
}

// place puts a new row where its seq belongs, which is mostly the end.
func (s *Store) place(r *row) {
	if n := len(s.rows); n == 0 || s.rows[n-1].seq < r.seq {
		s.rows = append(s.rows, r)
		return
	}
	at, _ := slices.BinarySearchFunc(s.rows, r, bySeq)
	s.rows = slices.Insert(s.rows, at, r)
}

// check refuses a record with a unique value that another row than self has.
// It looks at the fields in the set.
func (s *Store) check(rec record.Record, self *row, fields record.FieldSet) error {
	for i, field := range s.unique {
		if !fields.Has(field) {
			continue
		}
		if other := s.byUniq[i].get(rec.Value(field)); other != nil && other != self {
			return taken(&s.schema.Fields[field])
		}
	}
	return nil
}

// forget takes a record out of the indexes.
func (s *Store) forget(rec record.Record) {
	s.byID.remove(rec.Value(s.schema.ID))
	for i, field := range s.unique {
		s.byUniq[i].remove(rec.Value(field))
	}
}

// taken is the error for a value that another record has.
func taken(f *record.Field) error {
	data := record.CloseObject(record.AppendStringField([]byte{'{'}, `"field":`, f.Name))
	return runtime.Conflict("%s is already taken", f.Name).WithData(data)
}
