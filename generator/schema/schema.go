// Package schema is what a project remembers of its services from run to run:
// their names and what their stores hold. The difference between two schemas
// is what a migration does and what a rename in the spec has to follow.
package schema

import (
	"cmp"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/model"
)

// A Schema is the services of a project, sorted by name.
type Schema struct {
	Services []*Service
}

// A Service is a service with its table. Fields, Indexes, Methods and Events
// are sorted.
type Service struct {
	Name    string
	Package string // its Go package
	Type    string // Go type of its record
	Store   string // memory, none, or a database
	Table   string // where the store keeps its records, "" without one
	Fields  []*Field
	Indexes [][]string // over several fields
	Methods []string   // custom ones
	Events  []string   // custom ones
}

// A Field is a field of the record with its column.
type Field struct {
	Name    string
	Type    model.Type // of a reference, that of the id it holds
	List    bool
	Ref     string   // the service that it refers to, "" for none
	Values  []string // of an enum, in their order
	Key     bool     // it is the id
	Null    bool     // records may lack it
	Unique  bool
	Index   bool
	Default string // JSON, "" for none
	Auto    model.Auto
}

// Of returns the schema of a project.
func Of(p *model.Project) *Schema {
	s := &Schema{}
	for _, svc := range p.Services {
		s.Services = append(s.Services, serviceOf(svc))
	}
	slices.SortFunc(s.Services, func(a, b *Service) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

func serviceOf(svc *model.Service) *Service {
	s := &Service{Name: svc.Name, Package: svc.Package, Type: svc.Type, Store: svc.Store}
	for _, c := range svc.Custom {
		s.Methods = append(s.Methods, c.Name)
	}
	for _, e := range svc.Events {
		s.Events = append(s.Events, e.Name)
	}
	if svc.Store != "none" {
		s.table(svc)
	}
	s.sort()
	return s
}

func (s *Service) table(svc *model.Service) {
	s.Table = svc.Path
	for _, f := range svc.Fields {
		s.Fields = append(s.Fields, fieldOf(svc, f))
	}
	for _, fields := range svc.Indexes {
		names := make([]string, len(fields))
		for i, f := range fields {
			names[i] = f.Name
		}
		s.Indexes = append(s.Indexes, names)
	}
}

func fieldOf(svc *model.Service, f *model.Field) *Field {
	field := &Field{Name: f.Name, Type: f.Type, List: f.List, Key: f == svc.ID, Unique: f.Unique, Index: f.Index, Auto: f.Auto,
		Null: f.Nullable || !f.Required && f.Default == nil && f.Auto == model.AutoNone}
	if f.Type == model.Ref {
		field.Type = f.IDType
	}
	if f.Ref != nil {
		field.Ref = f.Ref.Name
	}
	for _, v := range f.Enum {
		field.Values = append(field.Values, v.Value)
	}
	if f.Default != nil {
		field.Default = *f.Default
	}
	return field
}

func (s *Service) sort() {
	slices.SortFunc(s.Fields, func(a, b *Field) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(s.Indexes, func(a, b []string) int { return slices.Compare(a, b) })
	slices.Sort(s.Methods)
	slices.Sort(s.Events)
}

// Service returns a service by name, nil when there is none.
func (s *Schema) Service(name string) *Service {
	if i, ok := slices.BinarySearchFunc(s.Services, name, func(svc *Service, name string) int { return cmp.Compare(svc.Name, name) }); ok {
		return s.Services[i]
	}
	return nil
}

// Field returns a field by name, nil when there is none.
func (s *Service) Field(name string) *Field {
	if i, ok := slices.BinarySearchFunc(s.Fields, name, func(f *Field, name string) int { return cmp.Compare(f.Name, name) }); ok {
		return s.Fields[i]
	}
	return nil
}

// Database reports whether the service's records outlive the app.
func (s *Service) Database() bool { return s.Store != "none" && s.Store != "memory" }

// key returns the id field, nil without a store.
func (s *Service) key() *Field {
	if i := slices.IndexFunc(s.Fields, func(f *Field) bool { return f.Key }); i >= 0 {
		return s.Fields[i]
	}
	return nil
}

// has reports whether the service has a field, method or event.
func (s *Service) has(kind model.MoveKind, name string) bool {
	switch kind {
	case model.MovedField:
		return s.Field(name) != nil
	case model.MovedMethod:
		return slices.Contains(s.Methods, name)
	}
	return slices.Contains(s.Events, name)
}

// typeWord returns the field's type as the spec writes it.
func (f *Field) typeWord() string {
	word := string(f.Type)
	switch {
	case f.Ref != "":
		word = "-> " + f.Ref
	case f.Type == model.Enum:
		word = "enum(" + strings.Join(f.Values, "|") + ")"
	}
	if f.List {
		return "[" + word + "]"
	}
	return word
}
