package sqlstore_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/internal/sqlstore"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/storetest"
)

// database notes the last statement and answers with rows.
type database struct {
	sql  string
	args []driver.Value
	rows [][]driver.Value
	err  error
}

func (d *database) Read(_ context.Context, f func(sqlstore.Conn) error) error     { return f(d) }
func (d *database) ReadOne(_ context.Context, f func(sqlstore.Conn) error) error  { return f(d) }
func (d *database) Write(_ context.Context, f func(sqlstore.Conn) error) error    { return f(d) }
func (d *database) WriteOne(_ context.Context, f func(sqlstore.Conn) error) error { return f(d) }

func (d *database) Query(_ context.Context, sql string, args []driver.Value, row func([]driver.Value) error) error {
	d.sql, d.args = sql, args
	for _, values := range d.rows {
		if err := row(values); err != nil {
			return err
		}
	}
	return d.err
}

func (d *database) Exec(_ context.Context, sql string, args []driver.Value) (int64, error) {
	d.sql, d.args = sql, args
	return 5, d.err
}

// dialect is that of no database, and numbers its parameters.
type dialect struct{}

func (dialect) Quote(name string) string                    { return name }
func (dialect) Param(n int) string                          { return "$" + strconv.Itoa(n) }
func (dialect) Read(column string, _ *record.Field) string  { return column }
func (dialect) Differs(column, param string) string         { return column + " DIFFERS " + param }
func (dialect) Among(column, param string) string           { return column + " AMONG " + param }
func (dialect) Overlap(column, param string) string         { return column + " OVERLAPS " + param }
func (dialect) Now() string                                 { return "NOW" }
func (dialect) Taken(err error) (column string, taken bool) { return "a", errors.Is(err, errTaken) }

var errTaken = errors.New("taken")

var schema = storetest.Schema("t", "id",
	record.Field{Name: "id", Type: record.Int},
	record.Field{Name: "a", Type: record.Int, Nullable: true},
	record.Field{Name: "s", Type: record.String},
	record.Field{Name: "l", Type: record.String, List: true},
	record.Field{Name: "n", Type: record.Number},
	record.Field{Name: "b", Type: record.Bool},
)

func newStore() (*database, *sqlstore.Store) {
	d := &database{}
	return d, sqlstore.New(d, dialect{}, schema, "id")
}

var (
	null = record.Value{}
	one  = record.IntValue(1)
	x    = record.StringValue("x")
)

