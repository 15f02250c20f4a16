package plan

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// goField writes the Go code of one field.
type goField struct {
	*model.Field
	record   *recordView
	constant string // prefix of the field's constant
}

// goType is how a type of the spec looks in Go.
type goType struct {
	name  string // type
	value string // function that makes a record.Value
	get   string // method of record.Value that reads it
	field string // record.Append…Field function, "" for none
	typ   string // record.Type
}

var goTypes = map[model.Type]goType{
	model.String:   {"string", "record.StringValue", "Str", "record.AppendStringField", "record.String"},
	model.Int:      {"int64", "record.IntValue", "Int", "record.AppendIntField", "record.Int"},
	model.Number:   {"float64", "record.NumberValue", "Num", "record.AppendNumberField", "record.Number"},
	model.Bool:     {"bool", "record.BoolValue", "Bool", "record.AppendBoolField", "record.Bool"},
	model.Time:     {"time.Time", "record.TimeValue", "Time", "record.AppendTimeField", "record.Time"},
	model.Date:     {"string", "record.StringValue", "Str", "record.AppendStringField", "record.Date"},
	model.UUID:     {"string", "record.StringValue", "Str", "record.AppendStringField", "record.UUID"},
	model.JSON:     {"json.RawMessage", "record.JSONValue", "JSON", "", "record.JSON"},
	model.Password: {"record.Secret", "record.StringValue", "", "record.AppendStringField", "record.String"},
}

func (f goField) goType() goType {
	switch f.Type {
	case model.Ref:
		return goTypes[f.IDType]
	case model.Enum:
		t := goTypes[model.String]
		t.name, t.get = f.record.Type+f.GoName, ""
		return t
	case model.String, model.Text, model.Email, model.URL:
		if f.WriteOnly {
			return goTypes[model.Password] // what clients never see, nothing prints
		}
		return goTypes[model.String]
	}
	return goTypes[f.Type]
}

// base returns the Go type of the field, or of a list's element.
func (f goField) base() string { return f.goType().name }

// absent reports whether a record may lack the field.
func (f goField) absent() bool {
	return f.Nullable || !f.Required && f.Default == nil && f.Auto == model.AutoNone
}

// pointer reports whether the Go field is a pointer: where the field may be
// absent and its type has no nil of its own.
func (f goField) pointer() bool { return f.absent() && !f.List && f.Type != model.JSON }

func (f goField) view(im imports) fieldView {
	t := f.goType()
	switch t.name {
	case "time.Time":
		im.add("time")
	case "json.RawMessage":
		im.add("encoding/json")
	}
	v := fieldView{Name: f.Name, GoName: f.GoName, GoType: t.name, Comment: f.comment(),
		Const: f.constant + "Field" + f.GoName, Literal: f.literal(im)}
	self := f.record.Var + "." + f.GoName
	get := "record.Value." + t.get
	if t.get == "" {
		get = "record.Text[" + t.name + "]"
	}
	switch {
	case f.List:
		v.GoType = "[]" + t.name
		v.Value = "record.ListOf(" + self + ", " + t.value + ")"
		v.Set = "record.SliceOf(v, " + get + ")"
	case f.pointer():
		v.GoType = "*" + t.name
		v.Value = "record.Opt(" + self + ", " + t.value + ")"
		v.Set = "record.Ptr(v, " + get + ")"
	default:
		v.Value = t.value + "(" + self + ")"
		v.Set = "v." + t.get + "()"
		if t.get == "" {
			v.Set = t.name + "(v.Str())"
		}
	}
	v.Append, v.Guard = f.appendCode(t, self, v.Const)
	return v
}

func (f goField) appendCode(t goType, self, constant string) (statement, guard string) {
	if f.WriteOnly {
		return "", ""
	}
	key := "`" + strconv.Quote(f.Name) + ":`"
	if f.absent() && !f.Nullable {
		guard = self + " != nil"
	}
	switch {
	case f.List || t.field == "" || f.Nullable:
		return fmt.Sprintf("dst = record.AppendValueField(dst, %s, %s.Value(%s))", key, f.record.Var, constant), guard
	case f.pointer():
		self = "*" + self
	}
	return fmt.Sprintf("dst = %s(dst, %s, %s)", t.field, key, self), guard
}

