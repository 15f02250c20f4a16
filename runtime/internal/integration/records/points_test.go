// Package records_test asks the same of services on every store that needs no
// server: one table of calls with their answers.
package records_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
)

// stores open a new store for records of a schema.
var stores = map[string]func(t *testing.T, schema *record.Schema) runtime.Store{
	"memory": func(_ *testing.T, schema *record.Schema) runtime.Store { return memory.New(schema) },
	"sqlite": func(t *testing.T, schema *record.Schema) runtime.Store {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		table, err := db.Table(t.Context(), schema, sqlite.TableOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return table
	},
}

// step is one call and its answer. Answers that begin with a word are errors:
// "NotFound No record found for id '9'".
type step struct {
	service string // "one" for single records, "many" with multi and pages
	method  runtime.Method
	id      record.Value
	body    string
	query   string // as in a URL
	want    string
}

var id1, id9 = record.IntValue(1), record.IntValue(9)

// points are the conformance points about records, by number. Each begins
// with Bob, 25, and Ann, 32.
var points = map[string][]step{
	"30": {{"many", runtime.Find, record.Value{}, "", "", `{"total":2,"limit":2,"skip":0,"data":[{"id":1,"name":"Bob","age":25},{"id":2,"name":"Ann","age":32}]}`}},
	"31": {{"many", runtime.Find, record.Value{}, "", "$limit=0", `{"total":2,"limit":0,"skip":0,"data":[]}`}},
	"32": {{"many", runtime.Find, record.Value{}, "", "$limit=10&$skip=1", `{"total":2,"limit":3,"skip":1,"data":[{"id":2,"name":"Ann","age":32}]}`}},
	"33": {{"many", runtime.Find, record.Value{}, "", "$limit=-1&$select=id", `{"total":2,"limit":2,"skip":0,"data":[{"id":1},{"id":2}]}`},
		{"many", runtime.Find, record.Value{}, "", "$limit=junk&$select=id", `{"total":2,"limit":2,"skip":0,"data":[{"id":1},{"id":2}]}`}},
	"34": {{"one", runtime.Find, record.Value{}, "", "", `[{"id":1,"name":"Bob","age":25},{"id":2,"name":"Ann","age":32}]`}},
	"38": {{"one", runtime.Find, record.Value{}, "", "$select=name&age=32", `[{"id":2,"name":"Ann"}]`},
		{"one", runtime.Create, record.Value{}, `{"name":"Eve","age":1}`, "$select=age", `{"id":3,"age":1}`},
		{"one", runtime.Patch, id1, `{"age":2}`, "$select=age", `{"id":1,"age":2}`},
		{"one", runtime.Remove, id1, ``, "$select=name", `{"id":1,"name":"Bob"}`}},
	"39": {{"one", runtime.Create, record.Value{}, `{"name":"Bob","age":7}`, "$select=id", `{"id":3}`},
		{"one", runtime.Find, record.Value{}, "", "$sort[name]=-1&$sort[age]=1&$select=id", `[{"id":3},{"id":1},{"id":2}]`},
		{"one", runtime.Find, record.Value{}, "", "$sort[age]=1&$sort[name]=-1&$select=id", `[{"id":3},{"id":1},{"id":2}]`}},
	"40": {{"one", runtime.Find, record.Value{}, "", "age[$ne]=25&$select=id", `[{"id":2}]`},
		{"one", runtime.Find, record.Value{}, "", "age[$nin][]=25&$select=id", `[{"id":2}]`},
		{"one", runtime.Find, record.Value{}, "", "age[$in][]=25&age[$in][]=32&$select=id", `[{"id":1},{"id":2}]`},
		{"one", runtime.Find, record.Value{}, "", "age[$gt]=25&age[$lte]=32&$select=id", `[{"id":2}]`},
		{"one", runtime.Find, record.Value{}, "", "age[$gte]=25&age[$lt]=32&$select=id", `[{"id":1}]`},
		{"one", runtime.Find, record.Value{}, "", "$or[0][name]=Bob&$or[1][age]=32&$select=id", `[{"id":1},{"id":2}]`},
		{"one", runtime.Find, record.Value{}, "", "$and[0][name]=Bob&$and[1][age]=32&$select=id", `[]`}},
	"41": {{"one", runtime.Create, record.Value{}, `{"name":"Eve"}`, "$select=id", `{"id":3}`},
		{"one", runtime.Find, record.Value{}, "", "age=&$select=id", `[{"id":3}]`},
		{"one", runtime.Find, record.Value{}, "", "age[$ne]=25&$select=id", `[{"id":2},{"id":3}]`}},
	"42": {{"one", runtime.Create, record.Value{}, `[{"name":"a"}]`, "", "MethodNotAllowed Can not create multiple entries"},
		{"one", runtime.Create, record.Value{}, `[]`, "", "MethodNotAllowed Can not create multiple entries"},
		{"many", runtime.Create, record.Value{}, `[]`, "", `[]`}},
	"43": {{"one", runtime.Patch, record.Value{}, `{"age":1}`, "", "MethodNotAllowed Can not patch multiple entries"}},
	"44": {{"one", runtime.Remove, record.Value{}, ``, "", "MethodNotAllowed Can not remove multiple entries"}},
	"45": {{"many", runtime.Update, record.Value{}, `{"name":"a"}`, "", "BadRequest You can not replace multiple instances. Did you mean 'patch'?"}},
	"46": {{"many", runtime.Patch, record.Value{}, `{"age":1}`, "$limit=1&$select=age", `[{"id":1,"age":1},{"id":2,"age":1}]`},
		{"many", runtime.Patch, record.Value{}, `{"age":1}`, "name=nobody", `[]`},
		{"many", runtime.Remove, record.Value{}, ``, "$limit=1&$select=id", `[{"id":1},{"id":2}]`}},
	"47": {{"one", runtime.Get, id1, "", "name=Ann", "NotFound No record found for id '1'"},
		{"one", runtime.Patch, id1, `{"age":1}`, "name=Ann", "NotFound No record found for id '1'"},
		{"one", runtime.Update, id1, `{"name":"x"}`, "name=Ann", "NotFound No record found for id '1'"},
		{"one", runtime.Remove, id1, "", "name=Ann", "NotFound No record found for id '1'"},
		{"one", runtime.Patch, id1, `{"name":"Bert"}`, "name=Bob", `{"id":1,"name":"Bert","age":25}`}},
	"48": {{"one", runtime.Patch, id1, `{"id":9,"age":1}`, "", `{"id":1,"name":"Bob","age":1}`},
		{"one", runtime.Update, id1, `{"id":9,"name":"B"}`, "", `{"id":1,"name":"B"}`}},
	"49": {{"one", runtime.Get, id9, "", "", "NotFound No record found for id '9'"},
		{"one", runtime.Get, record.StringValue("9"), "", "", "NotFound No record found for id '9'"},
		{"one", runtime.Get, record.StringValue("abc"), "", "", "NotFound No record found for id 'abc'"},
		{"one", runtime.Patch, id9, `{}`, "", "NotFound No record found for id '9'"},
		{"one", runtime.Remove, id9, ``, "", "NotFound No record found for id '9'"}},
}

func TestPoint(t *testing.T) {
	t.Parallel()
	for number, steps := range points {
		for store, open := range stores {
			t.Run(number+"/"+store, func(t *testing.T) {
				t.Parallel()
				app := newApp(t, open)
				for _, person := range []string{`{"name":"Bob","age":25}`, `{"name":"Ann","age":32}`} {
					do(t, app, step{service: "one", method: runtime.Create, body: person})
				}
				for _, s := range steps {
					if got := do(t, app, s); got != s.want {
						t.Errorf("%s %s %v %s ?%s\n got %s\nwant %s", s.service, s.method, s.id, s.body, s.query, got, s.want)
					}
				}
			})
		}
	}
}

// newApp returns an app whose two services share a store.
func newApp(t *testing.T, open func(*testing.T, *record.Schema) runtime.Store) *runtime.App {
	t.Helper()
	schema := recordtest.Schema("people", record.Field{Name: "name", Type: record.String, Required: true}, record.Field{Name: "age", Type: record.Int})
	store := open(t, schema)
	all := []runtime.Method{runtime.Find, runtime.Get, runtime.Create, runtime.Update, runtime.Patch, runtime.Remove}
	app := runtime.New(runtime.Options{Logger: slog.New(slog.DiscardHandler)})
	for _, s := range []*runtime.Service{
		{Path: "one", Schema: schema, Store: store, Methods: all},
		{Path: "many", Schema: schema, Store: store, Methods: all, Multi: all, Paginate: query.Paginate{Default: 2, Max: 3}},
	} {
		if err := app.Use(s); err != nil {
			t.Fatal(err)
		}
	}
	return app
}

// do makes a call and returns its answer as step has it.
func do(t *testing.T, app *runtime.App, s step) string {
	t.Helper()
	q, err := query.ParseString(s.query)
	if err != nil {
		t.Fatal(err)
	}
	c, err := app.Handle(t.Context(), &runtime.Request{Service: app.Service(s.service), Method: s.method, ID: s.id,
		Body: []byte(s.body), Params: runtime.Params{Provider: "test", Query: q}})
	if err != nil {
		e := runtime.ErrorOf(err)
		return strings.TrimSpace(e.Name + " " + e.Message)
	}
	return string(c.AppendResult(nil))
}
