package record

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// A Use is what decoded data is for. It decides which fields may be given.
type Use uint8

// The uses of decoded data.
const (
	ForCreate Use = iota // required fields must be there
	ForUpdate            // the same, but the id and immutable fields stay
	ForPatch             // only what is given changes
)

// Decode reads a JSON object into rec and returns the fields it gave: see
// Decoding.
func Decode(rec Record, src []byte, use Use) (FieldSet, error) {
	return Decoding{Use: use}.Decode(rec, src)
}

// A Decoding says how data is decoded.
type Decoding struct {
	Use       Use
	Given     FieldSet // need not be there: the caller sets them
	Forbidden FieldSet // others may give them, but not whose data it is
}

// Decode reads a JSON object into rec and returns the fields it gave. Unknown
// fields, fields that clients may not write, values of another type or against
// the field's rules and, but for a patch, missing required fields are reported
// together as FieldErrors; malformed JSON as a *jsonio.SyntaxError or
// jsonio.ErrDepth. Nothing is converted from one type to another. On error rec
// holds some of the fields.
//
// The id in the data of an update or patch is skipped, as Feathers does.
func (how Decoding) Decode(rec Record, src []byte) (FieldSet, error) {
	d := decoder{rec: rec, schema: rec.Schema(), use: how.Use, forbidden: how.Forbidden, allowed: rec.Schema().Patchable}
	if d.use == ForCreate {
		d.allowed = d.schema.Creatable
	}
	d.allowed = d.allowed.Minus(how.Forbidden)
	r := jsonio.NewReader(src)
	if k := r.Kind(); k != jsonio.Object {
		if r.Skip(); r.End() != nil {
			return FieldSet{}, r.Err()
		}
		return FieldSet{}, FieldErrors{TypeError("", "object")}
	}
	r.Object()
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		d.member(&r, key)
	}
	if err := r.End(); err != nil {
		return FieldSet{}, err
	}
	if d.use != ForPatch {
		d.missing(how.Given)
	}
	d.rules()
	if len(d.errs) > 0 {
		return FieldSet{}, d.errs
	}
	return d.set, nil
}

// Restore reads into rec what AppendJSON wrote of such a record: of its fields
// those that are there. Others are skipped; no rules are checked.
func Restore(rec Record, src []byte) error {
	schema := rec.Schema()
	r := jsonio.NewReader(src)
	r.Object()
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		field, known := schema.index[string(key)]
		if !known {
			r.Skip()
			continue
		}
		v, bad := schema.Fields[field].Read(&r)
		if bad == nil {
			rec.SetValue(field, v)
		} else if r.Err() == nil {
			return FieldErrors{*bad}
		}
	}
	return r.End()
}

type decoder struct {
	rec       Record
	schema    *Schema
	use       Use
	allowed   FieldSet
	forbidden FieldSet
	set       FieldSet
	bad       FieldSet // given, but of another type
	errs      FieldErrors
}

func (d *decoder) member(r *jsonio.Reader, key []byte) {
	field, known := d.schema.index[string(key)]
	switch {
	case d.errs.Full(), known && field == d.schema.ID && d.use != ForCreate:
		r.Skip()
	case !known:
		r.Skip()
		d.errs.Add(UnknownError("", string(key)))
	case d.forbidden.Has(field):
		r.Skip()
		d.errs.Add(FieldError{"/" + string(key), "readOnly", `{}`, "must NOT be given by you"})
	case !d.allowed.Has(field):
		r.Skip()
		d.errs.Add(FieldError{"/" + string(key), "readOnly", `{}`, "must NOT be given, it is set by the server"})
	default:
		d.value(r, field)
	}
}

func (d *decoder) value(r *jsonio.Reader, field int) {
	f := &d.schema.Fields[field]
	v, bad := f.Read(r)
	if bad != nil {
		d.errs.Add(*bad)
		d.bad.Add(field)
		return
	}
	d.rec.SetValue(field, v)
	d.set.Add(field)
}

func (d *decoder) missing(given FieldSet) {
	for field := range d.schema.Required.Intersect(d.allowed).Minus(d.set).Minus(d.bad).Minus(given).All() {
		d.errs.Add(RequiredError(d.schema.Fields[field].Name))
	}
}

