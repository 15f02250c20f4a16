package sqlite

import (
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// dialect is what SQLite spells in its own way.
type dialect struct{}

var _ sqlstore.Dialect = dialect{}

func (dialect) Quote(name string) string { return quote(name) }

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (dialect) Param(int) string { return "?" }

// Read has text read as an expression: of a plain column the driver asks, for
// every value, what type was declared, in case it is a time.
func (dialect) Read(column string, f *record.Field) string {
	if columnType(f) == "TEXT" {
		return "+" + column
	}
	return column
}

func (dialect) Differs(column, param string) string { return column + " IS NOT " + param }

func (dialect) Among(column, param string) string {
	return column + " IN (SELECT value FROM json_each(" + param + "))"
}

func (dialect) Overlap(column, param string) string {
	return "EXISTS (SELECT 1 FROM json_each(" + column + ") AS element WHERE element.value IN (SELECT value FROM json_each(" + param + ")))"
}

func (dialect) Now() string { return "CAST(unixepoch('subsec') * 1000 AS INTEGER)" }

func (dialect) Taken(err error) (string, bool) { return taken(err) }
