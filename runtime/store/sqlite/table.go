package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Table keeps the records of one service. Records with an int id come in the
// order of their ids, others in that of their creation.
type Table struct {
	*sqlstore.Store
}

// TableOptions are the settings of a Table. The zero value is fine.
type TableOptions struct {
	// Indexes are indexes over several fields, each the fields' names.
	// Unique fields and those with Index set have theirs without it.
	Indexes [][]string

	// Before lists names that the table had, and FieldsBefore those of fields,
	// by their names of today. A table or a column that is there under such a
	// name only is renamed, with all that is in it.
	Before       []string
	FieldsBefore map[string][]string
}

// Table returns the store for records of the schema, in the table that has the
// schema's name. It creates the table, or adds what it lacks: columns and
// indexes. Records that are there already get a new field's default; without
// one, they lack an optional field and have the zero value in a required one
// (of an enum, the first value).
//
// A column that the schema does not know is left alone. One that holds another
// type, and a unique field with values that are not, are errors.
func (db *DB) Table(ctx context.Context, schema *record.Schema, o TableOptions) (*Table, error) {
	t, err := db.table(ctx, schema, o)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", schema.Name, err)
	}
	return t, nil
}

func (db *DB) table(ctx context.Context, schema *record.Schema, o TableOptions) (*Table, error) {
	if schema.ID < 0 {
		return nil, errors.New("records without an id can not be stored")
	}
	indexes, err := indexesOf(schema, o.Indexes)
	if err != nil {
		return nil, err
	}
	err = db.conns.Write(ctx, func(c sqlstore.Conn) error {
		b := &builder{ctx: ctx, conn: c, schema: schema, table: quote(schema.Name)}
		return b.build(indexes, o)
	})
	if err != nil {
		return nil, err
	}
	t := &Table{sqlstore.New(db.conns, dialect{}, schema, order(schema))}
	return t, t.sample(ctx, schema.ID)
}

// sample reads the first and the last record. Many types are text to SQLite;
// that a field had another one shows in what the column holds.
func (t *Table) sample(ctx context.Context, id int) error {
	for _, desc := range []bool{false, true} {
		if _, err := t.Find(ctx, &query.Query{Sort: []query.Order{{Field: id, Desc: desc}}, Limit: 1}); err != nil {
			return err
		}
	}
	return nil
}

// order returns the column that tells the order of creation: SQLite's row
// number, which an int id is.
func order(schema *record.Schema) string {
	if schema.IDType() == record.Int {
		return quote(schema.Fields[schema.ID].Name)
	}
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if !slices.ContainsFunc(schema.Fields, func(f record.Field) bool { return strings.EqualFold(f.Name, name) }) {
			return name
		}
	}
	return quote(schema.Fields[schema.ID].Name)
}
