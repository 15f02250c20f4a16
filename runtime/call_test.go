package runtime_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

var everyMethod = []runtime.Method{runtime.Find, runtime.Get, runtime.Create, runtime.Update, runtime.Patch, runtime.Remove}

// notes returns an app with a notes service, changed by change.
func notes(t testing.TB, change func(*runtime.Service)) *runtime.App {
	t.Helper()
	schema := recordtest.Schema("notes",
		record.Field{Name: "text", Type: record.String, Required: true, Range: record.Between(1, 20)},
		record.Field{Name: "stars", Type: record.Int, Default: record.IntValue(3)},
		record.Field{Name: "hint", Type: record.String, WriteOnly: true},
		record.Field{Name: "createdAt", Type: record.Time, Auto: record.Created, ReadOnly: true},
		record.Field{Name: "updatedAt", Type: record.Time, Auto: record.Updated, ReadOnly: true},
		record.Field{Name: "parent", Type: record.Int, Ref: "notes"},
	)
	svc := &runtime.Service{Path: "notes", Schema: schema, Store: memory.New(schema), Methods: everyMethod}
	if change != nil {
		change(svc)
	}
	app := runtime.New(runtime.Options{Logger: discard})
	if err := app.Use(svc); err != nil {
		t.Fatal(err)
	}
	return app
}

// call makes one call as a transport does. id is JSON, "" for none.
func call(t testing.TB, app *runtime.App, m runtime.Method, id, body, q string) (string, *runtime.Error) {
	t.Helper()
	req := &runtime.Request{Service: app.Services()[0], Method: m, Body: []byte(body)}
	if n := json.Number(id); id != "" {
		if i, err := n.Int64(); err == nil {
			req.ID = record.IntValue(i)
		} else {
			req.ID = record.StringValue(strings.Trim(id, `"`))
		}
	}
	var err error
	if req.Params.Query, err = query.ParseString(q); err != nil {
		t.Fatal(err)
	}
	req.Params.Provider = "test"
	c, err := app.Handle(t.Context(), req)
	if err != nil {
		return "", runtime.ErrorOf(err)
	}
	return string(c.AppendResult(nil)), nil
}

func TestCreateFillsInDefaultsAndTimes(t *testing.T) {
	t.Parallel()
	app := notes(t, nil)
	got, err := call(t, app, runtime.Create, "", `{"text":"a","hint":"x"}`, "")
	if err != nil {
		t.Fatal(err)
	}
	var note struct {
		ID                   int
		Stars                int
		CreatedAt, UpdatedAt string
		Hint                 *string
	}
	if err := json.Unmarshal([]byte(got), &note); err != nil {
		t.Fatal(err)
	}
	if note.ID != 1 || note.Stars != 3 || note.CreatedAt == "" || note.CreatedAt != note.UpdatedAt || note.Hint != nil {
		t.Errorf("created %s, want id 1, the default of stars, equal times and no hint", got)
	}
}

func TestUpdateReplacesWhatClientsMayWriteAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	app := notes(t, nil)
	if _, err := call(t, app, runtime.Create, "", `{"text":"a","stars":5}`, "$select=id"); err != nil {
		t.Fatal(err)
	}
	got, err := call(t, app, runtime.Update, "1", `{"text":"b","id":9}`, "$select=text&$select=stars")
	if want := `{"id":1,"text":"b","stars":3}`; err != nil || got != want {
		t.Errorf("update = %s, %v; want %s", got, err, want)
	}
	got, _ = call(t, app, runtime.Get, "1", "", "$select=createdAt")
	if !strings.Contains(got, `"createdAt":"2`) {
		t.Errorf("get = %s, want the time of the create to be kept", got)
	}
}

