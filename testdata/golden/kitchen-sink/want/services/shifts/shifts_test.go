package shifts_test

import (
	"errors"
	"testing"

	"example.com/acme/kitchen-sink/internal/gen/apptest"
	"example.com/acme/kitchen-sink/internal/gen/shifts"
	"github.com/featherscaffold/featherscaffold/runtime"
)

func TestCreatedShiftIsFoundAndRemoved(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	created := apptest.Shift(t, app)
	service := shifts.Of(app)

	got, err := service.Get(t.Context(), created.ID)
	if err != nil {
		t.Fatalf("Get(%v): %v", created.ID, err)
	}
	if got.ID != created.ID {
		t.Errorf("Get(%v) = record %v", created.ID, got.ID)
	}
	if _, err := service.Remove(t.Context(), created.ID); err != nil {
		t.Fatalf("Remove(%v): %v", created.ID, err)
	}
	var gone *runtime.Error
	if _, err := service.Get(t.Context(), created.ID); !errors.As(err, &gone) || gone.Name != "NotFound" {
		t.Errorf("Get(%v) after Remove = %v, want NotFound", created.ID, err)
	}
}
