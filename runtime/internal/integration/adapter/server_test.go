package adapter_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/store/sqlite"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

// An opener returns a new store.
type opener func(*record.Schema) runtime.Store

func inMemory(*testing.T) opener {
	return func(schema *record.Schema) runtime.Store { return memory.New(schema) }
}

func inSQLite(t *testing.T) opener {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "people.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return func(schema *record.Schema) runtime.Store {
		table, err := db.Table(t.Context(), schema, sqlite.TableOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
}

// multis and pages are the options that the suite sets, by the names that
// adapter.mjs gives them in paths.
var (
	multis = map[string][]runtime.Method{
		"none":         nil,
		"create":       {runtime.Create},
		"patch":        {runtime.Patch},
		"remove":       {runtime.Remove},
		"create-patch": {runtime.Create, runtime.Patch},
		"all":          {runtime.Create, runtime.Patch, runtime.Remove},
	}
	pages = map[string]query.Paginate{
		"off":    {},
		"1-2":    {Default: 1, Max: 2},
		"3":      {Default: 3},
		"10-100": {Default: 10, Max: 100},
	}
)

// schemas returns the schemas of the services in testdata/people.yaml.
func schemas() []*record.Schema {
	fields := []record.Field{
		{Name: "name", Type: record.String},
		{Name: "age", Type: record.Int},
		{Name: "time", Type: record.Int},
		{Name: "created", Type: record.Bool},
	}
	return []*record.Schema{
		recordtest.Schema("people", fields...),
		recordtest.SchemaWithID("people-customid", record.Field{Name: "customid", Type: record.Int, Auto: record.AutoID, ReadOnly: true}, fields...),
		recordtest.SchemaWithID("people-uuid", record.Field{Name: "id", Type: record.UUID, Auto: record.AutoID, Immutable: true}, fields...),
	}
}

// serve returns the URL of a server that has the records of each schema under
// one path for every set of options.
func serve(t *testing.T, open opener) string {
	app := runtime.New(runtime.Options{Logger: slog.New(slog.DiscardHandler)})
	for _, schema := range schemas() {
		useVariants(t, app, schema, open(schema))
	}
	sockets := socketio.New(app, socketio.Options{})
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", sockets)
	server := httptest.NewServer(rest.New(app, rest.Options{Next: mux}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := sockets.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
		server.Close()
	})
	return server.URL
}

func useVariants(t *testing.T, app *runtime.App, schema *record.Schema, store runtime.Store) {
	for multi, methods := range multis {
		for page, paginate := range pages {
			s := &runtime.Service{
				Path:     schema.Name + "-" + multi + "-" + page,
				Schema:   schema,
				Store:    store,
				Paginate: paginate,
				Methods:  []runtime.Method{runtime.Find, runtime.Get, runtime.Create, runtime.Update, runtime.Patch, runtime.Remove},
				Multi:    methods,
			}
			if err := app.Use(s); err != nil {
				t.Fatalf("Use(%s): %v", s.Path, err)
			}
		}
	}
}
