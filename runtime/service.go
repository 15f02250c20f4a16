package runtime

import (
	"context"
	"fmt"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Service is a set of methods on the records of one kind. Its fields are
// set before App.Use and not changed after.
type Service struct {
	Path     string         // without outer slashes; may have :parameters
	Schema   *record.Schema // of the records; nil without a store
	Store    Store          // nil for a service without standard methods
	Paginate query.Paginate // the zero value answers plain lists
	Methods  []Method       // the standard methods that clients may call
	Multi    []Method       // which of create, patch, remove take many records
	Custom   []CustomMethod
	Events   []string // events beyond created, updated, patched, removed
	Hooks    Hooks
	Publish  Publisher // nil sends no events

	// Seal changes data on its way into the store, behind all hooks and
	// checks: it hashes passwords. nil changes nothing.
	Seal func(rec record.Record, fields record.FieldSet) error

	app      *App
	rules    query.Rules
	segments []string
	methods  map[Method]*method
	routed   []routedField
}

// A CustomMethod is a method beyond the standard ones: data in, result out.
type CustomMethod struct {
	Name Method
	// Data returns an empty record for what clients send; nil for a method
	// that takes none.
	Data func() record.Record
	// Run does the work. It finds the data in Call.Data[0] and sets
	// Call.Result.
	Run Hook
	// Emits is the event sent with the result, "" for none.
	Emits string
}

// method is one method of a service, ready to run.
type method struct {
	name     Method
	exposed  bool // to clients
	multi    bool
	event    string
	data     func() record.Record // nil: takes none
	app, svc stage
	run      Hook
}

// routedField binds a parameter of the path to the field of that name.
type routedField struct {
	param string
	field int
}

// Has reports whether clients may call the method.
func (s *Service) Has(m Method) bool {
	me := s.methods[m]
	return me != nil && me.exposed
}

// String returns the service's path.
func (s *Service) String() string { return s.Path }

// prepare builds the methods with their hooks. It is called once, by App.Use.
func (s *Service) prepare(a *App) error {
	s.app = a
	s.segments = split(s.Path)
	if len(s.segments) == 0 {
		return fmt.Errorf("service path %q is empty", s.Path)
	}
	s.methods = map[Method]*method{}
	if s.Store != nil {
		s.rules = query.Rules{Schema: s.Schema, Paginate: s.Paginate}
		s.bindRoute()
		for name, run := range standard {
			s.methods[name] = &method{
				name: name, run: run, event: name.event(),
				exposed: slices.Contains(s.Methods, name),
				multi:   slices.Contains(s.Multi, name),
				data:    s.dataOf(name),
			}
		}
	} else if len(s.Methods) > 0 {
		return fmt.Errorf("service %s has methods, but no store", s.Path)
	}
	for _, c := range s.Custom {
		if s.methods[c.Name] != nil || c.Name.Standard() || c.Name == All {
			return fmt.Errorf("service %s: method %s is there already", s.Path, c.Name)
		}
		s.methods[c.Name] = &method{name: c.Name, run: c.Run, event: c.Emits, exposed: true, data: c.Data}
	}
	for _, m := range s.methods {
		m.app, m.svc = a.hooks.stage(m.name), s.Hooks.stage(m.name)
	}
	return nil
}

func (s *Service) dataOf(m Method) func() record.Record {
	switch m {
	case Create, Update:
		return s.Schema.Default
	case Patch:
		return s.Schema.New
	}
	return nil
}

func (s *Service) bindRoute() {
	for _, segment := range s.segments {
		if name, ok := parameter(segment); ok {
			if field, ok := s.Schema.Index(name); ok {
				s.routed = append(s.routed, routedField{name, field})
			}
		}
	}
}

// Emit sends an event of the service to the channels that its publish rules
// name. event is one of Events or a standard event, data what clients get.
func (s *Service) Emit(ctx context.Context, event string, data record.Record) error {
	if !slices.Contains(s.Events, event) && !slices.Contains(standardEvents, event) {
		return fmt.Errorf("service %s has no event %q", s.Path, event)
	}
	s.emit(ctx, event, data, nil)
	return nil
}

var standardEvents = []string{"created", "updated", "patched", "removed"}
