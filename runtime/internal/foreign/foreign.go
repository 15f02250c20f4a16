// Package foreign reads records that apps of another make wrote.
package foreign

import (
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Read reads into rec the fields that clients may see, and returns which there
// were. Others are skipped, as the other side may have more. A value of
// another type is an error, and so is a record without its id.
func Read(rec record.Record, src []byte) (given record.FieldSet, err error) {
	schema := rec.Schema()
	r := jsonio.NewReader(src)
	r.Object()
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		field, known := schema.Index(string(key))
		if !known || !schema.Shown.Has(field) {
			r.Skip()
			continue
		}
		f := &schema.Fields[field]
		if r.Kind() == jsonio.Null && !f.Nullable && f.MayBeAbsent() {
			r.Null()
			continue
		}
		v, bad := f.Read(&r)
		if bad != nil && r.Err() == nil {
			return given, record.FieldErrors{*bad}
		}
		rec.SetValue(field, v)
		given.Add(field)
	}
	if schema.ID >= 0 && !given.Has(schema.ID) && r.Err() == nil {
		return given, record.FieldErrors{record.RequiredError(schema.Fields[schema.ID].Name)}
	}
	return given, r.End()
}
