package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/kept"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Store keeps the records of one service in one table.
type Store struct {
	db      DB
	dialect Dialect
	schema  *record.Schema

	table   string   // quoted, as are the columns
	columns []string // by field
	keys    []string // of JSON members, by field
	order   string   // the column that tells the order of creation
	reading string   // the columns that make a record, as a list

	get         string // statements that are always the same
	insert      string
	insertEntry string

	note *kept.Note // what writes keep, nil for nothing
}

var _ runtime.OutboxStore = (*Store)(nil)

// New returns the store for a table that is there already, with the schema's
// name and a column for each field. order is a column with an integer that
// ascends with the order of creation, as it stands in a statement.
func New(db DB, d Dialect, schema *record.Schema, order string) *Store {
	s := &Store{db: db, dialect: d, schema: schema, table: d.Quote(schema.Name), order: order}
	reading := make([]string, len(schema.Fields))
	params := make([]string, len(schema.Fields))
	for i := range schema.Fields {
		f := &schema.Fields[i]
		s.columns = append(s.columns, d.Quote(f.Name))
		s.keys = append(s.keys, strconv.Quote(f.Name)+":")
		reading[i] = d.Read(s.columns[i], f)
		params[i] = d.Param(i + 1)
	}
	s.reading = strings.Join(reading, ", ")
	s.get = s.selecting() + " WHERE " + s.columns[schema.ID] + " = " + d.Param(1)
	s.insert = "INSERT INTO " + s.table + " (" + strings.Join(s.columns, ", ") +
		") VALUES (" + strings.Join(params, ", ") + ")"
	s.insertEntry = insertEntries(d, 1)
	return s
}

func (s *Store) selecting() string { return "SELECT " + s.reading + " FROM " + s.table }

// Get implements runtime.Store.
func (s *Store) Get(ctx context.Context, id record.Value, where query.Cond) (record.Record, error) {
	if !s.isID(id) {
		return nil, ctx.Err()
	}
	sql, args := s.get, []driver.Value{Encode(&s.schema.Fields[s.schema.ID], id)}
	if !where.True() {
		b := s.statement(s.selecting())
		b.where(s.withID(id, where))
		sql, args = b.String(), b.args
	}
	var found record.Record
	err := s.db.ReadOne(ctx, func(c Conn) error {
		return c.Query(context.WithoutCancel(ctx), sql, args, func(row []driver.Value) (err error) {
			found, err = s.decode(row)
			return err
		})
	})
	return found, s.wrap("get from", err)
}

// Find implements runtime.Store.
func (s *Store) Find(ctx context.Context, q *query.Query) (runtime.Page, error) {
	var page runtime.Page
	err := s.db.Read(ctx, func(c Conn) (err error) {
		page, err = s.page(ctx, c, q)
		return err
	})
	if err != nil {
		return runtime.Page{}, s.wrap("find in", err)
	}
	return page, nil
}

// page returns the query's page. Its total is counted within the query for the
// records, so that both are of the same state of the database; behind the end
// there is no record that could contradict the total.
func (s *Store) page(ctx context.Context, c Conn, q *query.Query) (page runtime.Page, err error) {
	skip, full := max(q.Skip, 0), false
	page.Records = []record.Record{}
	if q.Limit != 0 {
		b := s.statement(s.selecting())
		b.where(q.Where)
		b.orderBy(q.Sort)
		b.limit(q.Limit, skip)
		page.Records, err = s.records(ctx, c, b, max(0, min(q.Limit, 100)), func(n int) (err error) {
			if full = n == q.Limit; full && q.Count {
				page.Total, err = s.count(ctx, c, q.Where)
			}
			return err
		})
	}
	n := len(page.Records)
	switch {
	case err != nil || full || !q.Count:
	case n > 0 || skip == 0 && q.Limit != 0:
		page.Total = skip + n // there is no more
	default:
		page.Total, err = s.count(ctx, c, q.Where)
	}
	return page, err
}

// records returns what a statement reads. size is how many it may be. After
// each of them it calls added, if that is not nil, with how many there are.
func (s *Store) records(ctx context.Context, c Conn, b *statement, size int, added func(n int) error) ([]record.Record, error) {
	recs := make([]record.Record, 0, size)
	err := c.Query(ctx, b.String(), b.args, func(row []driver.Value) error {
		rec, err := s.decode(row)
		recs = append(recs, rec)
		if err == nil && added != nil {
			err = added(len(recs))
		}
		return err
	})
	return recs, err
}

// count returns how many records match.
func (s *Store) count(ctx context.Context, c Conn, where query.Cond) (int, error) {
	b := s.statement("SELECT count(*) FROM " + s.table)
	b.where(where)
	var n int64
	err := c.Query(ctx, b.String(), b.args, func(row []driver.Value) error {
		n, _ = row[0].(int64)
		return nil
	})
	return int(n), err
}

// isID reports whether v can be an id. Databases convert what they compare,
// so that the text "1" would find the number 1.
func (s *Store) isID(v record.Value) bool { return v.Kind() == s.schema.IDType().Kind() }

func (s *Store) withID(id record.Value, where query.Cond) query.Cond {
	return query.Is(s.schema.ID, id).And(where)
}

// wrap says what failed. A value that is taken becomes a Conflict; an error
// that clients may see stays as it is.
func (s *Store) wrap(doing string, err error) error {
	if known := (*runtime.Error)(nil); err == nil || errors.As(err, &known) {
		return err
	}
	column, ok := s.dialect.Taken(err)
	if !ok {
		return fmt.Errorf("%s %s: %w", doing, s.schema.Name, err)
	}
	if column == "" {
		return runtime.Conflict("a unique value is already taken")
	}
	data := record.CloseObject(record.AppendStringField([]byte{'{'}, `"field":`, column))
	return runtime.Conflict("%s is already taken", column).WithData(data)
}