func TestFindSQL(t *testing.T) {
	t.Parallel()
	desc := []query.Order{{Field: 1, Desc: true}, {Field: 2}}
	for _, c := range []struct {
		name  string
		query query.Query
		want  string // what follows "FROM t"
	}{
		{"everything", query.Query{Limit: query.NoLimit}, ` ORDER BY id []`},
		{"a page", query.Query{Limit: 10, Skip: 20}, ` ORDER BY id LIMIT 10 OFFSET $1 [20]`},
		{"all but the first", query.Query{Limit: query.NoLimit, Skip: 1}, ` ORDER BY id LIMIT 9223372036854775807 OFFSET $1 [1]`},
		{"sorted", query.Query{Limit: 1, Sort: desc}, ` ORDER BY a DESC, s, id LIMIT 1 []`},
		{"sorted by the id, which leaves no ties", query.Query{Limit: 1, Sort: []query.Order{{Field: 0}, {Field: 1}}}, ` ORDER BY id LIMIT 1 []`},
		{"equal", all(query.Is(1, one)), ` WHERE a = $1 ORDER BY id [1]`},
		{"equal to null", all(query.Is(1, null)), ` WHERE a IS NULL ORDER BY id []`},
		{"equal to a value of another type", all(query.Is(1, x)), ` WHERE 1 = 0 ORDER BY id []`},
		{"not equal", all(query.IsNot(1, one)), ` WHERE a DIFFERS $1 ORDER BY id [1]`},
		{"a number with an integer", all(query.Is(4, one)), ` WHERE n = $1 ORDER BY id [1]`},
		{"a bool", all(query.Is(5, record.BoolValue(true))), ` WHERE b = $1 ORDER BY id [1]`},
		{"a range", all(query.AtLeast(1, one), query.Less(1, one)), ` WHERE (a >= $1 AND a < $2) ORDER BY id [1 1]`},
		{"below null", all(query.Less(1, null)), ` WHERE 1 = 0 ORDER BY id []`},
		{"in", all(query.OneOf(2, x)), ` WHERE (s AMONG $1 AND s IS NOT NULL) ORDER BY id [["x"]]`},
		{"in, with null", all(query.OneOf(2, x, null)), ` WHERE (s AMONG $1 OR s IS NULL) ORDER BY id [["x"]]`},
		{"not in", all(query.NoneOf(2, x)), ` WHERE (NOT s AMONG $1 OR s IS NULL) ORDER BY id [["x"]]`},
		{"not in, with null", all(query.NoneOf(2, x, null)), ` WHERE (NOT s AMONG $1 AND s IS NOT NULL) ORDER BY id [["x"]]`},
		{"in numbers", all(query.OneOf(4, one, record.NumberValue(2.5))), ` WHERE (n IN ($1, $2) AND n IS NOT NULL) ORDER BY id [1 2.5]`},
		{"a list that contains", all(query.Is(3, x)), ` WHERE t.l OVERLAPS $1 ORDER BY id [["x"]]`},
		{"a list that does not", all(query.IsNot(3, x)), ` WHERE NOT t.l OVERLAPS $1 ORDER BY id [["x"]]`},
		{"or", all(query.Any(query.Is(1, one), query.Is(2, x))), ` WHERE (a = $1 OR s = $2) ORDER BY id [1 x]`},
		{"or of nothing", all(query.Cond{Op: query.Or}), ` WHERE 1 = 0 ORDER BY id []`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, s := newStore()
			if _, err := s.Find(t.Context(), &c.query); err != nil {
				t.Fatal(err)
			}
			want := "SELECT id, a, s, l, n, b FROM t" + c.want
			if got := d.sql + " " + fmt.Sprint(d.args); got != want {
				t.Errorf("Find runs\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func all(conds ...query.Cond) query.Query { return *query.Where(conds...) }

func TestWriteSQL(t *testing.T) {
	t.Parallel()
	rec := schema.New()
	rec.SetValue(1, one)
	rec.SetValue(3, record.ListValue([]record.Value{x}))
	rec.SetValue(5, record.BoolValue(true))
	ctx := t.Context()
	for _, c := range []struct {
		name string
		call func(*sqlstore.Store) error
		want string
	}{
		{"create", func(s *sqlstore.Store) error { return s.Create(ctx, rec.Clone()) },
			`INSERT INTO t (id, a, s, l, n, b) VALUES ($1, $2, $3, $4, $5, $6) [<nil> 1 <nil> ["x"] <nil> 1]`},
		{"patch of one", func(s *sqlstore.Store) error {
			_, err := s.Patch(ctx, one, query.Is(2, x), rec, record.Fields(0, 1, 3))
			return err
		}, `UPDATE t SET a = $1, l = $2 WHERE (id = $3 AND s = $4) RETURNING id, a, s, l, n, b [1 ["x"] 1 x]`},
		{"patch of all", func(s *sqlstore.Store) error {
			_, err := s.Patch(ctx, null, query.Cond{}, rec, record.Fields(1))
			return err
		}, `UPDATE t SET a = $1 RETURNING id, a, s, l, n, b, id [1]`},
		{"remove of one", func(s *sqlstore.Store) error { _, err := s.Remove(ctx, one, query.Cond{}); return err },
			`DELETE FROM t WHERE id = $1 RETURNING id, a, s, l, n, b [1]`},
		{"remove of all", func(s *sqlstore.Store) error { _, err := s.Remove(ctx, null, query.Is(1, null)); return err },
			`DELETE FROM t WHERE a IS NULL RETURNING id, a, s, l, n, b, id []`},
		{"get", func(s *sqlstore.Store) error { _, err := s.Get(ctx, one, query.Cond{}); return err },
			`SELECT id, a, s, l, n, b FROM t WHERE id = $1 [1]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, s := newStore()
			if err := c.call(s); err != nil {
				t.Fatal(err)
			}
			if got := d.sql + " " + fmt.Sprint(d.args); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestRowsThatAreNoRecords(t *testing.T) {
	t.Parallel()
	good := []driver.Value{int64(1), int64(1), "s", "[]", 1.5, int64(1)}
	for _, c := range []struct {
		name   string
		column int
		value  driver.Value
		want   string // "" for a value that is read
	}{
		{"bytes for text", 2, []byte("s"), ""},
		{"an integer for a number", 4, int64(3), ""},
		{"null", 2, nil, ""},
		{"text for an integer", 1, "1", "column a holds no integer"},
		{"a number for text", 2, 1.5, "column s holds no string"},
		{"an integer for a list", 3, int64(1), "column l holds no list of string"},
		{"text for a list", 3, "x", "column l holds no list of string"},
		{"a list and more", 3, `["x"]]`, "column l holds no list of string"},
		{"a list of another type", 3, `[1]`, "column l holds no list of string"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, s := newStore()
			row := append([]driver.Value{}, good...)
			row[c.column] = c.value
			d.rows = [][]driver.Value{row}
			_, err := s.Get(t.Context(), one, query.Cond{})
			want := "<nil>"
			if c.want != "" {
				want = "get from t: " + c.want
			}
			if fmt.Sprint(err) != want {
				t.Errorf("Get = %v, want %s", err, want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	d, s := newStore()
	d.err = errTaken
	if e := runtime.ErrorOf(s.Create(t.Context(), schema.New())); e.Code != 409 || string(e.Data) != `{"field":"a"}` {
		t.Errorf("Create of a value that is taken = %v with %s, want a Conflict about a", e, e.Data)
	}
	d.err = errors.New("disk on fire")
	err := s.Create(t.Context(), schema.New())
	if want := "create in t: disk on fire"; err == nil || err.Error() != want || !errors.Is(err, d.err) {
		t.Errorf("Create = %v, want %s", err, want)
	}
	if e := runtime.ErrorOf(err); e.Message != "Internal error" {
		t.Errorf("clients see %q of it, want nothing", e.Message)
	}
}