// rules holds the fields that could be read against their rules.
func (d *decoder) rules() {
	for i := range d.set.All() {
		if v := d.rec.Value(i); !v.IsNull() {
			d.schema.Fields[i].check(v, &d.errs)
		}
	}
}

// Read reads the field's next JSON value. A value of another type is read too
// and reported; malformed JSON is left to the reader's own error.
func (f *Field) Read(r *jsonio.Reader) (Value, *FieldError) {
	path := "/" + f.Name
	if r.Kind() == jsonio.Null && (f.Nullable || f.Type != JSON || f.List) {
		r.Null()
		if f.Nullable {
			return Value{}, nil
		}
		e := TypeError(path, f.jsonType())
		return Value{}, &e
	}
	if f.List {
		return f.readList(r, path)
	}
	return f.readScalar(r, path)
}

func (f *Field) readList(r *jsonio.Reader, path string) (Value, *FieldError) {
	if r.Kind() != jsonio.Array {
		r.Skip()
		e := TypeError(path, "array")
		return Value{}, &e
	}
	list := []Value{}
	var first *FieldError
	r.Array()
	for i := 0; r.Next(); i++ {
		v, bad := f.readScalar(r, path)
		if bad != nil && first == nil {
			bad.Path = path + "/" + strconv.Itoa(i)
			first = bad
		}
		list = append(list, v)
	}
	return ListValue(list), first
}

func (f *Field) readScalar(r *jsonio.Reader, path string) (Value, *FieldError) {
	kind := r.Kind()
	switch {
	case f.Type == JSON:
		return Value{kind: KindJSON, str: string(r.Raw())}, nil
	case f.Type == Bool && kind == jsonio.Bool:
		return BoolValue(r.Bool()), nil
	case f.Type == Number && kind == jsonio.Number:
		return NumberValue(r.Float()), nil
	case f.Type == Int && kind == jsonio.Number:
		if n, ok := r.Int(); ok {
			return IntValue(n), nil
		}
		e := TypeError(path, "integer")
		return Value{}, &e
	case f.Type.Kind() == KindString && kind == jsonio.String, f.Type == Time && kind == jsonio.String:
		if v, ok := f.Parse(r.Text()); ok {
			return v, nil
		}
		e := FormatError(path, f.Type.String())
		return Value{}, &e
	}
	r.Skip()
	e := TypeError(path, f.Type.jsonType())
	return Value{}, &e
}

func (f *Field) jsonType() string {
	if f.List {
		return "array"
	}
	return f.Type.jsonType()
}

func (t Type) jsonType() string {
	switch t {
	case Int, Number, Bool:
		return t.String()
	case JSON:
		return "JSON"
	}
	return "string"
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// Parse converts text, as it stands in a URL, to a value of the field's type
// (for a list, to an element). It reports whether the text is one. An integer
// has one spelling only, so that a record's URL has too: 1, but not 01 or +1.
func (f *Field) Parse(s string) (Value, bool) {
	switch f.Type {
	case Int:
		n, err := strconv.ParseInt(s, 10, 64)
		var spelling [20]byte
		return IntValue(n), err == nil && string(strconv.AppendInt(spelling[:0], n, 10)) == s
	case Number:
		n, err := strconv.ParseFloat(s, 64)
		return NumberValue(n), err == nil && decimal(s)
	case Bool:
		return BoolValue(s == "true"), s == "true" || s == "false"
	case Time:
		t, err := time.Parse(time.RFC3339Nano, s)
		year := t.UTC().Year() // JSON times have four digits for it
		return TimeValue(t), err == nil && year >= 0 && year <= 9999
	case Date:
		_, err := time.Parse(time.DateOnly, s)
		return StringValue(s), err == nil
	case UUID:
		return StringValue(strings.ToLower(s)), uuidForm.MatchString(s)
	case JSON:
		r := jsonio.NewReader([]byte(s))
		r.Skip()
		return Value{kind: KindJSON, str: s}, r.End() == nil
	}
	return StringValue(s), true
}

// decimal tells decimal numbers from what else strconv.ParseFloat reads:
// hexadecimal ones, infinities, NaN.
func decimal(s string) bool { return strings.Trim(s, "0123456789+-.eE") == "" }
