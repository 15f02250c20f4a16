package sqlstore

import (
	"context"
	"database/sql/driver"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Create implements runtime.Store.
func (s *Store) Create(ctx context.Context, recs ...record.Record) error {
	if err := s.checkIDs(recs); err != nil {
		return err
	}
	ids := make([]int64, len(recs))
	first := s.number(len(recs))
	var err error
	switch len(recs) {
	case 0:
		return ctx.Err()
	case 1:
		args := s.arguments(recs[0])
		err = s.db.WriteOne(ctx, func(c Conn) (err error) {
			if ids[0], err = c.Exec(context.WithoutCancel(ctx), s.insert, args); err != nil {
				return err
			}
			return s.keep(ctx, c, first, recs, ids)
		})
	default:
		err = s.db.Write(ctx, func(c Conn) error {
			if err := s.add(ctx, c, recs, ids); err != nil {
				return err
			}
			return s.keep(ctx, c, first, recs, ids)
		})
	}
	if err != nil {
		return s.wrap("create in", err)
	}
	if s.schema.IDType() == record.Int {
		for i, rec := range recs {
			rec.SetValue(s.schema.ID, record.IntValue(ids[i]))
		}
	}
	return nil
}

// add inserts the records and sets ids to the ids of those that have integers.
func (s *Store) add(ctx context.Context, c Conn, recs []record.Record, ids []int64) error {
	for i, rec := range recs {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if ids[i], err = c.Exec(context.WithoutCancel(ctx), s.insert, s.arguments(rec)); err != nil {
			return err
		}
	}
	return nil
}

// maxID is the highest id that JavaScript can hold. Ids that were given may
// not leave the ones that follow without a number.
const maxID = 1<<53 - 1

func (s *Store) checkIDs(recs []record.Record) error {
	for _, rec := range recs {
		if rec.Value(s.schema.ID).Int() > maxID {
			return runtime.BadRequest("%s must be <= %d", s.schema.Fields[s.schema.ID].Name, maxID)
		}
	}
	return nil
}

// arguments returns the record's values for an insert. An int id of 0 becomes
// null, for which the database chooses the next.
func (s *Store) arguments(rec record.Record) []driver.Value {
	args := make([]driver.Value, len(s.columns))
	for i := range args {
		args[i] = Encode(&s.schema.Fields[i], rec.Value(i))
	}
	if args[s.schema.ID] == int64(0) {
		args[s.schema.ID] = nil
	}
	return args
}

// Patch implements runtime.Store. The id is never changed.
func (s *Store) Patch(ctx context.Context, id record.Value, where query.Cond, patch record.Record, fields record.FieldSet) ([]record.Record, error) {
	if fields.Remove(s.schema.ID); fields.Empty() {
		return s.unchanged(ctx, id, where)
	}
	b := s.statement("UPDATE " + s.table)
	b.set(patch, fields)
	recs, err := s.change(ctx, b, id, where)
	return recs, s.wrap("patch in", err)
}

// unchanged returns what a patch of no field at all would.
func (s *Store) unchanged(ctx context.Context, id record.Value, where query.Cond) ([]record.Record, error) {
	if !id.IsNull() {
		where = s.withID(id, where)
	}
	page, err := s.Find(ctx, query.Where(where))
	return page.Records, err
}

// Remove implements runtime.Store.
func (s *Store) Remove(ctx context.Context, id record.Value, where query.Cond) ([]record.Record, error) {
	recs, err := s.change(ctx, s.statement("DELETE FROM "+s.table), id, where)
	return recs, s.wrap("remove from", err)
}

// change runs an update or delete of the record with the id, or of all
// records for a null id, as far as they match. It returns the records.
func (s *Store) change(ctx context.Context, b *statement, id record.Value, where query.Cond) ([]record.Record, error) {
	if id.IsNull() {
		b.where(where)
		return s.changeAll(ctx, b)
	}
	if !s.isID(id) {
		return []record.Record{}, ctx.Err()
	}
	b.where(s.withID(id, where))
	b.add(" RETURNING ", s.reading)
	var recs []record.Record
	first := s.number(1)
	err := s.db.WriteOne(ctx, func(c Conn) (err error) {
		if recs, err = s.records(context.WithoutCancel(ctx), c, b, 1, nil); err != nil {
			return err
		}
		return s.keep(ctx, c, first, recs, nil)
	})
	return recs, err
}

// changeAll runs an update or delete of many records. It returns them in the
// order of their creation; the database has an order of its own.
func (s *Store) changeAll(ctx context.Context, b *statement) ([]record.Record, error) {
	b.add(" RETURNING ", s.reading, ", ", s.order)
	var recs []record.Record
	err := s.db.Write(ctx, func(c Conn) (err error) {
		if recs, err = s.ordered(ctx, c, b); err != nil {
			return err
		}
		return s.keep(ctx, c, s.number(len(recs)), recs, nil)
	})
	return recs, err
}

// ordered returns the records that a statement reads, in the order that its
// last column tells.
func (s *Store) ordered(ctx context.Context, c Conn, b *statement) ([]record.Record, error) {
	type place struct {
		at  int64
		rec record.Record
	}
	var places []place
	err := c.Query(ctx, b.String(), b.args, func(row []driver.Value) error {
		last := len(row) - 1
		at, _ := row[last].(int64)
		rec, err := s.decode(row[:last])
		places = append(places, place{at, rec})
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.at < b.at {
			return -1
		}
		return 1
	})
	recs := make([]record.Record, len(places))
	for i, p := range places {
		recs[i] = p.rec
	}
	return recs, nil
}
