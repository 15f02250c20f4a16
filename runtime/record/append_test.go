package record_test

import (
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestAppendFields(t *testing.T) {
	t.Parallel()
	dst := []byte(`x{`)
	dst = record.AppendStringField(dst, `"s":`, "a\n")
	dst = record.AppendIntField(dst, `"i":`, -7)
	dst = record.AppendNumberField(dst, `"n":`, 1.5)
	dst = record.AppendBoolField(dst, `"b":`, true)
	dst = record.AppendTimeField(dst, `"t":`, time.UnixMilli(1))
	dst = record.AppendValueField(dst, `"v":`, record.Value{})
	const want = `x{"s":"a\n","i":-7,"n":1.5,"b":true,"t":"1970-01-01T00:00:00.001Z","v":null}`
	if got := string(record.CloseObject(dst)); got != want {
		t.Errorf("object = %s, want %s", got, want)
	}
	if got := string(record.CloseObject([]byte(`[{`))); got != `[{}` {
		t.Errorf("CloseObject of an empty object = %s, want [{}", got)
	}
}

type color string

func TestConversions(t *testing.T) {
	t.Parallel()
	if v := record.Opt[int64](nil, record.IntValue); !v.IsNull() {
		t.Errorf("Opt(nil) = %v, want null", v)
	}
	red := color("red")
	v := record.Opt(&red, record.StringValue)
	if p := record.Ptr(v, record.Text[color]); p == nil || *p != red {
		t.Errorf("Ptr of Opt(red) = %v", p)
	}
	if p := record.Ptr(record.Value{}, record.Text[color]); p != nil {
		t.Errorf("Ptr(null) = %v, want nil", p)
	}
	if v := record.ListOf[int64](nil, record.IntValue); !v.IsNull() {
		t.Errorf("ListOf(nil) = %v, want null", v)
	}
	if s := record.SliceOf(record.ListOf([]int64{}, record.IntValue), record.Value.Int); s == nil || len(s) != 0 {
		t.Errorf("SliceOf of an empty list = %v, want an empty slice", s)
	}
	if s := record.SliceOf(record.StringValue("x"), record.Value.Int); s != nil {
		t.Errorf("SliceOf(string) = %v, want nil", s)
	}
	if record.ClonePtr[int](nil) != nil || record.CloneJSON[[]byte](nil) != nil {
		t.Error("the clone of nil is not nil")
	}
}
