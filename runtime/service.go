package runtime

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/featherscaffold/featherscaffold/runtime/internal/route"
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

	// Local keeps all events of the service from the clients of other
	// processes, LocalEvents some of them. Call.Local does for one call.
	Local       bool
	LocalEvents []string
	// EventData makes empty records for the data of Events, for those that
	// come from a Mirror. Of an event that is not in it any JSON is taken, and
	// Event.Record is nil.
	EventData map[string]func() record.Record

	// Seal changes the Sealed fields of data on its way into the store, behind
	// all hooks and checks: it hashes passwords. nil changes nothing. ctx is
	// the call's; after an error, which the call ends with, nothing is stored.
	Seal   func(ctx context.Context, rec record.Record, fields record.FieldSet) error
	Sealed record.FieldSet

	// Outbox has the events of the standard methods kept in the Store's
	// database, in the transaction of the change, until they are stored on the
	// bus: no crash loses one. See App.SetOutbox and package outbox. A write
	// takes longer for it.
	Outbox bool

	// Filter keeps an event from single connections: from those for which it
	// returns false. nil keeps none. It runs for every connection in the
	// event's channels: it must be quick, and of the Connection's methods it
	// may call Identity only.
	Filter func(e *Event, c *Connection) bool

	// Run does the work of standard methods of a service without a store,
	// which then has a Schema for their data.
	Run map[Method]Hook

	// The rest is about who calls and who looks: see App.SetAuthenticator.
	// Without one everybody may call, and is nobody in particular.

	// Access says who may call the methods; users who are logged in may call
	// those that are not in it.
	Access map[Method]Access
	// Policy decides the calls that Access leaves to it: an error refuses
	// one. It runs before all hooks, with the client's data and query, which
	// it may narrow. Call.Params.Identity may be nil.
	Policy Hook
	// Owner are the fields with the id of the user whom a record belongs to.
	// A client's create sets them to its user. In the service of the users
	// themselves it is the id field.
	Owner record.FieldSet
	// Visible lists the fields that not everybody sees, with those who do.
	// Others can not ask for them in queries either.
	Visible map[int]Viewers
	// Writable lists the fields that only users with certain roles may give.
	Writable map[int][]string

	app      *App
	keeper   OutboxStore // the Store, with an Outbox
	rules    query.Rules
	segments []string
	methods  map[Method]*method
	routed   []routedField
	mirrored bool
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
	s.segments = route.Split(s.Path)
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
	} else if err := s.prepareRun(); err != nil {
		return err
	}
	for _, c := range s.Custom {
		if s.methods[c.Name] != nil || c.Name.Standard() || c.Name == All {
			return fmt.Errorf("service %s: method %s is there already", s.Path, c.Name)
		}
		s.methods[c.Name] = &method{name: c.Name, run: c.Run, event: c.Emits, exposed: true, data: c.Data}
	}
	if (s.Seal == nil) != s.Sealed.Empty() {
		return fmt.Errorf("service %s: Seal and Sealed go together", s.Path)
	}
	if err := s.checkEvents(); err != nil {
		return err
	}
	if err := s.checkOutbox(); err != nil {
		return err
	}
	if err := s.checkAccess(); err != nil {
		return err
	}
	for _, m := range s.methods {
		m.app, m.svc = a.hooks.stage(m.name), s.Hooks.stage(m.name)
	}
	return nil
}

// prepareRun makes the standard methods that work without a store.
func (s *Service) prepareRun() error {
	s.rules = query.Rules{Schema: s.Schema}
	for _, name := range s.Methods {
		run := s.Run[name]
		if run == nil {
			return fmt.Errorf("service %s has the method %s, but no store", s.Path, name)
		}
		s.methods[name] = &method{name: name, run: run, exposed: true, multi: true, data: s.dataOf(name)}
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
		if name, ok := route.Parameter(segment); ok {
			if field, ok := s.Schema.Index(name); ok {
				s.routed = append(s.routed, routedField{name, field})
			}
		}
	}
}

// checkEvents refuses events that nothing sends, and one that is the
// runtime's own.
func (s *Service) checkEvents() error {
	if slices.Contains(s.Events, resyncEvent) {
		return fmt.Errorf("service %s: the event %s tells clients that they missed others; choose another name", s.Path, resyncEvent)
	}
	for _, name := range slices.Concat(s.LocalEvents, slices.Collect(maps.Keys(s.EventData))) {
		if !s.hasEvent(name) {
			return fmt.Errorf("service %s does not have the event %s", s.Path, name)
		}
	}
	return nil
}

// Emit sends an event of the service to the channels that its publish rules
// name. event is one of Events or a standard event, data what clients get.
func (s *Service) Emit(ctx context.Context, event string, data record.Record) error {
	if !s.hasEvent(event) {
		return fmt.Errorf("service %s has no event %q", s.Path, event)
	}
	s.emit(ctx, event, data, nil)
	return nil
}

func (s *Service) hasEvent(name string) bool {
	return slices.Contains(standardEvents, name) || slices.Contains(s.Events, name)
}

var standardEvents = []string{"created", "updated", "patched", "removed"}
