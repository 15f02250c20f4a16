package record_test

import (
	"fmt"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// task is a record as a generator writes it.
type task struct {
	ID   int64
	Text string
	Due  *string
}

var taskSchema = record.NewSchema("tasks", "id", []record.Field{
	{Name: "id", Type: record.Int, ReadOnly: true, Auto: record.AutoID},
	{Name: "text", Type: record.String, Required: true, Range: record.AtMost(20)},
	{Name: "due", Type: record.Date, Nullable: true},
}, func() record.Record { return new(task) })

func (t *task) Schema() *record.Schema { return taskSchema }

func (t *task) Value(field int) record.Value {
	switch field {
	case 0:
		return record.IntValue(t.ID)
	case 1:
		return record.StringValue(t.Text)
	}
	return record.Opt(t.Due, record.StringValue)
}

func (t *task) SetValue(field int, v record.Value) {
	switch field {
	case 0:
		t.ID = v.Int()
	case 1:
		t.Text = v.Str()
	case 2:
		t.Due = record.Ptr(v, record.Value.Str)
	}
}

func (t *task) AppendJSON(dst []byte, fields record.FieldSet) []byte {
	dst = append(dst, '{')
	if fields.Has(0) {
		dst = record.AppendIntField(dst, `"id":`, t.ID)
	}
	if fields.Has(1) {
		dst = record.AppendStringField(dst, `"text":`, t.Text)
	}
	if fields.Has(2) {
		dst = record.AppendValueField(dst, `"due":`, t.Value(2))
	}
	return record.CloseObject(dst)
}

func (t *task) Clone() record.Record {
	c := *t
	c.Due = record.ClonePtr(t.Due)
	return &c
}

func Example() {
	var t task
	set, err := record.Decode(&t, []byte(`{"text":"write it down","due":"2024-02-29"}`), record.ForCreate)
	if err == nil {
		err = record.Check(&t, set)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	t.ID = 1
	fmt.Println(string(t.AppendJSON(nil, taskSchema.Shown)))

	_, err = record.Decode(&t, []byte(`{"due":"tomorrow","done":true}`), record.ForPatch)
	fmt.Println(err)
	// Output:
	// {"id":1,"text":"write it down","due":"2024-02-29"}
	// validation failed: due must match format "date"; must NOT have additional properties
}
