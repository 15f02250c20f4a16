package sqlite_test

import (
	"database/sql/driver"
	"io"
	"slices"
	"strings"
	"testing"

	sqlitedriver "modernc.org/sqlite"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/store/storetest"
)

// database is a file that a test also reaches by SQL.
type database struct {
	t    *testing.T
	path string
}

func newDatabase(t *testing.T, statements ...string) database {
	t.Helper()
	d := database{t, t.TempDir() + "/test.db"}
	for _, s := range statements {
		d.sql(s)
	}
	return d
}

// sql runs a statement and returns the first column of its rows.
func (d database) sql(statement string) []string {
	d.t.Helper()
	conn, err := (&sqlitedriver.Driver{}).Open(d.path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer conn.Close()
	rows, err := conn.(driver.QueryerContext).QueryContext(d.t.Context(), statement, nil)
	if err != nil {
		d.t.Fatalf("%s: %v", statement, err)
	}
	defer rows.Close()
	var list []string
	for row := make([]driver.Value, len(rows.Columns())); ; {
		if err := rows.Next(row); err == io.EOF {
			return list
		} else if err != nil {
			d.t.Fatalf("%s: %v", statement, err)
		}
		s, _ := row[0].(string)
		list = append(list, s)
	}
}

// table opens the database and closes it again, for the tables' effect.
func (d database) table(schema *record.Schema, indexes ...[]string) ([]record.Record, error) {
	d.t.Helper()
	return d.tableWith(schema, sqlite.TableOptions{Indexes: indexes})
}

func (d database) tableWith(schema *record.Schema, o sqlite.TableOptions) ([]record.Record, error) {
	d.t.Helper()
	db, err := sqlite.Open(d.t.Context(), d.path, sqlite.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	tab, err := db.Table(d.t.Context(), schema, o)
	if err != nil {
		return nil, err
	}
	page, err := tab.Find(d.t.Context(), query.All())
	return page.Records, err
}

const schemaOf = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name"

func TestTableIsCreated(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	schema := storetest.Schema("messages", "id",
		record.Field{Name: "id", Type: record.Int, Auto: record.AutoID},
		record.Field{Name: "text", Type: record.String, Required: true},
		record.Field{Name: "slug", Type: record.String, Unique: true},
		record.Field{Name: "room", Type: record.Int, Index: true},
		record.Field{Name: "score", Type: record.Number},
		record.Field{Name: "pinned", Type: record.Bool},
		record.Field{Name: "tags", Type: record.Int, List: true},
		record.Field{Name: "createdAt", Type: record.Time, Auto: record.Created},
	)
	want := strings.Split(`CREATE TABLE "messages" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "text" TEXT,
  "slug" TEXT,
  "room" INTEGER,
  "score" REAL,
  "pinned" INTEGER,
  "tags" TEXT,
  "createdAt" TEXT
) STRICT;CREATE INDEX "messages(room)" ON "messages" ("room");CREATE INDEX "messages(room,createdAt)" ON "messages" ("room", "createdAt");CREATE UNIQUE INDEX "messages(slug) unique" ON "messages" ("slug")`, ";")
	for range 2 { // the second start changes nothing
		if _, err := d.table(schema, []string{"room", "createdAt"}, []string{"room"}); err != nil {
			t.Fatal(err)
		}
		if got := d.sql(schemaOf); !slices.Equal(got, want) {
			t.Errorf("got schema\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if got := d.sql("PRAGMA journal_mode"); got[0] != "wal" {
		t.Errorf("got journal mode %s, want wal", got[0])
	}
}

func TestTableGetsWhatItLacks(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	if _, err := d.table(notes()); err != nil {
		t.Fatal(err)
	}
	d.sql(`INSERT INTO notes (text) VALUES ('one'), ('two')`)
	d.sql(`ALTER TABLE notes ADD COLUMN old TEXT`)
	recs, err := d.table(notes(
		record.Field{Name: "optional", Type: record.String, Nullable: true},
		record.Field{Name: "default", Type: record.String, Default: record.StringValue("it's")},
		record.Field{Name: "mood", Type: record.String, Enum: []string{"glad", "sad"}, Required: true},
		record.Field{Name: "string", Type: record.String, Required: true},
		record.Field{Name: "int", Type: record.Int, Required: true},
		record.Field{Name: "number", Type: record.Number, Default: record.NumberValue(-0.5)},
		record.Field{Name: "bool", Type: record.Bool, Default: record.BoolValue(true)},
		record.Field{Name: "list", Type: record.String, List: true, Required: true},
		record.Field{Name: "at", Type: record.Time, Auto: record.Created},
		record.Field{Name: "key", Type: record.String, Required: true, Unique: true},
	))
	if err != nil {
		t.Fatal(err)
	}
	if len(recs) != 2 {
		t.Fatalf("got %d records, want 2", len(recs))
	}
	schema := recs[1].Schema()
	want := `{"id":2,"text":"two","optional":null,"default":"it's","mood":"glad","string":"","int":0,"number":-0.5,"bool":true,"list":[],"at":"0001-01-01T00:00:00.000Z","key":""}`
	if got := string(recs[1].AppendJSON(nil, schema.All)); got != want {
		t.Errorf("got record\n%s\nwant\n%s", got, want)
	}
}

func TestTableDropsIndexesOfItsOwn(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	if _, err := d.table(notes(record.Field{Name: "key", Type: record.String, Nullable: true, Unique: true}), []string{"text"}); err != nil {
		t.Fatal(err)
	}
	d.sql(`CREATE INDEX mine ON notes (text)`)
	if _, err := d.table(notes(record.Field{Name: "key", Type: record.String, Nullable: true})); err != nil {
		t.Fatal(err)
	}
	if got := d.sql("SELECT name FROM sqlite_schema WHERE type = 'index'"); !slices.Equal(got, []string{"mine"}) {
		t.Errorf("got indexes %v, want mine alone", got)
	}
}

func TestTableRefuses(t *testing.T) {
	t.Parallel()
	const table = `CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT, more TEXT) STRICT`
	more := func(f record.Field) *record.Schema {
		f.Name = "more"
		return notes(f)
	}
	text := record.Field{Name: "more", Type: record.String, Nullable: true}
	for _, c := range []struct {
		name       string
		statements []string
		schema     *record.Schema
		indexes    [][]string
		want       string
	}{
		{"another column type", []string{table}, more(record.Field{Type: record.Int}), nil,
			"table notes: column more is TEXT, a field of type integer needs INTEGER; the table needs a migration"},
		{"text that is no list", []string{table, `INSERT INTO notes (more) VALUES ('abc')`}, more(record.Field{Type: record.String, List: true}), nil,
			"table notes: find in notes: column more holds no list of string"},
		{"text that is no time", []string{table, `INSERT INTO notes (more) VALUES (NULL), ('abc')`}, more(record.Field{Type: record.Time}), nil,
			"table notes: find in notes: column more holds no date-time"},
		{"another id", []string{`CREATE TABLE notes (key TEXT PRIMARY KEY, text TEXT) STRICT`}, notes(), nil,
			"table notes: its primary key is not id; the table needs a migration"},
		{"values that are not unique", []string{table, `INSERT INTO notes (more) VALUES ('a'), ('a')`}, more(record.Field{Type: record.String, Unique: true}), nil,
			"table notes: field more is to be unique, but records have the same value in it"},
		{"an index on no field", nil, notes(text), [][]string{{"text", "mroe"}},
			`table notes: index on text, mroe: there is no field "mroe"`},
		{"records without an id", nil, storetest.Schema("notes", "", text), nil,
			"table notes: records without an id can not be stored"},
		{"fields that differ in case", nil, notes(record.Field{Name: "Text", Type: record.String}), nil,
			"table notes: SQL logic error: duplicate column name: Text (1)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, c.statements...)
			before := d.sql(schemaOf)
			if _, err := d.table(c.schema, c.indexes...); err == nil || err.Error() != c.want {
				t.Errorf("Table = %v\nwant %s", err, c.want)
			}
			if after := d.sql(schemaOf); !slices.Equal(after, before) {
				t.Errorf("Table left the schema\n%v\nwant\n%v", after, before)
			}
		})
	}
}

func TestIntIDIsTheRowNumber(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	if _, err := d.table(notes()); err != nil {
		t.Fatal(err)
	}
	d.sql(`INSERT INTO notes (text) VALUES ('one')`)
	if got := d.sql(`SELECT 'same' FROM notes WHERE rowid = id`); len(got) != 1 {
		t.Error("an int id is not the row number: reading by id would need a second look-up")
	}
}

func TestTableFollowsRenames(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	old := notes(record.Field{Name: "title", Type: record.String, Nullable: true, Unique: true}, record.Field{Name: "level", Type: record.Int, Index: true})
	if _, err := d.table(old, []string{"level", "title"}); err != nil {
		t.Fatal(err)
	}
	d.sql(`INSERT INTO notes (text, title, level) VALUES ('one', 'a', 1)`)
	d.sql(`CREATE INDEX mine ON notes (text)`)
	papers := storetest.Schema("papers", "id",
		record.Field{Name: "id", Type: record.Int, Auto: record.AutoID},
		record.Field{Name: "text", Type: record.String, Required: true},
		record.Field{Name: "name", Type: record.String, Nullable: true},
		record.Field{Name: "rank", Type: record.Int, Index: true},
	)
	options := sqlite.TableOptions{Indexes: [][]string{{"rank", "name"}}, Before: []string{"sheets", "notes"},
		FieldsBefore: map[string][]string{"name": {"label", "title"}, "rank": {"level"}}}
	for range 2 { // the second start finds the names of today
		recs, err := d.tableWith(papers, options)
		if err != nil {
			t.Fatal(err)
		}
		if len(recs) != 1 {
			t.Fatalf("got %d records, want 1", len(recs))
		}
		if got, want := string(recs[0].AppendJSON(nil, papers.All)), `{"id":1,"text":"one","name":"a","rank":1}`; got != want {
			t.Errorf("got record %s, want %s", got, want)
		}
		want := []string{"mine", "papers(rank)", "papers(rank,name)"}
		if got := d.sql("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name"); !slices.Equal(got, want) {
			t.Errorf("got indexes %v, want %v", got, want)
		}
	}
	if got := d.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"); !slices.Equal(got, []string{"papers"}) {
		t.Errorf("got tables %v, want papers alone", got)
	}
}

func TestTableThatIsThereIsNotReplacedByOneThatItWas(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, `CREATE TABLE papers (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT, label TEXT)`, `INSERT INTO papers (text, label) VALUES ('old', 'x')`)
	schema := notes(record.Field{Name: "label", Type: record.String, Nullable: true}, record.Field{Name: "title", Type: record.String, Nullable: true})
	if _, err := d.table(schema); err != nil {
		t.Fatal(err)
	}
	recs, err := d.tableWith(schema, sqlite.TableOptions{Before: []string{"papers"}, FieldsBefore: map[string][]string{"title": {"label"}}})
	if err != nil || len(recs) != 0 {
		t.Errorf("got %d records, %v; want none", len(recs), err)
	}
	if got := d.sql("SELECT text FROM papers"); !slices.Equal(got, []string{"old"}) {
		t.Errorf("papers has %v, want what it had", got)
	}
}
