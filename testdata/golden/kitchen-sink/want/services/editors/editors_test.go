package editors_test

import (
	"errors"
	"testing"

	"example.com/acme/kitchen-sink/internal/gen/apptest"
	"example.com/acme/kitchen-sink/internal/gen/editors"
	"github.com/featherscaffold/featherscaffold/runtime"
)

func TestCreatedEditorIsFoundAndRemoved(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	created := apptest.Editor(t, app)
	service := editors.Of(app)

	got, err := service.Get(t.Context(), created.Key)
	if err != nil {
		t.Fatalf("Get(%v): %v", created.Key, err)
	}
	if got.Key != created.Key {
		t.Errorf("Get(%v) = record %v", created.Key, got.Key)
	}
	if _, err := service.Remove(t.Context(), created.Key); err != nil {
		t.Fatalf("Remove(%v): %v", created.Key, err)
	}
	var gone *runtime.Error
	if _, err := service.Get(t.Context(), created.Key); !errors.As(err, &gone) || gone.Name != "NotFound" {
		t.Errorf("Get(%v) after Remove = %v, want NotFound", created.Key, err)
	}
}
