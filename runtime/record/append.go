package record

import (
	"strconv"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// The Append…Field functions append one member of a JSON object and a comma.
// key is the member's name as JSON with its colon: `"text":`. CloseObject
// takes the last comma away.

// AppendStringField appends a string member.
func AppendStringField[T ~string](dst []byte, key string, s T) []byte {
	return append(jsonio.AppendString(append(dst, key...), string(s)), ',')
}

// AppendIntField appends an integer member.
func AppendIntField(dst []byte, key string, n int64) []byte {
	return append(AppendInt(append(dst, key...), n), ',')
}

// AppendNumberField appends a number member.
func AppendNumberField(dst []byte, key string, f float64) []byte {
	return append(jsonio.AppendFloat(append(dst, key...), f), ',')
}

// AppendBoolField appends a bool member.
func AppendBoolField(dst []byte, key string, b bool) []byte {
	return append(AppendBool(append(dst, key...), b), ',')
}

// AppendTimeField appends a time member.
func AppendTimeField(dst []byte, key string, t time.Time) []byte {
	return append(jsonio.AppendTime(append(dst, key...), t), ',')
}

// AppendValueField appends a member of any kind, also null.
func AppendValueField(dst []byte, key string, v Value) []byte {
	return append(v.AppendJSON(append(dst, key...)), ',')
}

// CloseObject ends an object whose members were appended with a comma each.
func CloseObject(dst []byte) []byte {
	if last := len(dst) - 1; dst[last] == ',' {
		dst[last] = '}'
		return dst
	}
	return append(dst, '}')
}

// AppendInt appends an integer as JSON.
func AppendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// AppendBool appends a bool as JSON.
func AppendBool(dst []byte, b bool) []byte { return strconv.AppendBool(dst, b) }
