package auth

import (
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// The fields of data that are always there.
const (
	dataStrategy = iota
	dataToken    // the id, which remove may be given
)

// data is what the service's create is given: a record whose fields are what
// the strategies take. Printed or logged it shows nothing.
type data struct {
	schema *record.Schema
	values []record.Value
}

var _ record.Record = (*data)(nil)

// newSchema returns the schema of what the strategies take.
func newSchema(strategies []Strategy) (*record.Schema, error) {
	fields := []record.Field{
		dataStrategy: {Name: "strategy", Type: record.String},
		dataToken:    {Name: "accessToken", Type: record.String, WriteOnly: true},
	}
	for _, s := range strategies {
		for _, f := range s.Fields() {
			at := slices.IndexFunc(fields, func(other record.Field) bool { return other.Name == f.Name })
			switch {
			case at < 0:
				f.WriteOnly, f.Required = true, false
				fields = append(fields, f)
			case fields[at].Type != f.Type || fields[at].List != f.List:
				return nil, fmt.Errorf("strategy %s has a field %s, which is there with another type", s.Name(), f.Name)
			}
		}
	}
	if len(fields) > record.MaxFields {
		return nil, fmt.Errorf("the strategies have %d fields, more than %d", len(fields), record.MaxFields)
	}
	var schema *record.Schema
	schema = record.NewSchema(servicePath, "accessToken", fields, func() record.Record {
		return &data{schema, make([]record.Value, len(fields))}
	})
	return schema, nil
}

// Schema returns the schema.
func (d *data) Schema() *record.Schema { return d.schema }

// Value returns the value of a field.
func (d *data) Value(field int) record.Value { return d.values[field] }

// SetValue sets a field.
func (d *data) SetValue(field int, v record.Value) { d.values[field] = v }

// Clone returns a copy.
func (d *data) Clone() record.Record { return &data{d.schema, slices.Clone(d.values)} }

// AppendJSON appends the strategy's name, the only field that may be seen.
func (d *data) AppendJSON(dst []byte, fields record.FieldSet) []byte {
	dst = append(dst, '{')
	if v := d.values[dataStrategy]; fields.Has(dataStrategy) && !v.IsNull() {
		dst = record.AppendValueField(dst, `"strategy":`, v)
	}
	return record.CloseObject(dst)
}

const redacted = "[secret]"

// String returns a placeholder.
func (*data) String() string { return redacted }

// Format prints a placeholder for every verb.
func (*data) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText returns a placeholder.
func (*data) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns a placeholder.
func (*data) LogValue() slog.Value { return slog.StringValue(redacted) }

// String returns a placeholder.
func (Credentials) String() string { return redacted }

// Format prints a placeholder for every verb.
func (Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText returns a placeholder.
func (Credentials) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns a placeholder.
func (Credentials) LogValue() slog.Value { return slog.StringValue(redacted) }
