package record

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// A Kind is the kind of a Value.
type Kind uint8

// The kinds of a Value, in the order in which they sort.
const (
	KindNull   Kind = iota // absent or null
	KindInt                // int64
	KindNumber             // float64
	KindString             // text, UUIDs and dates too
	KindBool
	KindTime // milliseconds
	KindJSON // any JSON, as text
	KindList // values of one kind
)

// A Value is one field's value: a small union that costs no allocation for
// scalars. The zero Value is null. Values of kind JSON and List share memory
// with what they were made of.
type Value struct {
	kind Kind
	num  uint64 // an int64, a float64's bits, a bool, Unix milliseconds
	str  string
	list []Value
}

// StringValue returns a string. UUIDs, dates and enum values are strings too.
func StringValue[T ~string](s T) Value { return Value{kind: KindString, str: string(s)} }

// IntValue returns an integer.
func IntValue(n int64) Value { return Value{kind: KindInt, num: uint64(n)} }

// NumberValue returns a number.
func NumberValue(f float64) Value { return Value{kind: KindNumber, num: math.Float64bits(f)} }

// BoolValue returns a bool.
func BoolValue(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// TimeValue returns a time, cut to milliseconds, the precision of JSON times.
func TimeValue(t time.Time) Value { return Value{kind: KindTime, num: uint64(t.UnixMilli())} }

// JSONValue returns a JSON text, null for an empty one.
func JSONValue(raw json.RawMessage) Value {
	if len(raw) == 0 {
		return Value{}
	}
	return Value{kind: KindJSON, str: string(raw)}
}

// ListValue returns a list, null for a nil one.
func ListValue(list []Value) Value {
	if list == nil {
		return Value{}
	}
	return Value{kind: KindList, list: list}
}

// Kind returns the value's kind.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether the value is null or absent.
func (v Value) IsNull() bool { return v.kind == KindNull }

// Str returns the text of a string or JSON value, "" for other kinds.
func (v Value) Str() string { return v.str }

// Int returns an integer, also that of a number without a fraction; 0 for
// other kinds.
func (v Value) Int() int64 {
	switch v.kind {
	case KindInt:
		return int64(v.num)
	case KindNumber:
		return int64(math.Float64frombits(v.num))
	}
	return 0
}

// Num returns a number, also an integer as one; 0 for other kinds.
func (v Value) Num() float64 {
	switch v.kind {
	case KindNumber:
		return math.Float64frombits(v.num)
	case KindInt:
		return float64(int64(v.num))
	}
	return 0
}

// Bool returns a bool, false for other kinds.
func (v Value) Bool() bool { return v.kind == KindBool && v.num != 0 }

// Time returns a time in UTC, the zero time for other kinds.
func (v Value) Time() time.Time {
	if v.kind != KindTime {
		return time.Time{}
	}
	return time.UnixMilli(int64(v.num)).UTC()
}

// UnixMilli returns a time as milliseconds since 1970, 0 for other kinds.
func (v Value) UnixMilli() int64 {
	if v.kind != KindTime {
		return 0
	}
	return int64(v.num)
}

// JSON returns a JSON value's text, nil for other kinds.
func (v Value) JSON() json.RawMessage {
	if v.kind != KindJSON {
		return nil
	}
	return json.RawMessage(v.str)
}

// List returns a list's values, nil for other kinds. They must not be changed.
func (v Value) List() []Value { return v.list }

// Compare orders values: by kind first, integers and numbers as one, null
// first. Strings compare by their bytes, lists element by element.
func Compare(a, b Value) int {
	if a.kind != b.kind {
		switch {
		case a.kind == KindInt && b.kind == KindNumber:
			return compareMixed(int64(a.num), b.Num())
		case a.kind == KindNumber && b.kind == KindInt:
			return -compareMixed(int64(b.num), a.Num())
		}
		return cmp.Compare(a.kind, b.kind)
	}
	switch a.kind {
	case KindInt, KindTime:
		return cmp.Compare(int64(a.num), int64(b.num))
	case KindNumber:
		return cmp.Compare(a.Num(), b.Num())
	case KindBool:
		return cmp.Compare(a.num, b.num)
	case KindList:
		return slices.CompareFunc(a.list, b.list, Compare)
	}
	return strings.Compare(a.str, b.str)
}

// Equal reports whether two values are the same, integers and numbers as one.
func Equal(a, b Value) bool { return Compare(a, b) == 0 }

// compareMixed compares exactly: as a float64, an integer beyond 2^53 might
// equal two different numbers, and sorting would have no order.
func compareMixed(n int64, f float64) int {
	switch {
	case math.IsNaN(f), f < -1<<63:
		return 1
	case f >= 1<<63:
		return -1
	}
	whole := int64(f)
	if n != whole {
		return cmp.Compare(n, whole)
	}
	return cmp.Compare(0, f-float64(whole))
}

// AppendJSON appends the value as JSON.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindInt:
		return AppendInt(dst, int64(v.num))
	case KindNumber:
		return jsonio.AppendFloat(dst, v.Num())
	case KindString:
		return jsonio.AppendString(dst, v.str)
	case KindBool:
		return AppendBool(dst, v.num != 0)
	case KindTime:
		return jsonio.AppendTime(dst, v.Time())
	case KindJSON:
		return append(dst, v.str...)
	case KindList:
		dst = append(dst, '[')
		for i, e := range v.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.AppendJSON(dst)
		}
		return append(dst, ']')
	}
	return append(dst, "null"...)
}

// String returns the value as a person would write it in a URL: strings bare,
// everything else as JSON.
func (v Value) String() string {
	if v.kind == KindString {
		return v.str
	}
	return string(v.AppendJSON(nil))
}
