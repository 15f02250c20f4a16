package runtime_test

import (
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
)

func TestOutboxNeedsADatabase(t *testing.T) {
	t.Parallel()
	schema := recordtest.Schema("notes", record.Field{Name: "text", Type: record.String})
	app := runtime.New(runtime.Options{Logger: discard})
	for _, store := range []runtime.Store{memory.New(schema), nil} {
		err := app.Use(&runtime.Service{Path: "notes", Schema: schema, Store: store, Outbox: true})
		if err == nil || !strings.Contains(err.Error(), "service notes: an outbox needs a store that keeps events in its database") {
			t.Errorf("Use with store %T = %v, want it refused", store, err)
		}
	}
}
