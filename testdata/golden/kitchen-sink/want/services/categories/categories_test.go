package categories_test

import (
	"errors"
	"testing"

	"example.com/acme/kitchen-sink/internal/gen/apptest"
	"example.com/acme/kitchen-sink/internal/gen/categories"
	"github.com/featherscaffold/featherscaffold/runtime"
)

func TestCreatedCategoryIsFoundAndRemoved(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	created := apptest.Category(t, app)
	service := categories.Of(app)

	got, err := service.Get(t.Context(), created.Code)
	if err != nil {
		t.Fatalf("Get(%v): %v", created.Code, err)
	}
	if got.Code != created.Code {
		t.Errorf("Get(%v) = record %v", created.Code, got.Code)
	}
	if _, err := service.Remove(t.Context(), created.Code); err != nil {
		t.Fatalf("Remove(%v): %v", created.Code, err)
	}
	var gone *runtime.Error
	if _, err := service.Get(t.Context(), created.Code); !errors.As(err, &gone) || gone.Name != "NotFound" {
		t.Errorf("Get(%v) after Remove = %v, want NotFound", created.Code, err)
	}
}
