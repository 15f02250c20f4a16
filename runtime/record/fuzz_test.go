package record_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// What Decode accepts is JSON, is written back as JSON, and decodes to the
// same again.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"text":"hi","stars":3}`, `{"id":1,"text":"x","stars":1e0,"score":null,"meta":{"a":[1,null]}}`,
		`{"tags":["x","y"],"at":"2024-02-29T12:00:00.5+02:00","day":"2024-02-29"}`,
		`{"owner":"0190A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B","mail":"a@b.c","link":"http://x"}`,
		`{"__proto__":{},"text":"\ud83d\ude00\ud83d"}`, `[`, `{"meta":[[[[`, `null`, "{\"text\":\"\xff\"}",
		`{"at":"0000-01-01T00:00:00+23:59"}`, `{"at":"9999-12-31T23:59:59-23:59"}`,
	} {
		f.Add([]byte(seed), uint8(record.ForPatch))
		f.Add([]byte(seed), uint8(record.ForCreate))
	}
	f.Fuzz(func(t *testing.T, src []byte, use uint8) {
		var m item
		set, err := record.Decode(&m, src, record.Use(use%3))
		if err != nil {
			if errs, ok := err.(record.FieldErrors); ok && !json.Valid(errs.AppendJSON(nil)) {
				t.Fatalf("Decode(%q): errors are no JSON: %s", src, errs.AppendJSON(nil))
			}
			return
		}
		if !json.Valid(src) {
			t.Fatalf("Decode(%q) accepts what is no JSON", src)
		}
		_ = record.Check(&m, set)
		once := m.AppendJSON(nil, set)
		var again item
		if _, err := record.Decode(&again, once, record.ForPatch); set.Has(itemTopic) {
			return // can not be patched
		} else if err != nil {
			t.Fatalf("Decode(%q) made %s, which Decode refuses: %v", src, once, err)
		}
		if twice := again.AppendJSON(nil, set); !bytes.Equal(once, twice) {
			t.Fatalf("Decode(%q) made %s, decoded again %s", src, once, twice)
		}
	})
}
