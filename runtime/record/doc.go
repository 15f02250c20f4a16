// Package record describes typed records: structs that a generator wrote,
// seen by stores, queries and transports through one small interface and a
// Schema, without reflection and without maps.
//
// A field is known by its number, its place in the schema's list. A FieldSet
// holds field numbers: which fields a request carried, which a result shows.
package record

// A Record is one typed record. Generated structs implement it with pointer
// receivers. A Record is not safe for concurrent use.
type Record interface {
	// Schema returns the record's schema, the same one at every call.
	Schema() *Schema
	// Value returns a field's value. The record keeps ownership of what the
	// value refers to.
	Value(field int) Value
	// SetValue sets a field. The value's kind must be the one of the field's
	// type, or null where the field may be absent; another kind sets the
	// field's zero value.
	SetValue(field int, v Value)
	// AppendJSON appends the record as a JSON object with the fields in the
	// set, in the schema's order. Absent fields are left out, fields that are
	// nullable and absent are null.
	AppendJSON(dst []byte, fields FieldSet) []byte
	// Clone returns a copy that shares no memory that either may change.
	Clone() Record
}
