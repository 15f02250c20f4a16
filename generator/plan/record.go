package plan

import (
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// recordFile is the file of one service's record.
type recordFile struct {
	Imports imports
	Record  *recordView
}

// dataFile is the file of a service's other records: what custom methods take
// and return, and what custom events carry.
type dataFile struct {
	Package string
	Imports imports
	Records []*recordView
}

// recordView is one record's Go code.
type recordView struct {
	Doc    string // of the type, without comment marks
	Type   string
	Var    string // receiver
	Schema string // name of the schema's variable
	Name   string // name in the schema
	ID     string // name of the id field, "" for none
	Fields []fieldView
	Enums  []enumView
	Hides  bool     // some field is never shown
	Clones []string // statements that copy what a shallow copy would share
}

type fieldView struct {
	Name    string // in JSON
	GoName  string
	GoType  string
	Comment string // behind the struct field, "" for none
	Const   string // name of the field's number
	Literal string // record.Field literal
	Value   string // expression for the field's record.Value
	Set     string // expression that the field is set to
	Append  string // statement that appends the field's JSON, "" when it is never shown
	Guard   string // condition beside the field set for Append, "" for none
}

type enumView struct {
	Type   string
	Doc    string
	Values []enumValue
}

type enumValue struct{ Const, Value string }

func newRecordFile(s *model.Service) *recordFile {
	im := imports{}
	im.runtime("record")
	doc := s.Article + " " + s.Type + " is a record of the " + s.Name + " service."
	names := recordNames{typ: s.Type, doc: sentence(upperFirst(doc), s.Doc), schema: s.Type + "Schema", constant: s.Type, name: s.Path, id: s.ID.Name}
	return &recordFile{Imports: im, Record: newRecordView(names, s.Fields, im)}
}

func newDataFile(s *model.Service) *dataFile {
	f := &dataFile{Package: s.Package, Imports: imports{}}
	add := func(typ, doc, name string, fields []*model.Field) {
		if fields == nil {
			return
		}
		f.Imports.runtime("record")
		lower := lowerFirst(typ)
		f.Records = append(f.Records, newRecordView(recordNames{
			typ: typ, doc: doc, schema: lower + "Schema", constant: lower, name: name,
		}, fields, f.Imports))
	}
	for _, c := range s.Custom {
		add(c.GoName+"Data", c.GoName+"Data is what "+c.Name+" takes.", c.Name, c.In)
		add(c.GoName+"Result", c.GoName+"Result is what "+c.Name+" returns.", c.Name, c.Out)
	}
	for _, e := range s.Events {
		if e.FromCustom == nil {
			add(e.GoName, sentence(e.GoName+" is what the event "+e.Name+" carries.", e.Doc), e.Name, e.Fields)
		}
	}
	return f
}

type recordNames struct{ typ, doc, schema, constant, name, id string }

func newRecordView(n recordNames, fields []*model.Field, im imports) *recordView {
	v := &recordView{Doc: n.doc, Type: n.typ, Var: receiver(n.typ), Schema: n.schema, Name: n.name, ID: n.id}
	for _, f := range fields {
		g := goField{f, v, n.constant}
		if f.Type == model.Enum {
			v.Enums = append(v.Enums, newEnumView(g.base(), f))
		}
		v.Fields = append(v.Fields, g.view(im))
		v.Hides = v.Hides || f.WriteOnly
		if c := g.clone(im); c != "" {
			v.Clones = append(v.Clones, c)
		}
	}
	return v
}

func newEnumView(typ string, f *model.Field) enumView {
	e := enumView{Type: typ, Doc: typ + " is a value of the field " + f.Name + "."}
	for _, v := range f.Enum {
		e.Values = append(e.Values, enumValue{typ + v.GoName, v.Value})
	}
	return e
}

// receiver returns the name of a type's receiver, which must not hide what
// the methods use.
func receiver(typ string) string {
	r := strings.ToLower(typ[:1])
	if r == "v" || r == "_" || r[0] >= 0x80 {
		return "rec"
	}
	return r
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// sentence joins a doc comment with the spec's own text.
func sentence(doc, more string) string {
	if more = strings.TrimSpace(more); more == "" {
		return doc
	}
	return doc + "\n\n" + more
}
