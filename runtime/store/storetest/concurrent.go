package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// testConcurrency is for the race detector as much as for what it expects.
func testConcurrency(t *testing.T, open Opener) {
	tell(t, open, []story{
		{"gives each record an id of its own", testConcurrentIDs},
		{"lets one of many have a unique value", testConcurrentUnique},
		{"shows no change half done", testConcurrentPatch},
		{"counts what was there when it read the page", testConcurrentTotal},
	})
}

const workers, rounds = 8, 25

// each runs f in several goroutines and waits for them.
func each(f func(worker int)) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { f(w) })
	}
	wg.Wait()
}

func testConcurrentIDs(t *testing.T, open Opener) {
	schema := user()
	s := open(t, schema)
	each(func(w int) {
		for i := range rounds {
			rec := newUser(schema, fmt.Sprintf("U%d-%d", w, i))
			if err := s.Create(t.Context(), rec); err != nil {
				t.Errorf("Create = %v", err)
				return
			}
			if got, err := s.Get(t.Context(), rec.Value(0), none); err != nil || text(got) != text(rec) {
				t.Errorf("Get(%s) = %s, %v, want %s", rec.Value(0), text(got), err, text(rec))
			}
		}
	})
	found := ids(find(t, s, query.All()))
	slices.Sort(found)
	if n := len(slices.Compact(found)); n != workers*rounds {
		t.Errorf("got %d ids, want %d", n, workers*rounds)
	}
}

func testConcurrentUnique(t *testing.T, open Opener) {
	schema := user()
	s := open(t, schema)
	var mu sync.Mutex
	created := 0
	each(func(int) {
		for i := range rounds {
			err := s.Create(t.Context(), newUser(schema, "U"+strconv.Itoa(i)))
			var e *runtime.Error
			switch {
			case err == nil:
				mu.Lock()
				created++
				mu.Unlock()
			case !errors.As(err, &e) || e.Code != 409:
				t.Errorf("Create = %v, want nil or a Conflict", err)
			}
		}
	})
	if n := len(find(t, s, query.All())); created != rounds || n != rounds {
		t.Errorf("%d creates succeeded and left %d records, want %d", created, n, rounds)
	}
}

func testConcurrentPatch(t *testing.T, open Opener) {
	s, schema := three(t, open)
	patch(t, s, record.Value{}, none, newRecord(schema, map[string]any{"age": 0, "name": "0"}), 2, 3)
	each(func(w int) {
		for i := range rounds {
			switch w % 4 {
			case 0:
				n := w*rounds + i
				data := newRecord(schema, map[string]any{"age": n, "name": strconv.Itoa(n)})
				if _, err := s.Patch(t.Context(), record.Value{}, none, data, record.Fields(2, 3)); err != nil {
					t.Errorf("Patch = %v", err)
				}
			case 1:
				rec := newUser(schema, fmt.Sprintf("Temp%d-%d", w, i))
				rec.SetValue(3, record.IntValue(0))
				rec.SetValue(2, record.StringValue("0"))
				if err := s.Create(t.Context(), rec); err != nil {
					t.Errorf("Create = %v", err)
				}
				if _, err := s.Remove(t.Context(), rec.Value(0), none); err != nil {
					t.Errorf("Remove = %v", err)
				}
			default:
				page, err := s.Find(t.Context(), query.All())
				if err != nil {
					t.Errorf("Find = %v", err)
				}
				for _, rec := range page.Records {
					if rec.Value(2).Str() != rec.Value(3).String() {
						t.Errorf("Find: got %s, with a name and an age of two patches", text(rec))
					}
				}
			}
		}
	})
}

// testConcurrentTotal has ids that count the records: the newest one has the
// total for an id.
func testConcurrentTotal(t *testing.T, open Opener) {
	s := open(t, messages)
	newest := &query.Query{Limit: 1, Sort: []query.Order{{Field: messageID, Desc: true}}, Count: true}
	each(func(w int) {
		for i := range rounds {
			if w%4 == 0 {
				if err := s.Create(t.Context(), benchMessage(i)); err != nil {
					t.Errorf("Create = %v", err)
				}
				continue
			}
			page, err := s.Find(t.Context(), newest)
			switch {
			case err != nil:
				t.Errorf("Find = %v", err)
			case len(page.Records) == 0:
				if page.Total != 0 {
					t.Errorf("Find: got no record and a total of %d", page.Total)
				}
			case int64(page.Total) != page.Records[0].Value(messageID).Int():
				t.Errorf("Find: got %s as the last of %d", text(page.Records[0]), page.Total)
			}
		}
	})
}
