package record

import (
	"fmt"
	"math"
)

// A Type is the type of a field.
type Type uint8

// The types of a field. Text, enums, addresses and references are stored as
// one of these; what else they must satisfy stands in the field's rules.
const (
	String Type = iota + 1
	Int
	Number
	Bool
	Time
	Date // a calendar day, "2006-01-02"
	UUID // RFC 9562, in lower case
	JSON // any JSON value, kept as text
)

var typeNames = [...]string{String: "string", Int: "integer", Number: "number", Bool: "boolean",
	Time: "date-time", Date: "date", UUID: "uuid", JSON: "json"}

// String returns the type's name, as validation messages give it.
func (t Type) String() string { return typeNames[t] }

// Kind returns the kind that values of the type have.
func (t Type) Kind() Kind {
	switch t {
	case Int:
		return KindInt
	case Number:
		return KindNumber
	case Bool:
		return KindBool
	case Time:
		return KindTime
	case JSON:
		return KindJSON
	}
	return KindString
}

// A Format is a rule for the text of a string field.
type Format uint8

// The formats of a string field.
const (
	AnyText Format = iota
	Email          // an address such as name@example.com
	URL            // an absolute http or https URL
)

// A Range bounds a number's value, a string's length in characters or a
// list's length. The zero Range bounds nothing.
type Range struct {
	Min, Max float64
	set      bool
}

// Between returns the range from low to high, both included.
func Between(low, high float64) Range { return Range{low, high, true} }

// AtLeast returns the range from low upwards.
func AtLeast(low float64) Range { return Range{low, math.Inf(1), true} }

// AtMost returns the range up to high.
func AtMost(high float64) Range { return Range{math.Inf(-1), high, true} }

// Auto says what the server fills in by itself.
type Auto uint8

// What the server fills in.
const (
	NotAuto Auto = iota
	AutoID       // the store's next number, or a new UUID
	Created      // the time of the create
	Updated      // the time of the last write
)

// A Field describes one field of a record.
type Field struct {
	Name string
	Type Type
	List bool // a list of Type

	Format  Format
	Range   Range    // of the length for strings and lists, of the value for numbers
	Enum    []string // the values allowed, nil for any
	Ref     string   // name of the service whose id the field holds, "" for none
	Default Value    // used on create when the field is not given; null for none
	Auto    Auto

	Required  bool // must be given on create
	Nullable  bool // may be null
	ReadOnly  bool // set by the server only
	WriteOnly bool // never shown, never queried
	Immutable bool // given on create only
	Unique    bool
	Index     bool
}

// MayBeAbsent reports whether a stored record may lack the field. Such a
// field's value is null when absent.
func (f *Field) MayBeAbsent() bool {
	return f.Nullable || !f.Required && f.Default.IsNull() && f.Auto == NotAuto
}

// A Schema is the list of a record's fields with what follows from it. It is
// made once, at start-up, and is safe for concurrent use.
type Schema struct {
	Name   string  // the service's name: its table in a store
	Fields []Field // must not be changed
	ID     int     // number of the id field, -1 for a record without one

	All       FieldSet // every field
	Shown     FieldSet // what clients may see
	Creatable FieldSet // what clients may give on create
	Patchable FieldSet // what clients may give on patch and update
	Required  FieldSet // what a create must have
	Refs      FieldSet // fields that hold another service's ids

	make  func() Record
	index map[string]int
}

// NewSchema returns the schema of the records that make returns. id is the
// name of the id field, "" for a record without one. It panics when there are
// too many fields, two of one name, or no field id: mistakes of a program.
func NewSchema(name, id string, fields []Field, make func() Record) *Schema {
	if len(fields) > MaxFields {
		panic(fmt.Sprintf("record: schema %s has %d fields, more than %d", name, len(fields), MaxFields))
	}
	s := &Schema{Name: name, Fields: fields, ID: -1, make: make, index: map[string]int{}}
	for i := range fields {
		if _, twice := s.index[fields[i].Name]; twice {
			panic(fmt.Sprintf("record: schema %s has two fields %s", name, fields[i].Name))
		}
		s.index[fields[i].Name] = i
		s.add(i)
	}
	if id != "" {
		at, ok := s.index[id]
		if !ok {
			panic(fmt.Sprintf("record: schema %s lacks its id field %s", name, id))
		}
		s.ID = at
		s.Patchable.Remove(at)
	}
	return s
}

func (s *Schema) add(i int) {
	f := &s.Fields[i]
	s.All.Add(i)
	if !f.WriteOnly {
		s.Shown.Add(i)
	}
	if !f.ReadOnly {
		s.Creatable.Add(i)
	}
	if !f.ReadOnly && !f.Immutable {
		s.Patchable.Add(i)
	}
	if f.Required {
		s.Required.Add(i)
	}
	if f.Ref != "" {
		s.Refs.Add(i)
	}
}

// New returns a new record with zero values.
func (s *Schema) New() Record { return s.make() }

// Default returns a new record with the fields' defaults set.
func (s *Schema) Default() Record {
	rec := s.make()
	for i := range s.Fields {
		if d := s.Fields[i].Default; !d.IsNull() {
			rec.SetValue(i, d)
		}
	}
	return rec
}

// Index returns the number of the field with the name.
func (s *Schema) Index(name string) (int, bool) {
	i, ok := s.index[name]
	return i, ok
}

// IDType returns the id field's type. It panics without an id field.
func (s *Schema) IDType() Type { return s.Fields[s.ID].Type }