func TestRefusedCallsTellWhy(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		method         runtime.Method
		id, body, q    string
		errName, inner string
	}{
		"missing field":         {runtime.Create, "", `{}`, "", "BadRequest", `"missingProperty":"text"`},
		"unknown field":         {runtime.Create, "", `{"text":"a","x":1}`, "", "BadRequest", `"additionalProperty":"x"`},
		"field of the server":   {runtime.Create, "", `{"text":"a","createdAt":"2026-01-01T00:00:00Z"}`, "", "BadRequest", "readOnly"},
		"wrong type":            {runtime.Create, "", `{"text":5}`, "", "BadRequest", "must be string"},
		"out of range":          {runtime.Patch, "1", `{"text":""}`, "", "BadRequest", "minLength"},
		"malformed JSON":        {runtime.Create, "", `{"text":`, "", "BadRequest", "invalid JSON"},
		"no such reference":     {runtime.Create, "", `{"text":"a","parent":77}`, "", "BadRequest", "must be the id of a record in notes"},
		"many without multi":    {runtime.Create, "", `[{"text":"a"}]`, "", "MethodNotAllowed", "Can not create multiple entries"},
		"patch without id":      {runtime.Patch, "", `{}`, "", "MethodNotAllowed", "Can not patch multiple entries"},
		"remove without id":     {runtime.Remove, "", ``, "", "MethodNotAllowed", "Can not remove multiple entries"},
		"update without id":     {runtime.Update, "", `{"text":"a"}`, "", "BadRequest", "Did you mean 'patch'?"},
		"update with a list":    {runtime.Update, "1", `[]`, "", "BadRequest", "Did you mean 'patch'?"},
		"get without id":        {runtime.Get, "", ``, "", "BadRequest", "id for 'get'"},
		"no record":             {runtime.Get, "99", ``, "", "NotFound", "No record found for id '99'"},
		"id of another type":    {runtime.Get, `"abc"`, ``, "", "NotFound", "No record found for id 'abc'"},
		"unknown method":        {"shout", "", ``, "", "MethodNotAllowed", "Method 'shout' not allowed on service 'notes'"},
		"unknown query":         {runtime.Find, "", ``, "$where=1", "BadRequest", "Invalid filter value $where"},
		"write-only in a query": {runtime.Find, "", ``, "hint=x", "BadRequest", "validation failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := notes(t, nil)
			if _, err := call(t, app, runtime.Create, "", `{"text":"first"}`, ""); err != nil {
				t.Fatal(err)
			}
			got, err := call(t, app, tt.method, tt.id, tt.body, tt.q)
			if err == nil {
				t.Fatalf("%s answered %s, want %s", tt.method, got, tt.errName)
			}
			if text := string(err.AppendJSON(nil)); err.Name != tt.errName || !strings.Contains(text, tt.inner) {
				t.Errorf("%s failed with %s, want %s with %q", tt.method, text, tt.errName, tt.inner)
			}
		})
	}
}

func TestHookDataIsHeldAgainstTheRulesAgain(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) {
		s.Hooks.Before = map[runtime.Method][]runtime.Hook{runtime.Create: {func(_ context.Context, c *runtime.Call) error {
			c.Data[0].(*recordtest.Row).Set("text", record.StringValue(""))
			return nil
		}}}
	})
	if got, err := call(t, app, runtime.Create, "", `{"text":"a"}`, ""); err == nil {
		t.Errorf("create answered %s, want the hook's empty text refused", got)
	}
}

func TestSealRunsBehindTheChecks(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) {
		hint, _ := s.Schema.Index("hint")
		s.Sealed = record.Fields(hint)
		s.Seal = func(_ context.Context, rec record.Record, fields record.FieldSet) error {
			if fields.Has(hint) {
				rec.SetValue(hint, record.StringValue("sealed "+rec.Value(hint).Str()))
			}
			return nil
		}
	})
	if _, err := call(t, app, runtime.Create, "", `{"text":"a","hint":"x"}`, ""); err != nil {
		t.Fatal(err)
	}
	rec, err := app.Service("notes").Store.Get(t.Context(), record.IntValue(1), query.Cond{})
	if err != nil || rec.(*recordtest.Row).Get("hint").Str() != "sealed x" {
		t.Errorf("stored hint %v, %v; want it sealed", rec.(*recordtest.Row).Get("hint"), err)
	}
}

func TestFindPagesWhenTheServicePaginates(t *testing.T) {
	t.Parallel()
	app := notes(t, func(s *runtime.Service) {
		s.Paginate = query.Paginate{Default: 2, Max: 3}
		s.Multi = []runtime.Method{runtime.Create, runtime.Patch, runtime.Remove}
	})
	if got, err := call(t, app, runtime.Create, "", `[{"text":"a"},{"text":"b"},{"text":"c"}]`, "$select=text"); err != nil ||
		got != `[{"id":1,"text":"a"},{"id":2,"text":"b"},{"id":3,"text":"c"}]` {
		t.Fatalf("create = %s, %v", got, err)
	}
	got, err := call(t, app, runtime.Find, "", "", "$select=text&$skip=1")
	if want := `{"total":3,"limit":2,"skip":1,"data":[{"id":2,"text":"b"},{"id":3,"text":"c"}]}`; err != nil || got != want {
		t.Errorf("find = %s, %v; want %s", got, err, want)
	}
	got, err = call(t, app, runtime.Remove, "", "", "text=b&$select=text")
	if want := `[{"id":2,"text":"b"}]`; err != nil || got != want {
		t.Errorf("remove = %s, %v; want %s", got, err, want)
	}
}

