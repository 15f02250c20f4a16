package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func testConflict(t *testing.T, open Opener) {
	tell(t, open, []story{
		{"a unique value on create", testTakenOnCreate},
		{"all or none of a list", testAllOrNone},
		{"an id on create", testTakenID},
		{"a unique value on patch", testTakenOnPatch},
		{"not a value that is free again", testFreeAgain},
		{"not null", testNullNotTaken},
		{"unique fields of every type", testUniqueTypes},
	})
}

func expectConflict(t *testing.T, call string, err error, field string) {
	t.Helper()
	var e *runtime.Error
	if !errors.As(err, &e) || e.Code != 409 {
		t.Errorf("%s = %v, want a Conflict", call, err)
		return
	}
	if want := `{"field":"` + field + `"}`; string(e.Data) != want {
		t.Errorf("%s: got data %s, want %s", call, e.Data, want)
	}
	if want := field + " is already taken"; e.Message != want || strings.Contains(string(e.AppendJSON(nil)), "constraint") {
		t.Errorf("%s: got message %q, want %q", call, e.Message, want)
	}
}

func testTakenOnCreate(t *testing.T, open Opener) {
	s, schema := three(t, open)
	rec := newUser(schema, "Bob")
	expectConflict(t, "Create(Bob)", s.Create(t.Context(), rec), "email")
	if id := rec.Value(0).Int(); id != 0 {
		t.Errorf("Create(Bob) set the id %d, though it failed", id)
	}
	expectIDs(t, "Find", find(t, s, query.All()), "1", "2", "3")
}

func testAllOrNone(t *testing.T, open Opener) {
	s, schema := three(t, open)
	recs := []record.Record{newUser(schema, "Dan"), newUser(schema, "Ann"), newUser(schema, "Eve")}
	expectConflict(t, "Create(Dan, Ann, Eve)", s.Create(t.Context(), recs...), "email")
	expectConflict(t, "Create(Dan, Dan)", s.Create(t.Context(), newUser(schema, "Dan"), newUser(schema, "Dan")), "email")
	expectIDs(t, "Find", find(t, s, query.All()), "1", "2", "3")
	expectIDs(t, "Create", recs, "0", "0", "0")
	create(t, s, newUser(schema, "Dan"))
}

func testTakenID(t *testing.T, open Opener) {
	s, schema := three(t, open)
	rec := newUser(schema, "Dan")
	rec.SetValue(0, record.IntValue(2))
	expectConflict(t, "Create(id 2)", s.Create(t.Context(), rec), "id")
	expectText(t, "Get", get(t, s, record.IntValue(2)), `{"id":2,"email":"bob@example.com","name":"Bob","age":null,"nick":null}`)

	notes := Schema("some.notes", "key", record.Field{Name: "key", Type: record.String, Required: true})
	s = open(t, notes)
	create(t, s, newRecord(notes, map[string]any{"key": "a"}))
	expectConflict(t, "Create(key a)", s.Create(t.Context(), newRecord(notes, map[string]any{"key": "a"})), "key")
	create(t, s, newRecord(notes, map[string]any{"key": "A"}))
}

func testTakenOnPatch(t *testing.T, open Opener) {
	s, schema := three(t, open)
	set := func(id record.Value, where query.Cond, fields map[string]any, list ...int) error {
		_, err := s.Patch(t.Context(), id, where, newRecord(schema, fields), record.Fields(list...))
		return err
	}
	taken := map[string]any{"email": "ann@example.com", "age": 1}
	expectConflict(t, "Patch(2)", set(record.IntValue(2), none, taken, 1, 3), "email")
	expectConflict(t, "Patch(null)", set(record.Value{}, none, map[string]any{"nick": "x", "age": 1}, 3, 4), "nick")
	expectConflict(t, "Patch(null, id 2)", set(record.Value{}, query.Is(0, record.IntValue(2)), taken, 1, 3), "email")
	expectIDs(t, "Find(age 1)", find(t, s, query.Where(query.Is(3, record.IntValue(1)))))

	if err := set(record.IntValue(1), none, taken, 1, 3); err != nil {
		t.Errorf("Patch(1) with the email that it has = %v", err)
	}
	if err := set(record.Value{}, query.Is(0, record.IntValue(1)), taken, 1, 3); err != nil {
		t.Errorf("Patch(null, id 1) with the email that it has = %v", err)
	}
}

