package sqlite

import (
	"database/sql/driver"
	"slices"
	"strings"
)

// takeOver gives the table its name if it is still there under one that it
// had. The indexes that were made for it go: they are named after the table.
func (b *builder) takeOver(before []string) error {
	for _, name := range before {
		there, err := b.exists(name)
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		indexes, err := b.indexNames(name)
		if err != nil {
			return err
		}
		for _, index := range indexes {
			if err := b.exec("DROP INDEX " + quote(index)); err != nil {
				return err
			}
		}
		return b.exec("ALTER TABLE " + quote(name) + " RENAME TO " + b.table)
	}
	return nil
}

func (b *builder) exists(table string) (found bool, err error) {
	err = b.conn.Query(b.ctx, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE", []driver.Value{table},
		func([]driver.Value) error { found = true; return nil })
	return found, err
}

// renameColumns gives columns that are still there under a name that their
// field had the name of today.
func (b *builder) renameColumns(columns []column, before map[string][]string) error {
	at := func(name string) int {
		return slices.IndexFunc(columns, func(c column) bool { return strings.EqualFold(c.name, name) })
	}
	for i := range b.schema.Fields {
		field := b.schema.Fields[i].Name
		if at(field) >= 0 {
			continue
		}
		for _, name := range before[field] {
			old := at(name)
			if old < 0 {
				continue
			}
			if err := b.exec("ALTER TABLE " + b.table + " RENAME COLUMN " + quote(columns[old].name) + " TO " + quote(field)); err != nil {
				return err
			}
			columns[old].name = field
			break
		}
	}
	return nil
}
