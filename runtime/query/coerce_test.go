package query_test

import (
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

const (
	upper = "0190A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B"
	lower = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
)

func TestCoercion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"text to an integer", "stars=5", `stars = 5`},
		{"text with a point to an integer", "stars=5.0", `stars = 5`},
		{"text with a leading zero to an integer", "stars=05", `stars = 5`},
		{"a large integer, exactly", "stars=9007199254740993", `stars = 9007199254740993`},
		{"a JSON integer", `{"stars":5}`, `stars = 5`},
		{"a JSON number to an integer", `{"stars":5e1}`, `stars = 50`},
		{"a bool to an integer", `{"stars":true}`, `stars = 1`},
		{"text to a number", "score=-1.5e1", `score = -15`},
		{"a JSON number", `{"score":0.5}`, `score = 0.5`},
		{"a bool to a number", `{"score":false}`, `score = 0`},
		{"text to a bool", "done=true", `done = true`},
		{"text to false", "done=false", `done = false`},
		{"a JSON bool", `{"done":false}`, `done = false`},
		{"a JSON 1 to a bool", `{"done":1}`, `done = true`},
		{"a JSON 0 to a bool", `{"done":0}`, `done = false`},
		{"text", "text=5", `text = "5"`},
		{"empty text", "text=", `text = ""`},
		{"empty text of a nullable field", "topic=", `topic = ""`},
		{"the text null", "topic=null", `topic = "null"`},
		{"a JSON number to text, as JavaScript does", `{"text":1.50}`, `text = "1.5"`},
		{"a JSON bool to text", `{"text":true}`, `text = "true"`},
		{"a time", "at=2024-02-29T12:00:00%2B02:00", `at = "2024-02-29T10:00:00.000Z"`},
		{"a day", "day=2024-02-29", `day = "2024-02-29"`},
		{"a UUID in capitals", "owner=" + upper, `owner = "` + lower + `"`},
		{"null for a nullable field", `{"topic":null}`, `topic = null`},
		{"null for a field that may be absent", `{"score":null}`, `score = null`},
		{"null as operand", `{"age":{"$ne":null,"$gt":null}}`, `(age != null and age > null)`},
		{"null for a list that may be absent", `{"tags":null}`, `tags = null`},
		{"empty text to null: integer", "age=", `age = null`},
		{"empty text to null: number", "score=", `score = null`},
		{"empty text to null: bool", "ready=", `ready = null`},
		{"empty text to null: time", "at=", `at = null`},
		{"empty text to null: day", "day=", `day = null`},
		{"an integer among a list's", "sizes=3", `sizes = 3`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := show(parse(t, c.src).Where); got != c.want {
				t.Errorf("Parse(%s) = %s, want %s", c.src, got, c.want)
			}
		})
	}
}

func TestCoercionRefuses(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]record.FieldError{
		"stars=":                  record.TypeError("/stars", "integer"),
		"stars=x":                 record.TypeError("/stars", "integer"),
		"stars=1.5":               record.TypeError("/stars", "integer"),
		"stars=0x10":              record.TypeError("/stars", "integer"),
		"stars=1e99":              record.TypeError("/stars", "integer"),
		"stars=NaN":               record.TypeError("/stars", "integer"),
		`{"stars":null}`:          record.TypeError("/stars", "integer"),
		"score=x":                 record.TypeError("/score", "number"),
		"score=Infinity":          record.TypeError("/score", "number"),
		`{"score":1e999}`:         record.TypeError("/score", "number"),
		"done=":                   record.TypeError("/done", "boolean"),
		"done=1":                  record.TypeError("/done", "boolean"),
		"done=yes":                record.TypeError("/done", "boolean"),
		`{"done":2}`:              record.TypeError("/done", "boolean"),
		`{"done":null}`:           record.TypeError("/done", "boolean"),
		`{"text":null}`:           record.TypeError("/text", "string"),
		`{"text":[]}`:             record.TypeError("/text", "string"),
		`{"text":{"$ne":null}}`:   record.TypeError("/text/$ne", "string"),
		`{"text":1e999}`:          record.TypeError("/text", "string"),
		"at=yesterday":            record.FormatError("/at", "date-time"),
		`{"at":1}`:                record.TypeError("/at", "string"),
		"day=2023-02-29":          record.FormatError("/day", "date"),
		"owner=x":                 record.FormatError("/owner", "uuid"),
		"owner=":                  record.FormatError("/owner", "uuid"),
		`{"sizes":null}`:          record.TypeError("/sizes", "integer"),
		`{"sizes":{"$in":["x"]}}`: record.TypeError("/sizes/$in/0", "integer"),
	} {
		if got := refuse(t, src); got != failed(want) {
			t.Errorf("Parse(%s):\n got %s\nwant %s", src, got, failed(want))
		}
	}
}
