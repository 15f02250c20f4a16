package query

import (
	"math"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// coerce converts a value to the declared type of a field, or of a list's
// elements, as ajv does with coerceTypes, but for null: it stays null for a
// field that may be absent, and is refused otherwise. An empty text is null
// where the type has no empty text, as REST clients send null so.
func coerce(f *record.Field, t Tree) (record.Value, bool) {
	empty := t.Kind() == jsonio.String && t.text == "" && f.Type != record.String
	if empty || t.Kind() == jsonio.Null {
		return record.Value{}, f.MayBeAbsent()
	}
	switch f.Type {
	case record.Int:
		return coerceInt(f, t)
	case record.Number:
		n, ok := number(t)
		return record.NumberValue(n), ok
	case record.Bool:
		return coerceBool(t)
	case record.String:
		return coerceString(t)
	case record.JSON:
		return record.Value{}, false
	}
	if t.Kind() != jsonio.String {
		return record.Value{}, false
	}
	return f.Parse(t.text)
}

func coerceInt(f *record.Field, t Tree) (record.Value, bool) {
	if v, ok := f.Parse(t.text); ok {
		return v, true
	}
	n, ok := number(t)
	if !ok || n != math.Trunc(n) || math.Abs(n) >= 1<<63 {
		return record.Value{}, false
	}
	return record.IntValue(int64(n)), true
}

func number(t Tree) (float64, bool) {
	switch t.Kind() {
	case jsonio.Bool:
		if t.text == "true" {
			return 1, true
		}
		return 0, true
	case jsonio.Number, jsonio.String:
		f := record.Field{Type: record.Number}
		v, ok := f.Parse(t.text)
		return v.Num(), ok
	}
	return 0, false
}

func coerceBool(t Tree) (record.Value, bool) {
	switch {
	case t.Kind() == jsonio.Number:
		return record.BoolValue(t.text == "1"), t.text == "1" || t.text == "0"
	case t.text == "true":
		return record.BoolValue(true), true
	}
	return record.BoolValue(false), t.text == "false"
}

func coerceString(t Tree) (record.Value, bool) {
	switch t.Kind() {
	case jsonio.String, jsonio.Bool:
		return record.StringValue(t.text), true
	case jsonio.Number:
		n, ok := number(t)
		return record.StringValue(string(jsonio.AppendFloat(nil, n))), ok
	}
	return record.Value{}, false
}
