package runtime

import (
	"context"

	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Store keeps the records of one service. Its methods may be called at the
// same time. Records that it returns belong to the caller, records that it
// is given stay the caller's: a Store copies what it keeps.
//
// A record whose unique field has a value that another record has is refused
// with a Conflict. Other errors are the store's own; clients never see them.
//
// Package store/storetest holds the tests that every Store passes.
type Store interface {
	// Find returns the page of records that the query asks for and, with
	// Query.Count, the number of all that match. Without a sort order,
	// records come in the order of their creation.
	Find(ctx context.Context, q *query.Query) (Page, error)
	// Get returns the record with the id if it matches where, and nil without
	// an error if there is none.
	Get(ctx context.Context, id record.Value, where query.Cond) (record.Record, error)
	// Create stores the records, all or none. For an int id that is 0 it
	// chooses the next number and sets it in the record that it was given.
	// An id that is taken is a Conflict.
	Create(ctx context.Context, recs ...record.Record) error
	// Patch copies the fields in the set from patch to the record with the id
	// if it matches where, or to all records that match where for a null id.
	// It returns the changed records, all of them or, on error, none changed.
	Patch(ctx context.Context, id record.Value, where query.Cond, patch record.Record, fields record.FieldSet) ([]record.Record, error)
	// Remove deletes the record with the id if it matches where, or all
	// records that match where for a null id, and returns what it deleted.
	Remove(ctx context.Context, id record.Value, where query.Cond) ([]record.Record, error)
}

// A Page is what a find returns.
type Page struct {
	Records []record.Record
	Total   int // all matches; meaningful with Query.Count only
}
