package record_test

import (
	"cmp"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func list(values ...record.Value) record.Value { return record.ListValue(values) }

func TestValueAsJSONAndText(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 2, 29, 13, 0, 0, 1_999_999, time.FixedZone("", 3600))
	for _, c := range []struct {
		value      record.Value
		kind       record.Kind
		json, text string
	}{
		{record.Value{}, record.KindNull, `null`, `null`},
		{record.IntValue(math.MinInt64), record.KindInt, `-9223372036854775808`, `-9223372036854775808`},
		{record.NumberValue(1e21), record.KindNumber, `1e+21`, `1e+21`},
		{record.NumberValue(math.NaN()), record.KindNumber, `null`, `null`},
		{record.StringValue("a\"é"), record.KindString, `"a\"é"`, `a"é`},
		{record.BoolValue(true), record.KindBool, `true`, `true`},
		{record.BoolValue(false), record.KindBool, `false`, `false`},
		{record.TimeValue(at), record.KindTime, `"2024-02-29T12:00:00.001Z"`, `"2024-02-29T12:00:00.001Z"`},
		{record.JSONValue(json.RawMessage(`{"a": 1}`)), record.KindJSON, `{"a": 1}`, `{"a": 1}`},
		{record.JSONValue(nil), record.KindNull, `null`, `null`},
		{list(record.IntValue(1), record.StringValue("x")), record.KindList, `[1,"x"]`, `[1,"x"]`},
		{list(), record.KindNull, `null`, `null`},
		{record.ListValue([]record.Value{}), record.KindList, `[]`, `[]`},
	} {
		if got := string(c.value.AppendJSON(nil)); got != c.json {
			t.Errorf("AppendJSON = %s, want %s", got, c.json)
		}
		if got := c.value.String(); got != c.text {
			t.Errorf("String = %s, want %s", got, c.text)
		}
		if got := c.value.Kind(); got != c.kind || c.value.IsNull() != (c.kind == record.KindNull) {
			t.Errorf("Kind of %s = %d, IsNull = %t, want %d", c.json, got, c.value.IsNull(), c.kind)
		}
	}
}

func TestValueOfAnotherKindReadsAsZero(t *testing.T) {
	t.Parallel()
	text, number := record.StringValue("x"), record.NumberValue(2.9)
	if text.Int() != 0 || text.Num() != 0 || text.Bool() || !text.Time().IsZero() || text.UnixMilli() != 0 || text.JSON() != nil || text.List() != nil {
		t.Error("a string reads as another kind")
	}
	if number.Int() != 2 || number.Str() != "" || record.IntValue(3).Num() != 3 {
		t.Error("a number reads as no integer, or an integer as no number")
	}
	at := time.UnixMilli(-1).UTC()
	if v := record.TimeValue(at); !v.Time().Equal(at) || v.UnixMilli() != -1 {
		t.Errorf("Time = %v, UnixMilli = %d, want %v, -1", v.Time(), v.UnixMilli(), at)
	}
}

// The values in the order that Compare must give them, equal ones in one row.
var ascending = [][]record.Value{
	{{}},
	{record.NumberValue(math.NaN())},
	{record.NumberValue(math.Inf(-1))},
	{record.IntValue(math.MinInt64), record.NumberValue(-1 << 63)},
	{record.IntValue(-1), record.NumberValue(-1)},
	{record.NumberValue(-0.5)},
	{record.IntValue(0), record.NumberValue(0), record.NumberValue(math.Copysign(0, -1))},
	{record.NumberValue(0.5)},
	{record.IntValue(1 << 53), record.NumberValue(1 << 53)},
	{record.IntValue(1<<53 + 1)},
	{record.IntValue(math.MaxInt64)},
	{record.NumberValue(1 << 63)},
	{record.StringValue("")},
	{record.StringValue("B")},
	{record.StringValue("a")},
	{record.StringValue("a\x00")},
	{record.StringValue("é")},
	{record.StringValue("\uffff")},
	{record.StringValue("\U0001F600")},
	{record.BoolValue(false)},
	{record.BoolValue(true)},
	{record.TimeValue(time.UnixMilli(-1))},
	{record.TimeValue(time.UnixMilli(0))},
	{record.JSONValue(json.RawMessage(`1`))},
	{record.JSONValue(json.RawMessage(`2`))},
	{record.ListValue([]record.Value{})},
	{list(record.IntValue(1)), list(record.NumberValue(1))},
	{list(record.IntValue(1), record.IntValue(1))},
	{list(record.IntValue(2))},
}

func TestCompareIsATotalOrder(t *testing.T) {
	t.Parallel()
	for i, row := range ascending {
		for j, other := range ascending {
			for _, a := range row {
				for _, b := range other {
					if got, want := record.Compare(a, b), cmp.Compare(i, j); got != want {
						t.Errorf("Compare(%v, %v) = %d, want %d", a, b, got, want)
					}
					if got := record.Equal(a, b); got != (i == j) {
						t.Errorf("Equal(%v, %v) = %t", a, b, got)
					}
				}
			}
		}
	}
}