// clone returns the statement that keeps a copy from sharing the field.
func (f goField) clone(im imports) string {
	dst, src := "clone."+f.GoName, f.record.Var+"."+f.GoName
	switch {
	case f.List:
		im.add("slices")
		return dst + " = slices.Clone(" + src + ")"
	case f.Type == model.JSON:
		return dst + " = record.CloneJSON(" + src + ")"
	case f.pointer():
		return dst + " = record.ClonePtr(" + src + ")"
	}
	return ""
}

func (f goField) comment() string {
	var parts []string
	if f.Doc != "" {
		parts = append(parts, strings.Join(strings.Fields(f.Doc), " "))
	}
	switch {
	case f.Ref != nil && f.List:
		parts = append(parts, "ids in "+f.Ref.Name)
	case f.Ref != nil:
		parts = append(parts, "id in "+f.Ref.Name)
	case f.Type == model.Date:
		parts = append(parts, "a day: 2006-01-02")
	case f.Type == model.Password:
		parts = append(parts, "hashed when stored")
	}
	return strings.Join(parts, "; ")
}

// literal returns the field's entry in the schema.
func (f goField) literal(im imports) string {
	parts := []string{"Name: " + strconv.Quote(f.Name), "Type: " + f.goType().typ}
	add := func(when bool, part string) {
		if when {
			parts = append(parts, part)
		}
	}
	add(f.List, "List: true")
	add(f.Type == model.Email, "Format: record.Email")
	add(f.Type == model.URL, "Format: record.URL")
	add(f.Min != nil || f.Max != nil, "Range: "+bounds(f.Min, f.Max))
	add(f.Type == model.Enum, "Enum: "+enumLiteral(f.Enum))
	add(f.Ref != nil, "Ref: "+refPath(f.Ref))
	add(f.Default != nil, "Default: "+f.defaultLiteral(im))
	add(f.Auto == model.AutoID, "Auto: record.AutoID")
	add(f.Auto == model.AutoCreated, "Auto: record.Created")
	add(f.Auto == model.AutoUpdated, "Auto: record.Updated")
	add(f.Required, "Required: true")
	add(f.Nullable, "Nullable: true")
	add(f.ReadOnly, "ReadOnly: true")
	add(f.WriteOnly, "WriteOnly: true")
	add(f.Immutable, "Immutable: true")
	add(f.Unique, "Unique: true")
	add(f.Index, "Index: true")
	return "{" + strings.Join(parts, ", ") + "}"
}

func refPath(s *model.Service) string {
	if s == nil {
		return ""
	}
	return strconv.Quote(s.Path)
}

func bounds(low, high *float64) string {
	switch {
	case low == nil && high == nil:
		return ""
	case low == nil:
		return "record.AtMost(" + number(*high) + ")"
	case high == nil:
		return "record.AtLeast(" + number(*low) + ")"
	}
	return "record.Between(" + number(*low) + ", " + number(*high) + ")"
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func enumLiteral(values []model.EnumValue) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v.Value)
	}
	return "[]string{" + strings.Join(quoted, ", ") + "}"
}

// defaultLiteral returns the default as a record.Value.
func (f goField) defaultLiteral(im imports) string {
	if f.Default == nil {
		return ""
	}
	if !f.List {
		return f.valueLiteral(json.RawMessage(*f.Default), im)
	}
	var elements []json.RawMessage
	// The model checked the default; one that is no list has no elements.
	_ = json.Unmarshal([]byte(*f.Default), &elements)
	parts := make([]string, len(elements))
	for i, e := range elements {
		parts[i] = f.valueLiteral(e, im)
	}
	return "record.ListValue([]record.Value{" + strings.Join(parts, ", ") + "})"
}

func (f goField) valueLiteral(raw json.RawMessage, im imports) string {
	t := f.goType()
	text := string(raw)
	switch t.name {
	case "json.RawMessage":
		im.add("encoding/json")
		return "record.JSONValue(json.RawMessage(" + strconv.Quote(text) + "))"
	case "time.Time":
		return "record.TimeValue(" + timeLiteral(text) + ")"
	case "int64", "float64", "bool":
		return t.value + "(" + text + ")"
	}
	var s string
	_ = json.Unmarshal(raw, &s) // checked by the model
	return t.value + "(" + strconv.Quote(s) + ")"
}

func timeLiteral(text string) string {
	at, _ := time.Parse(time.RFC3339Nano, strings.Trim(text, `"`)) // checked by the model
	at = at.UTC()
	return fmt.Sprintf("time.Date(%d, %d, %d, %d, %d, %d, %d, time.UTC)", at.Year(), at.Month(), at.Day(),
		at.Hour(), at.Minute(), at.Second(), at.Nanosecond())
}
