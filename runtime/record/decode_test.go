package record_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestDecodeReads(t *testing.T) {
	t.Parallel()
	const both = `"text":"hi","stars":3`
	for _, c := range []struct {
		name, src string
		use       record.Use
		fields    record.FieldSet
		want      string // of the decoded fields
	}{
		{"a create with what is required", `{` + both + `}`, record.ForCreate, record.Fields(itemText, itemStars), `{"text":"hi","stars":3}`},
		{"nothing for a patch", `{}`, record.ForPatch, record.FieldSet{}, `{}`},
		{"white space", " {\n\t\"done\" : true }\r\n", record.ForPatch, record.Fields(itemDone), `{"done":true}`},
		{"the last of two members", `{"stars":1,"stars":2}`, record.ForPatch, record.Fields(itemStars), `{"stars":2}`},
		{"an integer with an exponent", `{"stars":0.2e1}`, record.ForPatch, record.Fields(itemStars), `{"stars":2}`},
		{"null for a nullable field", `{"score":null}`, record.ForPatch, record.Fields(itemScore), `{"score":null}`},
		{"null for nullable JSON as null", `{"meta":null}`, record.ForPatch, record.Fields(itemMeta), `{"meta":null}`},
		{"any JSON as it stands", `{"meta": [1, {"a":null}] }`, record.ForPatch, record.Fields(itemMeta), `{"meta":[1, {"a":null}]}`},
		{"a number", `{"score":1.5e+21}`, record.ForPatch, record.Fields(itemScore), `{"score":1.5e+21}`},
		{"a time in another zone", `{"at":"2024-02-29T12:00:00.1239+02:00"}`, record.ForPatch, record.Fields(itemAt), `{"at":"2024-02-29T10:00:00.123Z"}`},
		{"a day", `{"day":"2024-02-29"}`, record.ForPatch, record.Fields(itemDay), `{"day":"2024-02-29"}`},
		{"a UUID in capitals", `{"owner":"0190A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B"}`, record.ForPatch, record.Fields(itemOwner), `{"owner":"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}`},
		{"a list", `{"tags":["x","y"]}`, record.ForPatch, record.Fields(itemTags), `{"tags":["x","y"]}`},
		{"an empty list", `{"tags":[]}`, record.ForPatch, record.Fields(itemTags), `{"tags":[]}`},
		{"a field that is never shown", `{"secret":"s"}`, record.ForPatch, record.Fields(itemSecret), `{"secret":"s"}`},
		{"an immutable field on create", `{` + both + `,"topic":"t"}`, record.ForCreate, record.Fields(itemText, itemTopic, itemStars), `{"text":"hi","topic":"t","stars":3}`},
		{"the id of a patch, and skips it", `{"id":[],"done":true}`, record.ForPatch, record.Fields(itemDone), `{"done":true}`},
		{"the id of an update, and skips it", `{"id":7,` + both + `}`, record.ForUpdate, record.Fields(itemText, itemStars), `{"text":"hi","stars":3}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, set, err := decode(c.src, c.use)
			if err != nil || set != c.fields {
				t.Fatalf("Decode(%s) = %v, %v, want %v", c.src, set, err, c.fields)
			}
			if got := string(m.AppendJSON(nil, set)); got != c.want {
				t.Errorf("Decode(%s) made %s, want %s", c.src, got, c.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		use       record.Use
		want      []string
	}{
		{"what is no object", `[1]`, record.ForPatch, []string{` type {"type":"object"} must be object`}},
		{"missing required fields", `{}`, record.ForCreate, []string{
			` required {"missingProperty":"text"} must have required property 'text'`,
			` required {"missingProperty":"stars"} must have required property 'stars'`}},
		{"a required field of another type is not missing too", `{"text":5,"stars":9}`, record.ForCreate, []string{
			`/text type {"type":"string"} must be string`,
			`/stars maximum {"comparison":"<=","limit":5} must be <= 5`}},
		{"missing required fields of an update", `{"text":"x"}`, record.ForUpdate, []string{
			` required {"missingProperty":"stars"} must have required property 'stars'`}},
		{"unknown fields", `{"a\"b":{},"__proto__":1}`, record.ForPatch, []string{
			` additionalProperties {"additionalProperty":"a\"b"} must NOT have additional properties`,
			` additionalProperties {"additionalProperty":"__proto__"} must NOT have additional properties`}},
		{"a field of the server", `{"changed":"2024-02-29T12:00:00Z"}`, record.ForPatch, []string{`/changed readOnly {} must NOT be given, it is set by the server`}},
		{"the id of a create", `{"id":1,"text":"x","stars":1}`, record.ForCreate, []string{`/id readOnly {} must NOT be given, it is set by the server`}},
		{"an immutable field in a patch", `{"topic":"t"}`, record.ForPatch, []string{`/topic readOnly {} must NOT be given, it is set by the server`}},
		{"null for a field that is not nullable", `{"text":null,"day":null,"tags":null}`, record.ForPatch, []string{
			`/text type {"type":"string"} must be string`,
			`/day type {"type":"string"} must be string`,
			`/tags type {"type":"array"} must be array`}},
		{"values of other types, converting none", `{"text":1,"stars":"1","score":true,"done":1,"at":1,"owner":{}}`, record.ForPatch, []string{
			`/text type {"type":"string"} must be string`,
			`/stars type {"type":"integer"} must be integer`,
			`/score type {"type":"number"} must be number`,
			`/done type {"type":"boolean"} must be boolean`,
			`/at type {"type":"string"} must be string`,
			`/owner type {"type":"string"} must be string`}},
		{"an integer with a fraction", `{"stars":1.5}`, record.ForPatch, []string{`/stars type {"type":"integer"} must be integer`}},
		{"an integer that int64 can not hold", `{"stars":9223372036854775808}`, record.ForPatch, []string{`/stars type {"type":"integer"} must be integer`}},
		{"text without its format", `{"at":"yesterday","day":"2023-02-29","owner":"x"}`, record.ForPatch, []string{
			`/at format {"format":"date-time"} must match format "date-time"`,
			`/day format {"format":"date"} must match format "date"`,
			`/owner format {"format":"uuid"} must match format "uuid"`}},
		{"a time before the year 0", `{"at":"0000-01-01T00:00:00+01:00"}`, record.ForPatch, []string{`/at format {"format":"date-time"} must match format "date-time"`}},
		{"a list that is none", `{"tags":"x"}`, record.ForPatch, []string{`/tags type {"type":"array"} must be array`}},
		{"the first bad element of a list", `{"tags":["x",null,1]}`, record.ForPatch, []string{`/tags/1 type {"type":"string"} must be string`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, set, err := decode(c.src, c.use)
			if got := problems(t, err); !slices.Equal(got, c.want) {
				t.Errorf("Decode(%s) error:\n got %s\nwant %s", c.src, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
			}
			if !set.Empty() {
				t.Errorf("Decode(%s) = %v with an error, want the empty set", c.src, set)
			}
		})
	}
}

func TestDecodeRefusesMalformedJSON(t *testing.T) {
	t.Parallel()
	for _, src := range []string{``, `{`, `{"text"`, `{"text":}`, `{"text":"x"`, `{"text":"x",}`, `{} {}`, `{"meta":[}`, `{"meta":nul}`,
		`{"score":nul,"a":1}`, `{"score":1e999}`, `[`, `nope`, "{\"text\":\"\xff\"}", `{"other":tru}`} {
		_, _, err := decode(src, record.ForPatch)
		var syntax *jsonio.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Decode(%q) error = %v, want a SyntaxError", src, err)
		}
	}
	deep := `{"meta":` + strings.Repeat("[", 1000)
	if _, _, err := decode(deep, record.ForPatch); !errors.Is(err, jsonio.ErrDepth) {
		t.Errorf("Decode of 1000 brackets: error = %v, want ErrDepth", err)
	}
}

func TestDecodeTellsWhatOthersMayGive(t *testing.T) {
	t.Parallel()
	how := record.Decoding{Use: record.ForPatch, Forbidden: record.Fields(itemText)}
	_, err := how.Decode(new(item), []byte(`{"text":"x","changed":"2024-02-29T12:00:00Z"}`))
	want := []string{`/text readOnly {} must NOT be given by you`, `/changed readOnly {} must NOT be given, it is set by the server`}
	if got := problems(t, err); !slices.Equal(got, want) {
		t.Errorf("Decode = %q, want %q", got, want)
	}
}

func TestDecodeReportsABoundedNumberOfErrors(t *testing.T) {
	t.Parallel()
	_, _, err := decode(`{`+strings.Repeat(`"x":1,`, 10_000)+`"y":1}`, record.ForPatch)
	if got := len(problems(t, err)); got != 32 {
		t.Errorf("Decode of 10001 unknown fields reports %d errors, want 32", got)
	}
}

func TestFieldParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   record.Type
		text string
		want string // JSON of the value, "" where the text is none
	}{
		{record.String, "", `""`},
		{record.String, "a b", `"a b"`},
		{record.Int, "1", `1`},
		{record.Int, "-9223372036854775808", `-9223372036854775808`},
		{record.Int, "9223372036854775808", ``},
		{record.Int, "01", ``},
		{record.Int, "+1", ``},
		{record.Int, "-0", ``},
		{record.Int, "1.0", ``},
		{record.Int, "", ``},
		{record.Int, "abc", ``},
		{record.Number, "1.50", `1.5`},
		{record.Number, "-2e3", `-2000`},
		{record.Number, "NaN", ``},
		{record.Number, "Inf", ``},
		{record.Number, "1e999", ``},
		{record.Number, "0x10", ``},
		{record.Number, "1_000", ``},
		{record.Number, "", ``},
		{record.Bool, "true", `true`},
		{record.Bool, "false", `false`},
		{record.Bool, "1", ``},
		{record.Time, "2024-02-29T12:00:00Z", `"2024-02-29T12:00:00.000Z"`},
		{record.Time, "2024-02-29", ``},
		{record.Time, "9999-12-31T23:59:59-01:00", ``},
		{record.Date, "2024-02-29", `"2024-02-29"`},
		{record.Date, "2024-2-29", ``},
		{record.UUID, "0190A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B", `"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"`},
		{record.UUID, "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b", ``},
		{record.JSON, `{"a":1}`, `{"a":1}`},
		{record.JSON, `{"a"`, ``},
	} {
		f := record.Field{Type: c.of}
		v, ok := f.Parse(c.text)
		if ok != (c.want != "") || ok && string(v.AppendJSON(nil)) != c.want {
			t.Errorf("%v field: Parse(%q) = %v, %t, want %s", c.of, c.text, v, ok, c.want)
		}
	}
}
