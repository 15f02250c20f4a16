package typed

import (
	"context"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Service calls a service from Go. Hooks run and events are sent as for a
// client; every method may be called, exposed to clients or not. The zero
// Service is of no use.
//
// Errors are *runtime.Error where clients would see one: NotFound for a
// record that is not there, BadRequest for data against the rules, Conflict
// for a unique value that is taken.
type Service[R Record, ID any] struct {
	app *runtime.App
	svc *runtime.Service
	id  func(ID) record.Value
}

// Of returns the service with the path. It panics when the app has none:
// generated code registers the services that it wraps. id makes a value of
// an id: record.IntValue, record.StringValue.
func Of[R Record, ID any](app *runtime.App, path string, id func(ID) record.Value) Service[R, ID] {
	svc := app.Service(path)
	if svc == nil {
		panic("typed: the app has no service " + path)
	}
	return Service[R, ID]{app, svc, id}
}

// Find returns the records that the query asks for; nil asks for all. Unlike
// for clients, no page size applies.
func (s Service[R, ID]) Find(ctx context.Context, q *query.Query) ([]R, error) {
	c, err := s.do(ctx, &runtime.Call{Method: runtime.Find, Query: q, Many: true})
	if err != nil {
		return nil, err
	}
	return (&Call[R]{Call: c}).Results(), nil
}

// Get returns the record with the id.
func (s Service[R, ID]) Get(ctx context.Context, id ID) (R, error) {
	return s.one(ctx, &runtime.Call{Method: runtime.Get, ID: s.id(id)})
}

// Create stores a copy of the record and returns it with its id.
func (s Service[R, ID]) Create(ctx context.Context, rec R) (R, error) {
	return s.one(ctx, &runtime.Call{Method: runtime.Create, Data: []record.Record{rec.Clone()}})
}

// Update replaces the fields that clients may write by those of rec.
func (s Service[R, ID]) Update(ctx context.Context, id ID, rec R) (R, error) {
	return s.one(ctx, &runtime.Call{Method: runtime.Update, ID: s.id(id), Data: []record.Record{rec.Clone()}})
}

// Patch sets the given fields of the record to those of rec.
func (s Service[R, ID]) Patch(ctx context.Context, id ID, rec R, fields ...int) (R, error) {
	return s.one(ctx, &runtime.Call{Method: runtime.Patch, ID: s.id(id), Data: []record.Record{rec.Clone()}, Changed: record.Fields(fields...)})
}

// Remove deletes the record with the id and returns it.
func (s Service[R, ID]) Remove(ctx context.Context, id ID) (R, error) {
	return s.one(ctx, &runtime.Call{Method: runtime.Remove, ID: s.id(id)})
}

// Emit sends one of the service's events to the channels that its publish
// rules name.
func (s Service[R, ID]) Emit(ctx context.Context, event string, data record.Record) error {
	return s.svc.Emit(ctx, event, data)
}

func (s Service[R, ID]) do(ctx context.Context, c *runtime.Call) (*runtime.Call, error) {
	c.Service = s.svc
	return c, s.app.Do(ctx, c)
}

func (s Service[R, ID]) one(ctx context.Context, c *runtime.Call) (R, error) {
	var none R
	if c, err := s.do(ctx, c); err != nil || c.Result == nil {
		return none, err
	}
	return result[R](c), nil
}
