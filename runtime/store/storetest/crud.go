package storetest

import (
	"slices"
	"strconv"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func testCreate(t *testing.T, open Opener) {
	tell(t, open, []story{
		{"keeps every type as it was", testRoundTrip},
		{"keeps more than 64 fields", testManyFields},
		{"counts int ids up", testIntIDs},
		{"never uses an int id twice", testIDNotReused},
		{"keeps ids that are text", testTextIDs},
		{"takes no record at all", func(t *testing.T, open Opener) { create(t, open(t, user())) }},
		{"keeps its own copy", testCreateCopies},
		{"refuses an int id that leaves no room", testHugeID},
	})
}

func testRoundTrip(t *testing.T, open Opener) {
	schema := document()
	s := open(t, schema)
	recs := documents(schema)
	create(t, s, recs...)
	found := find(t, s, query.All())
	for i, rec := range recs {
		id := rec.Value(schema.ID)
		expectText(t, "Get("+id.String()+")", get(t, s, id), text(rec))
		expectText(t, "Find", found[i], text(rec))
	}
}

func testManyFields(t *testing.T, open Opener) {
	fields := []record.Field{{Name: "id", Type: record.Int}}
	for i := 1; i < record.MaxFields; i++ {
		fields = append(fields, record.Field{Name: "f" + strconv.Itoa(i), Type: record.Int, Nullable: true})
	}
	schema := Schema("wide", "id", fields...)
	s := open(t, schema)
	rec := schema.New()
	for i := 1; i < record.MaxFields; i += 2 {
		rec.SetValue(i, record.IntValue(int64(i)))
	}
	create(t, s, rec)
	expectText(t, "Get", get(t, s, rec.Value(0)), text(rec))

	patch := schema.New()
	last := record.MaxFields - 1
	patch.SetValue(100, record.IntValue(-100))
	for _, field := range []int{100, last} {
		rec.SetValue(field, patch.Value(field))
	}
	got, err := s.Patch(t.Context(), rec.Value(0), query.Is(last, record.IntValue(int64(last))), patch, record.Fields(100, last))
	if err != nil || len(got) != 1 {
		t.Fatalf("Patch = %d records, %v, want 1", len(got), err)
	}
	expectText(t, "Patch", got[0], text(rec))
}

func testIntIDs(t *testing.T, open Opener) {
	schema := user()
	s := open(t, schema)
	recs := []record.Record{newUser(schema, "A"), newUser(schema, "B"), newUser(schema, "C"), newUser(schema, "D")}
	recs[2].SetValue(0, record.IntValue(7))
	create(t, s, recs[0])
	create(t, s, recs[1:]...)
	expectIDs(t, "Create", recs, "1", "2", "7", "8")
	expectIDs(t, "Find", find(t, s, query.All()), "1", "2", "7", "8")

	early := newUser(schema, "E")
	early.SetValue(0, record.IntValue(-3))
	create(t, s, early)
	expectIDs(t, "Find", find(t, s, query.All()), "-3", "1", "2", "7", "8")
}

func testIDNotReused(t *testing.T, open Opener) {
	schema := user()
	s := open(t, schema)
	create(t, s, newUser(schema, "A"), newUser(schema, "B"))
	if _, err := s.Remove(t.Context(), record.IntValue(2), none); err != nil {
		t.Fatalf("Remove(2) = %v", err)
	}
	rec := newUser(schema, "C")
	create(t, s, rec)
	expectIDs(t, "Create after a remove", []record.Record{rec}, "3")
}

func testTextIDs(t *testing.T, open Opener) {
	for _, typ := range []record.Type{record.String, record.UUID} {
		schema := Schema("notes", "_id", record.Field{Name: "rowid", Type: record.Int}, record.Field{Name: "_id", Type: typ, Required: true})
		s := open(t, schema)
		want := []string{"b", "ä/ö", "a", "1", "B"}
		for _, id := range want {
			create(t, s, newRecord(schema, map[string]any{"_id": id, "rowid": len(id)}))
		}
		expectIDs(t, "Find", find(t, s, query.All()), want...)
		for _, id := range want {
			expectIDs(t, "Get", []record.Record{get(t, s, record.StringValue(id))}, id)
		}
		if rec := get(t, s, record.IntValue(1)); rec != nil {
			t.Errorf("Get(1) of text ids = %s, want none", text(rec))
		}
		got, err := s.Remove(t.Context(), record.Value{}, query.IsNot(1, record.StringValue("a")))
		if err != nil {
			t.Fatalf("Remove = %v", err)
		}
		expectIDs(t, "Remove", got, "b", "ä/ö", "1", "B")
	}
}

func testCreateCopies(t *testing.T, open Opener) {
	schema := user()
	s := open(t, schema)
	rec := newUser(schema, "Ann")
	create(t, s, rec)
	want := text(rec)
	rec.SetValue(2, record.StringValue("changed"))
	expectText(t, "Get after the record created was changed", get(t, s, rec.Value(0)), want)
}

func testHugeID(t *testing.T, open Opener) {
	schema := user()
	s := open(t, schema)
	rec := newUser(schema, "Ann")
	rec.SetValue(0, record.IntValue(1<<63-1))
	if err := s.Create(t.Context(), rec); runtime.ErrorOf(err).Code != 400 {
		t.Errorf("Create with id %s = %v, want a BadRequest", rec.Value(0), err)
	}
	next := newUser(schema, "Bob")
	create(t, s, next)
	expectIDs(t, "Create", []record.Record{next}, "1")
}

func testGet(t *testing.T, open Opener) {
	schema := user()
	s := open(t, schema)
	ann := newUser(schema, "Ann")
	create(t, s, ann)
	named := func(name string) query.Cond { return query.Is(2, record.StringValue(name)) }
	for _, c := range []struct {
		name  string
		id    record.Value
		where query.Cond
		want  string
	}{
		{"finds an id", record.IntValue(1), none, text(ann)},
		{"finds no other", record.IntValue(2), none, "none"},
		{"finds what matches", record.IntValue(1), named("Ann"), text(ann)},
		{"finds nothing else", record.IntValue(1), named("Bob"), "none"},
		{"takes no text for a number", record.StringValue("1"), none, "none"},
		{"takes null for no id", record.Value{}, none, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.Get(t.Context(), c.id, c.where)
			if err != nil {
				t.Fatalf("Get(%s) = %v", c.id, err)
			}
			expectText(t, "Get("+c.id.String()+")", got, c.want)
		})
	}
	t.Run("returns the caller's own copy", func(t *testing.T) {
		get(t, s, record.IntValue(1)).SetValue(2, record.StringValue("changed"))
		find(t, s, query.All())[0].SetValue(2, record.StringValue("changed"))
		expectText(t, "Get", get(t, s, record.IntValue(1)), text(ann))
	})
}

