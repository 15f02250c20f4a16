// Package sqlstore keeps records in tables of a SQL database. It writes the
// SQL and turns rows into records; running statements, creating tables and
// what a database spells in its own way is left to a driver package such as
// store/sqlite.
package sqlstore

import (
	"context"
	"database/sql/driver"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A DB runs statements. Its methods may be called at the same time.
type DB interface {
	// Read calls f with a connection, for statements that only read.
	Read(ctx context.Context, f func(Conn) error) error
	// ReadOne is Read for an f that runs one statement, one that is over in no
	// time. f may be called by another goroutine, next to those of other calls.
	// What was written before the call is there to be read.
	ReadOne(ctx context.Context, f func(Conn) error) error
	// Write calls f with a connection in a transaction. It commits when f
	// returns nil and rolls back otherwise.
	Write(ctx context.Context, f func(Conn) error) error
	// WriteOne is Write for an f that is over in no time: that runs one
	// statement and then, if at all, one that no value that is taken can fail.
	// It may put the statements of several calls into a transaction;
	// f may be called by another goroutine, and again after the transaction
	// was rolled back.
	WriteOne(ctx context.Context, f func(Conn) error) error
}

// A Conn is one connection. It belongs to the function that DB gave it to.
//
// A statement ends with ctx. One that is over in no time is given a context
// without an end: watching one may cost more than the statement.
type Conn interface {
	// Query runs a statement and calls row with the values of each row, which
	// are valid until row returns or runs a statement; the strings and bytes
	// in them stay. What row runs, which may not be the same statement, sees
	// the state of the database that this one sees. An error from row ends the
	// query.
	Query(ctx context.Context, sql string, args []driver.Value, row func([]driver.Value) error) error
	// Exec runs a statement that returns no rows. It returns the integer
	// primary key of the row that an insert added.
	Exec(ctx context.Context, sql string, args []driver.Value) (int64, error)
}

// A Dialect is what databases spell in different ways. Columns and parameters
// are passed to it as they stand in the statement.
type Dialect interface {
	// Quote returns the name of a table or column as an identifier.
	Quote(name string) string
	// Param returns the placeholder of a statement's nth parameter, from 1.
	Param(n int) string
	// Read returns the expression that reads the field's column.
	Read(column string, f *record.Field) string
	// Differs returns the condition that a column is null or is not what the
	// parameter, which is not null, says.
	Differs(column, param string) string
	// Among returns the condition that the column's value is in a list. The
	// parameter is the list as a JSON array.
	Among(column, param string) string
	// Overlap returns the condition that two lists have an element in common:
	// the column's, and the parameter. Both are JSON arrays.
	Overlap(column, param string) string
	// Now returns the expression of the database's time, in milliseconds since
	// 1970.
	Now() string
	// Taken reports whether a statement failed because a unique value or an
	// id is taken, and in which column, "" if it can not tell.
	Taken(err error) (column string, ok bool)
}