func testFreeAgain(t *testing.T, open Opener) {
	s, schema := three(t, open)
	patch(t, s, record.IntValue(1), none, newRecord(schema, map[string]any{"email": "other@example.com"}), 1)
	create(t, s, newUser(schema, "Ann"))
	if _, err := s.Remove(t.Context(), record.IntValue(2), none); err != nil {
		t.Fatalf("Remove(2) = %v", err)
	}
	create(t, s, newUser(schema, "Bob"))
	expectConflict(t, "Create(Ann)", s.Create(t.Context(), newUser(schema, "Ann")), "email")
	found := find(t, s, query.Where(query.Is(1, record.StringValue("ann@example.com"))))
	expectIDs(t, "Find(email)", found, "4")
}

func testNullNotTaken(t *testing.T, open Opener) {
	s, schema := three(t, open)
	expectIDs(t, "Find(nick null)", find(t, s, query.Where(query.Is(4, record.Value{}))), "1", "2", "3")
	patch(t, s, record.Value{}, none, schema.New(), 4)
}

func testUniqueTypes(t *testing.T, open Opener) {
	all := document()
	for i := range all.Fields {
		f := all.Fields[i]
		if i == all.ID || f.Type == record.JSON {
			continue
		}
		f.Unique, f.Required, f.Nullable, f.Name = true, false, true, "only"
		schema := Schema("things", "id", record.Field{Name: "id", Type: record.Int}, f)
		s := open(t, schema)
		seen := map[string]bool{"null": true}
		for _, rec := range documents(all) {
			v := rec.Value(i)
			one := schema.New()
			one.SetValue(1, v)
			key := string(v.AppendJSON(nil))
			if err := s.Create(t.Context(), one); !seen[key] || v.IsNull() {
				if err != nil {
					t.Errorf("Create(%s %s) = %v", all.Fields[i].Name, key, err)
				}
			} else {
				expectConflict(t, "Create("+all.Fields[i].Name+" "+key+")", err, "only")
			}
			seen[key] = true
		}
	}
}

// testContext passes contexts that have ended.
func testContext(t *testing.T, open Opener) {
	s, schema := three(t, open)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the client is gone"))
	id := record.IntValue(1)
	calls := map[string]func() error{
		"Get":          func() error { _, err := s.Get(ctx, id, none); return err },
		"Find":         func() error { _, err := s.Find(ctx, query.All()); return err },
		"Create":       func() error { return s.Create(ctx, newUser(schema, "Dan")) },
		"Create many":  func() error { return s.Create(ctx, newUser(schema, "Dan"), newUser(schema, "Eve")) },
		"Patch":        func() error { _, err := s.Patch(ctx, id, none, schema.New(), record.Fields(2)); return err },
		"Patch many":   func() error { _, err := s.Patch(ctx, record.Value{}, none, schema.New(), record.Fields(2)); return err },
		"Remove":       func() error { _, err := s.Remove(ctx, id, none); return err },
		"Remove many":  func() error { _, err := s.Remove(ctx, record.Value{}, none); return err },
		"Get no id":    func() error { _, err := s.Get(ctx, record.Value{}, none); return err },
		"Find nothing": func() error { _, err := s.Find(ctx, &query.Query{}); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s after its context ended = %v, want %v", name, err, context.Canceled)
		}
	}
	for i, rec := range find(t, s, query.All()) {
		expectText(t, "Find", rec, text(newUserWithID(schema, i)))
	}
}

func newUserWithID(schema *record.Schema, i int) record.Record {
	rec := newUser(schema, []string{"Ann", "Bob", "Cleo"}[i])
	rec.SetValue(0, record.IntValue(int64(i+1)))
	return rec
}