func testPatch(t *testing.T, open Opener) {
	tell(t, open, []story{
		{"changes the fields in the set", testPatchFields},
		{"changes one record", testPatchOne},
		{"changes all that match", testPatchAll},
		{"changes no id", testPatchID},
		{"changes nothing without fields", testPatchNothing},
		{"keeps every type", testPatchTypes},
	})
}

// three returns a store with users 1 to 3: Ann, Bob, Cleo.
func three(t *testing.T, open Opener) (runtime.Store, *record.Schema) {
	t.Helper()
	schema := user()
	s := open(t, schema)
	create(t, s, newUser(schema, "Ann"), newUser(schema, "Bob"), newUser(schema, "Cleo"))
	return s, schema
}

func patch(t *testing.T, s runtime.Store, id record.Value, where query.Cond, data record.Record, fields ...int) []record.Record {
	t.Helper()
	recs, err := s.Patch(t.Context(), id, where, data, record.Fields(fields...))
	if err != nil {
		t.Fatalf("Patch(%s, %s) = %v", id, text(data), err)
	}
	return recs
}

func testPatchFields(t *testing.T, open Opener) {
	s, schema := three(t, open)
	data := newRecord(schema, map[string]any{"name": "New", "age": 7, "email": "not@in.the.set"})
	got := patch(t, s, record.IntValue(2), none, data, 2, 3)
	want := `{"id":2,"email":"bob@example.com","name":"New","age":7,"nick":null}`
	expectText(t, "Patch", got[0], want)
	got[0].SetValue(2, record.StringValue("changed"))
	data.SetValue(2, record.StringValue("changed"))
	expectText(t, "Get", get(t, s, record.IntValue(2)), want)

	patch(t, s, record.IntValue(2), none, schema.New(), 2)
	expectText(t, "Get", get(t, s, record.IntValue(2)), `{"id":2,"email":"bob@example.com","name":null,"age":7,"nick":null}`)
}

