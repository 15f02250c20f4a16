package record_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// TestRules holds both that look at rules against the same cases: Decode, and
// Check of the record that it left.
func TestRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"everything as it should be", `{"text":"hello","kind":"b","stars":5,"score":0.5,"tags":["x","z"],"mail":"a@example.com","link":"https://example.com/x"}`, nil},
		{"null where it may be", `{"score":null,"meta":null}`, nil},
		{"characters are counted, not bytes", `{"text":"héééé"}`, nil},
		{"a text that is too short", `{"text":""}`, []string{`/text minLength {"limit":1} must NOT have fewer than 1 characters`}},
		{"a text that is too long", `{"text":"123456"}`, []string{`/text maxLength {"limit":5} must NOT have more than 5 characters`}},
		{"a number that is too small", `{"stars":-1,"score":0.25}`, []string{
			`/stars minimum {"comparison":">=","limit":0} must be >= 0`,
			`/score minimum {"comparison":">=","limit":0.5} must be >= 0.5`}},
		{"a number that is too large", `{"stars":6}`, []string{`/stars maximum {"comparison":"<=","limit":5} must be <= 5`}},
		{"a list that is too long", `{"tags":["x","x","x"]}`, []string{`/tags maxItems {"limit":2} must NOT have more than 2 items`}},
		{"a value outside its enum", `{"kind":"c"}`, []string{`/kind enum {"allowedValues":["a","b"]} must be equal to one of the allowed values`}},
		{"a list's element outside its enum", `{"tags":["x","q"]}`, []string{`/tags/1 enum {"allowedValues":["x","y","z"]} must be equal to one of the allowed values`}},
		{"an address that is none", `{"mail":"nobody"}`, []string{`/mail format {"format":"email"} must match format "email"`}},
		{"an address with a name", `{"mail":"N <a@example.com>"}`, []string{`/mail format {"format":"email"} must match format "email"`}},
		{"an address that is too long", `{"mail":"` + strings.Repeat("a", 255) + `@example.com"}`, []string{`/mail format {"format":"email"} must match format "email"`}},
		{"a link without a host", `{"link":"https:/x"}`, []string{`/link format {"format":"uri"} must match format "uri"`}},
		{"a link of another scheme", `{"link":"javascript://example.com/%0aalert(1)"}`, []string{`/link format {"format":"uri"} must match format "uri"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, _, err := decode(c.src, record.ForPatch)
			if got := problems(t, err); !slices.Equal(got, c.want) {
				t.Errorf("Decode(%s):\n got %s\nwant %s", c.src, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
			}
			checked := problems(t, record.Check(m, m.Schema().All))
			for _, want := range c.want {
				if !slices.Contains(checked, want) {
					t.Errorf("Check(%s) lacks %s in\n     %s", c.src, want, strings.Join(checked, "\n     "))
				}
			}
		})
	}
}

func TestCheckOfWhatAHookSet(t *testing.T) {
	t.Parallel()
	day, owner := "29.2.2024", "me"
	m := &item{Day: &day, Owner: &owner}
	want := []string{
		`/day format {"format":"date"} must match format "date"`,
		`/owner format {"format":"uuid"} must match format "uuid"`,
	}
	if got := problems(t, record.Check(m, record.Fields(itemDay, itemOwner, itemScore))); !slices.Equal(got, want) {
		t.Errorf("Check = %q, want %q", got, want)
	}
}

func TestCheckRefusesNullInARequiredList(t *testing.T) {
	t.Parallel()
	schema := record.NewSchema("x", "", []record.Field{
		{Name: "ids", Type: record.Int, List: true, Required: true, Range: record.AtLeast(1)},
		{Name: "doc", Type: record.JSON, Required: true},
	}, nil)
	rec := bare{schema: schema, values: make([]record.Value, 2)}
	want := []string{`/ids type {"type":"array"} must be array`, `/doc type {"type":"JSON"} must be JSON`}
	if got := problems(t, record.Check(rec, schema.All)); !slices.Equal(got, want) {
		t.Errorf("Check of nulls = %q, want %q", got, want)
	}
	rec.SetValue(0, record.ListValue([]record.Value{}))
	want = []string{`/ids minItems {"limit":1} must NOT have fewer than 1 items`}
	if got := problems(t, record.Check(rec, record.Fields(0))); !slices.Equal(got, want) {
		t.Errorf("Check of an empty list = %q, want %q", got, want)
	}
}

// bare is a record of any schema.
type bare struct {
	schema *record.Schema
	values []record.Value
}

func (b bare) Schema() *record.Schema                          { return b.schema }
func (b bare) Value(field int) record.Value                    { return b.values[field] }
func (b bare) SetValue(field int, v record.Value)              { b.values[field] = v }
func (b bare) AppendJSON(dst []byte, _ record.FieldSet) []byte { return dst }
func (b bare) Clone() record.Record                            { return bare{b.schema, slices.Clone(b.values)} }
