package record_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// item is a record with a field of every type, written as a generator would.
type item struct {
	ID      int64
	Text    string
	Topic   *string
	Kind    string
	Stars   int64
	Score   *float64
	Done    bool
	At      *time.Time
	Day     *string
	Owner   *string
	Meta    json.RawMessage
	Tags    []string
	Mail    *string
	Link    *string
	Secret  string
	Changed time.Time
}

const (
	itemID = iota
	itemText
	itemTopic
	itemKind
	itemStars
	itemScore
	itemDone
	itemAt
	itemDay
	itemOwner
	itemMeta
	itemTags
	itemMail
	itemLink
	itemSecret
	itemChanged
)

var itemSchema = record.NewSchema("items", "id", []record.Field{
	{Name: "id", Type: record.Int, ReadOnly: true, Auto: record.AutoID},
	{Name: "text", Type: record.String, Required: true, Range: record.Between(1, 5)},
	{Name: "topic", Type: record.String, Nullable: true, Immutable: true},
	{Name: "kind", Type: record.String, Enum: []string{"a", "b"}, Default: record.StringValue("a")},
	{Name: "stars", Type: record.Int, Required: true, Range: record.Between(0, 5)},
	{Name: "score", Type: record.Number, Nullable: true, Range: record.AtLeast(0.5)},
	{Name: "done", Type: record.Bool, Default: record.BoolValue(false)},
	{Name: "at", Type: record.Time},
	{Name: "day", Type: record.Date},
	{Name: "owner", Type: record.UUID, Ref: "users"},
	{Name: "meta", Type: record.JSON, Nullable: true},
	{Name: "tags", Type: record.String, List: true, Range: record.AtMost(2), Enum: []string{"x", "y", "z"}},
	{Name: "mail", Type: record.String, Format: record.Email},
	{Name: "link", Type: record.String, Format: record.URL},
	{Name: "secret", Type: record.String, WriteOnly: true, Default: record.StringValue("")},
	{Name: "changed", Type: record.Time, ReadOnly: true, Auto: record.Updated},
}, func() record.Record { return new(item) })

func (m *item) Schema() *record.Schema { return itemSchema }

func (m *item) Value(field int) record.Value {
	switch field {
	case itemID:
		return record.IntValue(m.ID)
	case itemText:
		return record.StringValue(m.Text)
	case itemTopic:
		return record.Opt(m.Topic, record.StringValue)
	case itemKind:
		return record.StringValue(m.Kind)
	case itemStars:
		return record.IntValue(m.Stars)
	case itemScore:
		return record.Opt(m.Score, record.NumberValue)
	case itemDone:
		return record.BoolValue(m.Done)
	case itemAt:
		return record.Opt(m.At, record.TimeValue)
	case itemDay:
		return record.Opt(m.Day, record.StringValue)
	case itemOwner:
		return record.Opt(m.Owner, record.StringValue)
	case itemMeta:
		return record.JSONValue(m.Meta)
	case itemTags:
		return record.ListOf(m.Tags, record.StringValue)
	case itemMail:
		return record.Opt(m.Mail, record.StringValue)
	case itemLink:
		return record.Opt(m.Link, record.StringValue)
	case itemSecret:
		return record.StringValue(m.Secret)
	case itemChanged:
		return record.TimeValue(m.Changed)
	}
	return record.Value{}
}

func (m *item) SetValue(field int, v record.Value) {
	switch field {
	case itemID:
		m.ID = v.Int()
	case itemText:
		m.Text = v.Str()
	case itemTopic:
		m.Topic = record.Ptr(v, record.Value.Str)
	case itemKind:
		m.Kind = v.Str()
	case itemStars:
		m.Stars = v.Int()
	case itemScore:
		m.Score = record.Ptr(v, record.Value.Num)
	case itemDone:
		m.Done = v.Bool()
	case itemAt:
		m.At = record.Ptr(v, record.Value.Time)
	case itemDay:
		m.Day = record.Ptr(v, record.Value.Str)
	case itemOwner:
		m.Owner = record.Ptr(v, record.Value.Str)
	case itemMeta:
		m.Meta = v.JSON()
	case itemTags:
		m.Tags = record.SliceOf(v, record.Value.Str)
	case itemMail:
		m.Mail = record.Ptr(v, record.Value.Str)
	case itemLink:
		m.Link = record.Ptr(v, record.Value.Str)
	case itemSecret:
		m.Secret = v.Str()
	case itemChanged:
		m.Changed = v.Time()
	}
}

func (m *item) AppendJSON(dst []byte, fields record.FieldSet) []byte {
	dst = append(dst, '{')
	for field := range fields.All() {
		f := &itemSchema.Fields[field]
		if v := m.Value(field); !v.IsNull() || f.Nullable {
			dst = record.AppendValueField(dst, `"`+f.Name+`":`, v)
		}
	}
	return record.CloseObject(dst)
}

func (m *item) Clone() record.Record {
	c := *m
	c.Topic, c.Score = record.ClonePtr(m.Topic), record.ClonePtr(m.Score)
	c.At, c.Day, c.Owner = record.ClonePtr(m.At), record.ClonePtr(m.Day), record.ClonePtr(m.Owner)
	c.Mail, c.Link = record.ClonePtr(m.Mail), record.ClonePtr(m.Link)
	c.Meta, c.Tags = record.CloneJSON(m.Meta), slices.Clone(m.Tags)
	return &c
}

// decode decodes into a new item.
func decode(src string, use record.Use) (*item, record.FieldSet, error) {
	m := new(item)
	set, err := record.Decode(m, []byte(src), use)
	return m, set, err
}

// problems returns err's FieldErrors in short: path, keyword, params, message.
func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	errs, ok := err.(record.FieldErrors)
	if !ok {
		t.Fatalf("error = %T %v, want FieldErrors", err, err)
	}
	list := make([]string, len(errs))
	for i, e := range errs {
		if !json.Valid([]byte(e.Params)) {
			t.Errorf("params of %q = %s, want JSON", e.Path, e.Params)
		}
		list[i] = e.Path + " " + e.Keyword + " " + e.Params + " " + e.Message
	}
	return list
}
