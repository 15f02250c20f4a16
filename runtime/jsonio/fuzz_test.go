package jsonio_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// FuzzReader compares the Reader with encoding/json. They may differ in three
// things: the Reader refuses invalid UTF-8 where encoding/json puts U+FFFD,
// nesting beyond MaxDepth, and, when it reads them, numbers out of range.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e+1,"x\n"],"b":{},"c":true,"d":null}`, `[[],{}]`, `"\ud83d\ude00\ud83d"`, `1e400`, `-0`, `01`,
		`[1,]`, `{"a":1,}`, `{"a" 1}`, "\"\xff\"", "\"a\nb\"", `nul`, ` 1 `, `{"a":{"a":{"a":[`, `"\u12`, `{"a":1,"a":2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		r := jsonio.NewReader(src)
		r.Skip()
		err := r.End()
		valid := json.Valid(src)
		switch {
		case err == nil && !valid:
			t.Fatalf("Skip(%q) accepts what is no JSON", src)
		case err != nil && valid && !errors.Is(err, jsonio.ErrDepth) && utf8.Valid(src):
			t.Fatalf("Skip(%q) = %v, want it accepted", src, err)
		}
		var syntax *jsonio.SyntaxError
		if errors.As(err, &syntax) && (syntax.Offset < 0 || syntax.Offset > len(src)) {
			t.Fatalf("Skip(%q): error at offset %d of %d bytes", src, syntax.Offset, len(src))
		}
		if err == nil {
			compareValues(t, src)
		}
	})
}

func compareValues(t *testing.T, src []byte) {
	r := jsonio.NewReader(src)
	got := value(&r)
	var want any
	if err := json.Unmarshal(src, &want); err != nil || r.End() != nil {
		if err == nil || r.End() == nil {
			t.Fatalf("value of %q: error = %v, encoding/json has %v", src, r.End(), err)
		}
		return // a number out of range
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("value of %q = %#v, want %#v", src, got, want)
	}
	raw := jsonio.NewReader(src)
	if trimmed := bytes.Trim(src, " \t\r\n"); !bytes.Equal(raw.Raw(), trimmed) {
		t.Fatalf("Raw(%q) differs from %q", src, trimmed)
	}
}

// value reads a value as json.Unmarshal does.
func value(r *jsonio.Reader) any {
	switch r.Kind() {
	case jsonio.Object:
		m := map[string]any{}
		r.Object()
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			name := string(key)
			m[name] = value(r)
		}
		return m
	case jsonio.Array:
		list := []any{}
		r.Array()
		for r.Next() {
			list = append(list, value(r))
		}
		return list
	case jsonio.String:
		return r.Text()
	case jsonio.Number:
		return r.Float()
	case jsonio.Bool:
		return r.Bool()
	}
	r.Null()
	return nil
}
