package vehicles_test

import (
	"errors"
	"testing"

	"example.com/fleet/internal/gen/apptest"
	"example.com/fleet/internal/gen/vehicles"
	"github.com/featherscaffold/featherscaffold/runtime"
)

func TestCreatedVehicleIsFoundAndRemoved(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	created := apptest.Vehicle(t, app)
	service := vehicles.Of(app)

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
