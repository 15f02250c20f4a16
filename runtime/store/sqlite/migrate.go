package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// builder brings one table to what its schema says, in one transaction.
type builder struct {
	ctx    context.Context
	conn   sqlstore.Conn
	schema *record.Schema
	table  string // quoted
}

// index is an index that the schema or the options ask for.
type index struct {
	fields []string
	unique bool
}

// name returns the index's name in the database, where all tables share one
// set of names: "messages(room,createdAt)".
func (x index) name(table string) string {
	name := table + "(" + strings.Join(x.fields, ",") + ")"
	if x.unique {
		name += " unique"
	}
	return name
}

// indexesOf returns the indexes that a table has, besides that of its id.
func indexesOf(schema *record.Schema, more [][]string) ([]index, error) {
	var list []index
	for i := range schema.Fields {
		f := &schema.Fields[i]
		switch {
		case i == schema.ID:
		case f.Unique:
			list = append(list, index{[]string{f.Name}, true})
		case f.Index:
			list = append(list, index{[]string{f.Name}, false})
		}
	}
	for _, fields := range more {
		x := index{fields: fields}
		for _, name := range fields {
			if _, ok := schema.Index(name); !ok {
				return nil, fmt.Errorf("index on %s: there is no field %q", strings.Join(fields, ", "), name)
			}
		}
		same := func(y index) bool { return slices.Equal(x.fields, y.fields) && !y.unique }
		if len(fields) > 0 && !slices.ContainsFunc(list, same) {
			list = append(list, x)
		}
	}
	return list, nil
}

// build creates the table or adds what it lacks.
func (b *builder) build(indexes []index, o TableOptions) error {
	columns, err := b.columns()
	if err == nil && len(columns) == 0 && len(o.Before) > 0 {
		if err = b.takeOver(o.Before); err == nil {
			columns, err = b.columns()
		}
	}
	if err != nil {
		return err
	}
	if err := b.renameColumns(columns, o.FieldsBefore); err != nil {
		return err
	}
	if len(columns) == 0 {
		err = b.create()
	} else {
		err = b.extend(columns)
	}
	if err != nil {
		return err
	}
	return b.index(indexes)
}

// column is a column that the table has.
type column struct {
	name, typ string
	key       bool
}

func (b *builder) columns() ([]column, error) {
	var list []column
	err := b.conn.Query(b.ctx, "SELECT name, type, pk FROM pragma_table_info(?)", []driver.Value{b.schema.Name}, func(row []driver.Value) error {
		name, _ := row[0].(string)
		typ, _ := row[1].(string)
		list = append(list, column{name, typ, row[2] != int64(0)})
		return nil
	})
	return list, err
}

func (b *builder) create() error {
	definitions := make([]string, len(b.schema.Fields))
	for i := range b.schema.Fields {
		f := &b.schema.Fields[i]
		definitions[i] = quote(f.Name) + " " + columnType(f)
		switch {
		case i != b.schema.ID:
		case f.Type == record.Int:
			// AUTOINCREMENT: the id of a record that was removed stays its own.
			definitions[i] += " PRIMARY KEY AUTOINCREMENT"
		default:
			definitions[i] += " PRIMARY KEY NOT NULL"
		}
	}
	return b.exec("CREATE TABLE " + b.table + " (\n  " + strings.Join(definitions, ",\n  ") + "\n) STRICT")
}

// extend adds columns for the fields that have none.
func (b *builder) extend(columns []column) error {
	for i := range b.schema.Fields {
		f := &b.schema.Fields[i]
		at := slices.IndexFunc(columns, func(c column) bool { return strings.EqualFold(c.name, f.Name) })
		switch {
		case at < 0 && i == b.schema.ID, at >= 0 && columns[at].key != (i == b.schema.ID):
			return fmt.Errorf("its primary key is not %s; the table needs a migration", b.schema.Fields[b.schema.ID].Name)
		case at < 0:
			if err := b.add(f); err != nil {
				return err
			}
		case !strings.EqualFold(columns[at].typ, columnType(f)):
			return fmt.Errorf("column %s is %s, a field of type %s needs %s; the table needs a migration",
				f.Name, columns[at].typ, f.Type, columnType(f))
		}
	}
	return nil
}

func (b *builder) add(f *record.Field) error {
	definition := quote(f.Name) + " " + columnType(f)
	if v := initial(f); v != "" {
		definition += " DEFAULT " + v
	}
	return b.exec("ALTER TABLE " + b.table + " ADD COLUMN " + definition)
}

// index creates the indexes that are missing and drops those that were made
// for the table once and are not wanted any more.
func (b *builder) index(wanted []index) error {
	have, err := b.indexNames(b.schema.Name)
	if err != nil {
		return err
	}
	for _, x := range wanted {
		name := x.name(b.schema.Name)
		if i := slices.Index(have, name); i >= 0 {
			have = slices.Delete(have, i, i+1)
			continue
		}
		if err := b.createIndex(name, x); err != nil {
			return err
		}
	}
	for _, name := range have {
		if err := b.exec("DROP INDEX " + quote(name)); err != nil {
			return err
		}
	}
	return nil
}

// indexNames returns the names of a table's indexes that were made here.
func (b *builder) indexNames(table string) ([]string, error) {
	var names []string
	err := b.conn.Query(b.ctx, "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? COLLATE NOCASE", []driver.Value{table}, func(row []driver.Value) error {
		if name, _ := row[0].(string); strings.HasPrefix(name, table+"(") {
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

func (b *builder) createIndex(name string, x index) error {
	columns := make([]string, len(x.fields))
	for i, f := range x.fields {
		columns[i] = quote(f)
	}
	create := "CREATE INDEX "
	if x.unique {
		create = "CREATE UNIQUE INDEX "
	}
	err := b.exec(create + quote(name) + " ON " + b.table + " (" + strings.Join(columns, ", ") + ")")
	if _, ok := taken(err); ok {
		return fmt.Errorf("field %s is to be unique, but records have the same value in it", x.fields[0])
	}
	return err
}

func (b *builder) exec(sql string) error {
	_, err := b.conn.Exec(b.ctx, sql, nil)
	return err
}

// columnType returns the type of the field's column.
func columnType(f *record.Field) string {
	switch {
	case f.List:
		return "TEXT"
	case f.Type == record.Int, f.Type == record.Bool:
		return "INTEGER"
	case f.Type == record.Number:
		return "REAL"
	}
	return "TEXT"
}

// initial returns, as SQL, what records that are there already get in a new
// column, "" for null.
func initial(f *record.Field) string {
	switch {
	case f.Unique: // more than one record can lack it, no two can have the same
		return ""
	case !f.Default.IsNull():
		return literal(f, f.Default)
	case f.MayBeAbsent():
		return ""
	case f.List:
		return "'[]'"
	case f.Enum != nil:
		return literal(f, record.StringValue(f.Enum[0]))
	}
	switch f.Type {
	case record.Int, record.Number, record.Bool:
		return "0"
	case record.Time:
		return literal(f, zeroTime)
	case record.JSON:
		return ""
	}
	return "''"
}

var zeroTime = record.TimeValue(time.Time{})

// literal returns a value as SQL.
func literal(f *record.Field, v record.Value) string {
	switch v := sqlstore.Encode(f, v).(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'e', -1, 64)
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	}
	return "NULL"
}
