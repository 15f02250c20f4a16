// Package recordtest has records for tests: made of a list of fields, without
// a type of their own.
package recordtest

import (
	"slices"
	"strconv"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Row is a record that keeps its values in a list.
type Row struct {
	schema *record.Schema
	values []record.Value
}

var _ record.Record = (*Row)(nil)

// Schema returns the schema of rows with an int id, which the store makes,
// and the given fields behind it.
func Schema(name string, fields ...record.Field) *record.Schema {
	id := record.Field{Name: "id", Type: record.Int, Auto: record.AutoID, ReadOnly: true}
	return SchemaWithID(name, id, fields...)
}

// SchemaWithID is Schema with an id field of another kind.
func SchemaWithID(name string, id record.Field, fields ...record.Field) *record.Schema {
	var s *record.Schema
	fields = append([]record.Field{id}, fields...)
	s = record.NewSchema(name, id.Name, fields, func() record.Record {
		return &Row{s, make([]record.Value, len(fields))}
	})
	return s
}

// Schema returns the row's schema.
func (r *Row) Schema() *record.Schema { return r.schema }

// Value returns the value of a field.
func (r *Row) Value(field int) record.Value { return r.values[field] }

// SetValue sets a field.
func (r *Row) SetValue(field int, v record.Value) { r.values[field] = v }

// Clone returns a copy.
func (r *Row) Clone() record.Record { return &Row{r.schema, slices.Clone(r.values)} }

// Get returns the value of the field with the name, null for an unknown one.
func (r *Row) Get(name string) record.Value {
	if i, ok := r.schema.Index(name); ok {
		return r.values[i]
	}
	return record.Value{}
}

// Set sets the field with the name. It panics for an unknown one.
func (r *Row) Set(name string, v record.Value) {
	i, ok := r.schema.Index(name)
	if !ok {
		panic("recordtest: no field " + name)
	}
	r.values[i] = v
}

// AppendJSON appends the fields in the set as a JSON object.
func (r *Row) AppendJSON(dst []byte, fields record.FieldSet) []byte {
	dst = append(dst, '{')
	for i := range fields.All() {
		f := &r.schema.Fields[i]
		if v := r.values[i]; !v.IsNull() || f.Nullable {
			dst = record.AppendValueField(dst, strconv.Quote(f.Name)+":", v)
		}
	}
	return record.CloseObject(dst)
}