func TestRouteParametersNarrowAndFillIn(t *testing.T) {
	t.Parallel()
	schema := recordtest.Schema("posts", record.Field{Name: "userId", Type: record.Int, Required: true},
		record.Field{Name: "text", Type: record.String})
	app := runtime.New(runtime.Options{Logger: discard})
	if err := app.Use(&runtime.Service{Path: "users/:userId/posts", Schema: schema, Store: memory.New(schema), Methods: everyMethod}); err != nil {
		t.Fatal(err)
	}
	do := func(m runtime.Method, user, body string) string {
		svc, route, _, _ := app.Lookup([]string{"users", user, "posts"})
		c, err := app.Handle(t.Context(), &runtime.Request{Service: svc, Method: m, Body: []byte(body), Params: runtime.Params{Route: route}})
		if err != nil {
			return runtime.ErrorOf(err).Name
		}
		return string(c.AppendResult(nil))
	}
	do(runtime.Create, "7", `{"text":"a"}`)
	do(runtime.Create, "8", `{"text":"b","userId":7}`)
	if got, want := do(runtime.Find, "8", ""), `[{"id":2,"userId":8,"text":"b"}]`; got != want {
		t.Errorf("posts of user 8 = %s, want %s", got, want)
	}
	if got := do(runtime.Find, "x", ""); got != "NotFound" {
		t.Errorf("posts of user x = %s, want NotFound", got)
	}
}

func TestGoCodeNamesWhatItMeans(t *testing.T) {
	t.Parallel()
	app := notes(t, nil)
	svc := app.Service("notes")
	if _, err := call(t, app, runtime.Create, "", `{"text":"a"}`, ""); err != nil {
		t.Fatal(err)
	}
	one := []record.Record{svc.Schema.New()}
	for name, c := range map[string]*runtime.Call{
		"get without an id":      {Method: runtime.Get},
		"update without an id":   {Method: runtime.Update, Data: one},
		"remove without an id":   {Method: runtime.Remove},
		"patch without an id":    {Method: runtime.Patch, Data: one},
		"patch without data":     {Method: runtime.Patch, ID: record.IntValue(1)},
		"remove of one and many": {Method: runtime.Remove, ID: record.IntValue(1), Many: true},
	} {
		c.Service = svc
		if err := app.Do(t.Context(), c); runtime.ErrorOf(err).Name != "BadRequest" {
			t.Errorf("Do of a %s = %v, want BadRequest", name, err)
		}
	}
	if err := app.Do(t.Context(), &runtime.Call{Service: svc, Method: runtime.Remove, Many: true}); err != nil {
		t.Errorf("Do of a remove of many = %v, want no error", err)
	}
}

func TestListsOfReferencesAreLookedUp(t *testing.T) {
	t.Parallel()
	schema := recordtest.Schema("notes", record.Field{Name: "related", Type: record.Int, List: true, Ref: "notes"})
	app := runtime.New(runtime.Options{Logger: discard})
	if err := app.Use(&runtime.Service{Path: "notes", Schema: schema, Store: memory.New(schema), Methods: everyMethod}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ body, want string }{
		{`{"related":[]}`, `{"id":1,"related":[]}`},
		{`{"related":[1,1]}`, `{"id":2,"related":[1,1]}`},
		{`{"related":[2,1,2]}`, `{"id":3,"related":[2,1,2]}`},
		{`{"related":[1,77]}`, ""},
	} {
		got, err := call(t, app, runtime.Create, "", tt.body, "")
		if got != tt.want || (err == nil) == (tt.want == "") {
			t.Errorf("create %s = %s, %v; want %q", tt.body, got, err, tt.want)
		}
	}
}

func TestSealedFieldWrittenBackAsItWasStaysAsItIs(t *testing.T) {
	t.Parallel()
	hint := 0
	app := notes(t, func(s *runtime.Service) {
		hint, _ = s.Schema.Index("hint")
		s.Sealed = record.Fields(hint)
		s.Seal = func(_ context.Context, rec record.Record, fields record.FieldSet) error {
			if fields.Has(hint) {
				rec.SetValue(hint, record.StringValue("sealed "+rec.Value(hint).Str()))
			}
			return nil
		}
	})
	if _, err := call(t, app, runtime.Create, "", `{"text":"a","hint":"x"}`, ""); err != nil {
		t.Fatal(err)
	}
	s, id := app.Service("notes"), record.IntValue(1)
	stored := func() record.Record {
		rec, err := s.Store.Get(t.Context(), id, query.Cond{})
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	for _, c := range []*runtime.Call{
		{Service: s, Method: runtime.Update, ID: id, Data: []record.Record{stored()}},
		{Service: s, Method: runtime.Patch, ID: id, Data: []record.Record{stored()}, Changed: record.Fields(hint)},
	} {
		if err := app.Do(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if got := stored().Value(hint).Str(); got != "sealed x" {
			t.Errorf("after %s: %q, want it sealed once", c.Method, got)
		}
	}
	if _, err := call(t, app, runtime.Patch, "1", `{"hint":"sealed x"}`, ""); err != nil {
		t.Fatal(err)
	}
	if got := stored().Value(hint).Str(); got != "sealed sealed x" {
		t.Errorf("a client's word is stored as %q: it was taken for a seal", got)
	}
}
