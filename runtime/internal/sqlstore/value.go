package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Encode returns a field's value as a database keeps it: integers, numbers
// and text as they are, bools as 0 and 1, times as text in UTC with
// milliseconds, which sorts as the times do, lists as JSON.
func Encode(f *record.Field, v record.Value) driver.Value {
	switch v.Kind() {
	case record.KindInt:
		if f.Type == record.Number {
			return v.Num()
		}
		return v.Int()
	case record.KindNumber:
		return v.Num()
	case record.KindBool:
		if v.Bool() {
			return int64(1)
		}
		return int64(0)
	case record.KindTime:
		return v.Time().Format(jsonio.TimeLayout)
	case record.KindString, record.KindJSON:
		return v.Str()
	case record.KindList:
		return string(v.AppendJSON(nil))
	}
	return nil
}

// appendElement appends a value as the JSON that the database compares with
// the column's values or, for a list, with their elements.
func appendElement(dst []byte, f *record.Field, v record.Value) []byte {
	switch {
	case f.List:
		return v.AppendJSON(dst)
	case v.Kind() == record.KindBool && v.Bool():
		return append(dst, '1')
	case v.Kind() == record.KindBool:
		return append(dst, '0')
	case v.Kind() == record.KindJSON:
		return jsonio.AppendString(dst, v.Str())
	}
	return v.AppendJSON(dst)
}

// decode returns the record with a row's values.
func (s *Store) decode(row []driver.Value) (record.Record, error) {
	rec := s.schema.New()
	for i := range s.schema.Fields {
		v, err := s.value(i, row[i])
		if err != nil {
			return nil, err
		}
		rec.SetValue(i, v)
	}
	return rec, nil
}

// value is the reverse of Encode.
func (s *Store) value(field int, v driver.Value) (record.Value, error) {
	f := &s.schema.Fields[field]
	switch v := v.(type) {
	case nil:
		return record.Value{}, nil
	case int64:
		switch {
		case f.List:
		case f.Type == record.Int:
			return record.IntValue(v), nil
		case f.Type == record.Number:
			return record.NumberValue(float64(v)), nil
		case f.Type == record.Bool:
			return record.BoolValue(v != 0), nil
		}
	case float64:
		if f.Type == record.Number && !f.List {
			return record.NumberValue(v), nil
		}
	case string:
		if value, ok := text(f, v); ok {
			return value, nil
		}
	case []byte:
		if value, ok := text(f, string(v)); ok {
			return value, nil
		}
	}
	return record.Value{}, fmt.Errorf("column %s holds no %s", f.Name, typeName(f))
}

// text returns the value that a field's text stands for.
func text(f *record.Field, s string) (record.Value, bool) {
	switch {
	case f.List:
		r := jsonio.NewReader([]byte(s))
		v, bad := f.Read(&r)
		return v, bad == nil && r.End() == nil
	case f.Type == record.JSON:
		return record.JSONValue(json.RawMessage(s)), true
	case f.Type == record.Time:
		t, err := time.Parse(time.RFC3339Nano, s)
		return record.TimeValue(t), err == nil
	}
	return record.StringValue(s), f.Type.Kind() == record.KindString
}

func typeName(f *record.Field) string {
	if f.List {
		return "list of " + f.Type.String()
	}
	return f.Type.String()
}
