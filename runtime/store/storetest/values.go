package storetest

import (
	"slices"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// values is a record of any schema. It behaves as a generated one does.
type values struct {
	schema *record.Schema
	list   []record.Value
}

var _ record.Record = (*values)(nil)

// Schema returns a schema for tests. It panics when record.NewSchema does.
func Schema(name, id string, fields ...record.Field) *record.Schema {
	var s *record.Schema
	s = record.NewSchema(name, id, fields, func() record.Record {
		r := &values{schema: s, list: make([]record.Value, len(fields))}
		for i := range fields {
			r.SetValue(i, record.Value{})
		}
		return r
	})
	return s
}

// make returns a record with some fields set, given as number and value in
// turn: record.Value, or what a Go program would write.
func newRecord(s *record.Schema, fields map[string]any) record.Record {
	rec := s.New()
	for name, v := range fields {
		i, ok := s.Index(name)
		if !ok {
			panic("storetest: no field " + name)
		}
		rec.SetValue(i, valueOf(s.Fields[i].Type, v))
	}
	return rec
}

// valueOf returns a Go value as a value of the type.
func valueOf(t record.Type, v any) record.Value {
	switch v := v.(type) {
	case nil:
		return record.Value{}
	case int:
		if t == record.Number {
			return record.NumberValue(float64(v))
		}
		return record.IntValue(int64(v))
	case float64:
		return record.NumberValue(v)
	case bool:
		return record.BoolValue(v)
	case string:
		switch t {
		case record.JSON:
			return record.JSONValue([]byte(v))
		case record.Time:
			at, err := time.Parse(time.RFC3339Nano, v)
			if err != nil {
				panic(err)
			}
			return record.TimeValue(at)
		}
		return record.StringValue(v)
	case []any:
		list := make([]record.Value, len(v))
		for i, e := range v {
			list[i] = valueOf(t, e)
		}
		return record.ListValue(list)
	}
	panic("storetest: a value of a type that no field has")
}

func (r *values) Schema() *record.Schema { return r.schema }

func (r *values) Value(field int) record.Value { return r.list[field] }

func (r *values) SetValue(field int, v record.Value) {
	f := &r.schema.Fields[field]
	want := f.Type.Kind()
	if f.List {
		want = record.KindList
	}
	if v.Kind() != want {
		v = zero(f)
	}
	r.list[field] = v
}

// zero returns what a generated record holds in a field that is not set.
func zero(f *record.Field) record.Value {
	switch {
	case f.MayBeAbsent() || f.List:
		return record.Value{}
	case f.Type == record.Int:
		return record.IntValue(0)
	case f.Type == record.Number:
		return record.NumberValue(0)
	case f.Type == record.Bool:
		return record.BoolValue(false)
	case f.Type == record.Time:
		return record.TimeValue(time.Time{})
	case f.Type == record.JSON:
		return record.Value{}
	}
	return record.StringValue("")
}

func (r *values) AppendJSON(dst []byte, fields record.FieldSet) []byte {
	dst = append(dst, '{')
	for i := range fields.All() {
		if f := &r.schema.Fields[i]; f.Nullable || !r.list[i].IsNull() {
			dst = record.AppendValueField(dst, `"`+f.Name+`":`, r.list[i])
		}
	}
	return record.CloseObject(dst)
}

func (r *values) Clone() record.Record {
	c := &values{schema: r.schema, list: slices.Clone(r.list)}
	for i, v := range c.list {
		if v.Kind() == record.KindList {
			c.list[i] = record.ListValue(append([]record.Value{}, v.List()...))
		}
	}
	return c
}

// user is the schema of most tests: an int id, a unique field.
func user() *record.Schema {
	return Schema("users", "id",
		record.Field{Name: "id", Type: record.Int, Auto: record.AutoID},
		record.Field{Name: "email", Type: record.String, Required: true, Unique: true},
		record.Field{Name: "name", Type: record.String, Nullable: true},
		record.Field{Name: "age", Type: record.Int, Nullable: true},
		record.Field{Name: "nick", Type: record.String, Nullable: true, Unique: true},
	)
}

// newUser returns a user with an email of its own.
func newUser(s *record.Schema, name string) record.Record {
	return newRecord(s, map[string]any{"email": strings.ToLower(name) + "@example.com", "name": name})
}

// document has a field of every type, each once required and once nullable,
// and lists.
func document() *record.Schema {
	fields := []record.Field{{Name: "id", Type: record.Int, Auto: record.AutoID}}
	for _, t := range []record.Type{record.String, record.Int, record.Number, record.Bool, record.Time, record.Date, record.UUID, record.JSON} {
		fields = append(fields,
			record.Field{Name: t.String() + "!", Type: t, Required: true},
			record.Field{Name: t.String() + "?", Type: t, Nullable: true},
			record.Field{Name: t.String() + "s", Type: t, List: true, Nullable: true})
	}
	fields = append(fields,
		record.Field{Name: "mood", Type: record.String, Enum: []string{"glad", "sad"}, Default: record.StringValue("glad")},
		record.Field{Name: "value", Type: record.String, List: true}, // bears the name of a column of json_each
		record.Field{Name: `select "a" from`, Type: record.String})
	return Schema("documents/all types", "id", fields...)
}

// documents returns records with much that is easily confused: null and
// empty, numbers that differ in their last bit, text that sorts otherwise by
// UTF-16 or without case, quotes and NUL.
func documents(s *record.Schema) []record.Record {
	const u1, u2 = "00000000-0000-4000-8000-00000000000a", "ffffffff-ffff-4fff-bfff-ffffffffffff"
	rows := []map[string]any{
		{},
		{"string!": "", "string?": "", "integer?": 0, "number?": 0, "boolean?": false, "json?": "null",
			"strings": []any{}, "integers": []any{}, "value": []any{}, "mood": "sad"},
		{"string!": "a", "string?": "a", "integer!": 1, "integer?": 1, "number!": 1, "number?": 1, "boolean!": true, "boolean?": true,
			"date-time!": "2024-02-29T23:59:59.999Z", "date-time?": "2024-02-29T23:59:59.999Z",
			"date!": "2024-02-29", "date?": "2024-02-29", "uuid!": u1, "uuid?": u1, "json!": `{"a":[1,"x"]}`, "json?": `"a"`,
			"strings": []any{"a", "b"}, "integers": []any{1, 2}, "numbers": []any{1, 2.5}, "booleans": []any{true},
			"date-times": []any{"2024-02-29T23:59:59.999Z"}, "dates": []any{"2024-02-29"}, "uuids": []any{u1}, "jsons": []any{`{"a":1}`, `null`},
			"value": []any{"a"}, `select "a" from`: "a"},
		{"string!": "A", "string?": "B", "integer!": -1, "integer?": -1, "number!": 0.1, "number?": -0.5, "boolean?": false,
			"date-time!": "1969-12-31T23:59:59.999Z", "date-time?": "0001-01-01T00:00:00.000Z",
			"date!": "0001-01-01", "date?": "1970-01-01", "uuid!": u2, "uuid?": u2, "json!": `[]`, "json?": `{}`,
			"strings": []any{"b"}, "integers": []any{-1}, "numbers": []any{0.1, 1e21}, "booleans": []any{false, true}},
		{"string!": "é", "string?": "\uffff", "integer!": 1 << 53, "number!": 0.30000000000000004, "number?": 1e300,
			"strings": []any{"é", "\uffff", `"`, `\`}, "integers": []any{1 << 53}, "numbers": []any{0.30000000000000004}},
		{"string!": "\U0001F600", "string?": "\U0001F600", "integer!": 1<<53 + 1, "number!": 0.3, "number?": 5e-324,
			"strings": []any{"\U0001F600", "'"}, "integers": []any{1<<53 + 1}},
		{"string!": `it's "quoted" \ %_*?`, "string?": "a\x00b", "integer!": 1<<63 - 1, "integer?": -1 << 63,
			"strings": []any{"a\x00b", ""}, "value": []any{"a", "b"}, "mood": "sad"},
		{"string!": "1", "string?": "null", "strings": []any{"1", "null", "true"}, "json?": "1", "value": []any{"1"}},
	}
	recs := make([]record.Record, len(rows))
	for i, row := range rows {
		recs[i] = newRecord(s, row)
	}
	return recs
}
