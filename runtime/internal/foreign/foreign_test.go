package foreign_test

import (
	"encoding/json"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/foreign"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
)

var schema = recordtest.Schema("people",
	record.Field{Name: "name", Type: record.String, Required: true},
	record.Field{Name: "born", Type: record.Time},
	record.Field{Name: "tags", Type: record.String, List: true, Nullable: true},
	record.Field{Name: "more", Type: record.JSON},
	record.Field{Name: "password", Type: record.String, WriteOnly: true},
)

func TestReadTakesWhatClientsMaySee(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`{"id":1,"name":"a","tags":["x"]}`:                  `{"id":1,"name":"a","tags":["x"]}`,
		`{"name":"a","unknown":{"id":2},"id":1}`:            `{"id":1,"name":"a"}`,
		`{"id":1,"password":"secret","born":null}`:          `{"id":1}`,
		`{"id":1,"password":{"a":1},"tags":null}`:           `{"id":1,"tags":null}`,
		`{"id":1,"born":"2024-02-29T00:00:00Z","more":[1]}`: `{"id":1,"born":"2024-02-29T00:00:00.000Z","more":[1]}`,

		`{"name":"without id"}`:   "",
		`{"id":null}`:             "",
		`{"id":"1"}`:              "",
		`{"id":1,"name":null}`:    "",
		`{"id":1,"born":"today"}`: "",
		`{"id":1,"tags":[1]}`:     "",
		`{"id":1} `:               `{"id":1}`,
		`{"id":1}x`:               "",
		`{"id":1`:                 "",
		`[]`:                      "",
		``:                        "",
	} {
		rec := schema.New()
		given, err := foreign.Read(rec, []byte(src))
		if got := string(rec.AppendJSON(nil, given)); err == nil && got != want || (err != nil) != (want == "") {
			t.Errorf("Read(%s) = %s, %v; want %s", src, got, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, src := range []string{`{"id":1,"name":"a","tags":["x"],"born":"2024-02-29T00:00:00Z","more":{"a":[]}}`, `{"id":1,"id":2}`, `{"password":1}`} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		rec := schema.New()
		given, err := foreign.Read(rec, src)
		if err != nil {
			return
		}
		text := rec.AppendJSON(nil, given)
		if !json.Valid(src) || !json.Valid(text) || given.Minus(schema.Shown) != (record.FieldSet{}) {
			t.Fatalf("Read(%q) took %s", src, text)
		}
		again := schema.New()
		if set, err := foreign.Read(again, text); err != nil || set != given || string(again.AppendJSON(nil, given)) != string(text) {
			t.Fatalf("Read(%q) took %s, which is read as %s, %v", src, text, again.AppendJSON(nil, given), err)
		}
	})
}