func testPatchOne(t *testing.T, open Opener) {
	s, schema := three(t, open)
	data := newRecord(schema, map[string]any{"age": 7})
	bob := query.Is(2, record.StringValue("Bob"))
	expectIDs(t, "Patch(2, Bob)", patch(t, s, record.IntValue(2), bob, data, 3), "2")
	expectIDs(t, "Patch(1, Bob)", patch(t, s, record.IntValue(1), bob, data, 3))
	expectIDs(t, "Patch(9)", patch(t, s, record.IntValue(9), none, data, 3))
	expectIDs(t, "Patch(text 1)", patch(t, s, record.StringValue("1"), none, data, 3))
	expectIDs(t, "Find", find(t, s, query.Where(query.Is(3, record.IntValue(7)))), "2")
}

func testPatchAll(t *testing.T, open Opener) {
	s, schema := three(t, open)
	data := newRecord(schema, map[string]any{"age": 7, "name": "Same"})
	expectIDs(t, "Patch(null, id ≥ 2)", patch(t, s, record.Value{}, query.AtLeast(0, record.IntValue(2)), data, 2, 3), "2", "3")
	expectIDs(t, "Find", find(t, s, query.Where(query.Is(3, record.IntValue(7)))), "2", "3")
	// The patch takes away what the condition asks for.
	data.SetValue(2, record.StringValue("Other"))
	expectIDs(t, "Patch(null, Same)", patch(t, s, record.Value{}, query.Is(2, record.StringValue("Same")), data, 2), "2", "3")
	expectIDs(t, "Patch(null)", patch(t, s, record.Value{}, none, data, 2), "1", "2", "3")
	expectIDs(t, "Patch(null, nobody)", patch(t, s, record.Value{}, query.Cond{Op: query.Or}, data, 2))
}

func testPatchID(t *testing.T, open Opener) {
	s, schema := three(t, open)
	data := newRecord(schema, map[string]any{"id": 9, "age": 7})
	expectIDs(t, "Patch(2)", patch(t, s, record.IntValue(2), none, data, 0, 3), "2")
	expectIDs(t, "Find", find(t, s, query.All()), "1", "2", "3")
}

func testPatchNothing(t *testing.T, open Opener) {
	s, schema := three(t, open)
	expectIDs(t, "Patch(2)", patch(t, s, record.IntValue(2), none, schema.New()), "2")
	expectIDs(t, "Patch(null, id ≥ 2)", patch(t, s, record.Value{}, query.AtLeast(0, record.IntValue(2)), schema.New()), "2", "3")
	expectIDs(t, "Patch(9)", patch(t, s, record.IntValue(9), none, schema.New()))
}

func testPatchTypes(t *testing.T, open Opener) {
	schema := document()
	s := open(t, schema)
	recs := documents(schema)
	create(t, s, schema.New())
	for _, rec := range recs {
		rec.SetValue(schema.ID, record.IntValue(1))
		expectText(t, "Patch", patch(t, s, record.IntValue(1), none, rec, slices.Collect(schema.All.All())...)[0], text(rec))
		expectText(t, "Get", get(t, s, record.IntValue(1)), text(rec))
	}
}

func testRemove(t *testing.T, open Opener) {
	s, _ := three(t, open)
	remove := func(id record.Value, where query.Cond) []record.Record {
		recs, err := s.Remove(t.Context(), id, where)
		if err != nil {
			t.Fatalf("Remove(%s) = %v", id, err)
		}
		return recs
	}
	bob := query.Is(2, record.StringValue("Bob"))
	expectIDs(t, "Remove(1, Bob)", remove(record.IntValue(1), bob))
	expectIDs(t, "Remove(9)", remove(record.IntValue(9), none))
	expectIDs(t, "Remove(text 1)", remove(record.StringValue("1"), none))
	got := remove(record.IntValue(2), bob)
	expectText(t, "Remove(2, Bob)", got[0], `{"id":2,"email":"bob@example.com","name":"Bob","age":null,"nick":null}`)
	expectIDs(t, "Remove(2) once more", remove(record.IntValue(2), none))
	expectIDs(t, "Remove(null, Bob)", remove(record.Value{}, bob))
	expectIDs(t, "Remove(null)", remove(record.Value{}, none), "1", "3")
	expectIDs(t, "Find", find(t, s, query.All()))
}
