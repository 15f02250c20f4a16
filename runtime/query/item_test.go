package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// The fields of the items that the tests query.
const (
	id = iota
	text
	topic
	stars
	age
	score
	done
	ready
	at
	day
	owner
	meta
	tags
	sizes
	secret
	fieldCount
)

var schema = record.NewSchema("items", "id", []record.Field{
	id:     {Name: "id", Type: record.Int, ReadOnly: true, Auto: record.AutoID},
	text:   {Name: "text", Type: record.String, Required: true},
	topic:  {Name: "topic", Type: record.String, Nullable: true},
	stars:  {Name: "stars", Type: record.Int, Required: true},
	age:    {Name: "age", Type: record.Int, Nullable: true},
	score:  {Name: "score", Type: record.Number},
	done:   {Name: "done", Type: record.Bool, Default: record.BoolValue(false)},
	ready:  {Name: "ready", Type: record.Bool, Nullable: true},
	at:     {Name: "at", Type: record.Time},
	day:    {Name: "day", Type: record.Date, Nullable: true},
	owner:  {Name: "owner", Type: record.UUID, Required: true},
	meta:   {Name: "meta", Type: record.JSON, Nullable: true},
	tags:   {Name: "tags", Type: record.String, List: true},
	sizes:  {Name: "sizes", Type: record.Int, List: true, Required: true},
	secret: {Name: "secret", Type: record.String, WriteOnly: true},
}, func() record.Record { return new(item) })

// item is a record that keeps its fields as values.
type item struct{ values [fieldCount]record.Value }

func (m *item) Schema() *record.Schema             { return schema }
func (m *item) Value(field int) record.Value       { return m.values[field] }
func (m *item) SetValue(field int, v record.Value) { m.values[field] = v }
func (m *item) Clone() record.Record               { c := *m; return &c }

func (m *item) AppendJSON(dst []byte, fields record.FieldSet) []byte {
	dst = append(dst, '{')
	for field := range fields.All() {
		dst = record.AppendValueField(dst, `"`+schema.Fields[field].Name+`":`, m.values[field])
	}
	return record.CloseObject(dst)
}

// newItem returns the item with the JSON's fields and whatever else is zero.
func newItem(t testing.TB, src string) *item {
	t.Helper()
	m := new(item)
	// A patch would skip the id, so it is read by a schema that may be given it.
	if _, err := record.Decode(open{m}, []byte(src), record.ForPatch); err != nil {
		t.Fatalf("item %s: %v", src, err)
	}
	return m
}

// open is an item all of whose fields may be given.
type open struct{ *item }

func (open) Schema() *record.Schema { return openSchema }

var openSchema = func() *record.Schema {
	fields := slices.Clone(schema.Fields)
	for i := range fields {
		fields[i].ReadOnly = false
	}
	return record.NewSchema("items", "", fields, nil)
}()

// tree parses JSON, or a query string where it is none.
func tree(t testing.TB, src string) query.Tree {
	t.Helper()
	if strings.HasPrefix(src, "{") {
		tr, err := query.ParseJSON([]byte(src))
		if err != nil {
			t.Fatalf("ParseJSON(%s): %v", src, err)
		}
		return tr
	}
	tr, err := query.ParseString(src)
	if err != nil {
		t.Fatalf("ParseString(%s): %v", src, err)
	}
	return tr
}

// parse parses a query under rules without pagination.
func parse(t testing.TB, src string) *query.Query {
	t.Helper()
	rules := query.Rules{Schema: schema}
	q, err := rules.Parse(tree(t, src))
	if err != nil {
		t.Fatalf("Parse(%s): %v", src, refusal(err))
	}
	return q
}

// refuse returns the error that Parse answers the query with, and its data.
func refuse(t testing.TB, src string) string {
	t.Helper()
	rules := query.Rules{Schema: schema}
	q, err := rules.Parse(tree(t, src))
	if err == nil {
		t.Fatalf("Parse(%s) = %s, want an error", src, show(q.Where))
	}
	return refusal(err)
}

func refusal(err error) string {
	if e, ok := err.(*query.Error); ok {
		return strings.TrimSpace(e.Message + " " + string(e.Data))
	}
	return fmt.Sprintf("%T: %v", err, err)
}

// failed is the refusal with one validation error.
func failed(e record.FieldError) string {
	return "validation failed " + string(record.FieldErrors{e}.AppendJSON(nil))
}

var opNames = map[query.Op]string{query.Eq: "=", query.Ne: "!=", query.Lt: "<", query.Lte: "<=", query.Gt: ">", query.Gte: ">=", query.In: "in", query.Nin: "not in"}

// show writes a condition for people: (stars > 1 and (text = "a" or text = "b")).
func show(c query.Cond) string {
	switch c.Op {
	case query.And, query.Or:
		parts := make([]string, len(c.Conds))
		for i, sub := range c.Conds {
			parts[i] = show(sub)
		}
		return "(" + strings.Join(parts, map[query.Op]string{query.And: " and ", query.Or: " or "}[c.Op]) + ")"
	case query.In, query.Nin:
		return schema.Fields[c.Field].Name + " " + opNames[c.Op] + " " + string(record.ListValue(append([]record.Value{}, c.List...)).AppendJSON(nil))
	}
	return schema.Fields[c.Field].Name + " " + opNames[c.Op] + " " + string(c.Value.AppendJSON(nil))
}
