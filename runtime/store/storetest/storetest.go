// Package storetest holds the tests that every runtime.Store passes. A store's
// own test calls Run.
package storetest

import (
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An Opener returns an empty store for records of a schema. What it opens, it
// has closed when the test ends. Tests call it at the same time.
type Opener func(t testing.TB, schema *record.Schema) runtime.Store

// Run runs all tests, each on stores of its own.
func Run(t *testing.T, open Opener) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Opener)
	}{
		{"Create", testCreate},
		{"Get", testGet},
		{"Patch", testPatch},
		{"Remove", testRemove},
		{"Conflict", testConflict},
		{"Conditions", testConditions},
		{"Find", testFind},
		{"Context", testContext},
		{"Concurrency", testConcurrency},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open)
		})
	}
}

// story is one test of a group.
type story struct {
	name string
	run  func(*testing.T, Opener)
}

func tell(t *testing.T, open Opener, stories []story) {
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.run(t, open)
		})
	}
}

// none is the condition that every record matches.
var none query.Cond

func create(t *testing.T, s runtime.Store, recs ...record.Record) {
	t.Helper()
	if err := s.Create(t.Context(), recs...); err != nil {
		t.Fatalf("Create(%s) = %v", texts(recs), err)
	}
}

func find(t *testing.T, s runtime.Store, q *query.Query) []record.Record {
	t.Helper()
	page, err := s.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("Find(%+v) = %v", q, err)
	}
	return page.Records
}

func get(t *testing.T, s runtime.Store, id record.Value) record.Record {
	t.Helper()
	rec, err := s.Get(t.Context(), id, none)
	if err != nil {
		t.Fatalf("Get(%s) = %v", id, err)
	}
	return rec
}

// text returns a record as JSON, "none" for nil.
func text(rec record.Record) string {
	if rec == nil {
		return "none"
	}
	return string(rec.AppendJSON(nil, rec.Schema().All))
}

func texts(recs []record.Record) string {
	dst := []byte{'['}
	for i, rec := range recs {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, text(rec)...)
	}
	return string(append(dst, ']'))
}

// ids returns the records' ids as text.
func ids(recs []record.Record) []string {
	list := make([]string, len(recs))
	for i, rec := range recs {
		list[i] = rec.Value(rec.Schema().ID).String()
	}
	return list
}

func expectIDs(t *testing.T, call string, recs []record.Record, want ...string) {
	t.Helper()
	if got := ids(recs); !slices.Equal(got, want) {
		t.Errorf("%s: got records %v, want %v", call, got, want)
	}
}

func expectText(t *testing.T, call string, got record.Record, want string) {
	t.Helper()
	if text(got) != want {
		t.Errorf("%s\n got %s\nwant %s", call, text(got), want)
	}
}
