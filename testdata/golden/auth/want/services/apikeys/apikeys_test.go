package apikeys_test

import (
	"errors"
	"net/http"
	"testing"

	"example.com/forum/internal/gen/apikeys"
	"example.com/forum/internal/gen/apptest"
	"github.com/featherscaffold/featherscaffold/runtime"
)

func TestCreatedAPIKeyIsFoundAndRemoved(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	created := apptest.APIKey(t, app)
	service := apikeys.Of(app)

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

func TestFindNeedsALogin(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	if status, answer := apptest.Call(t, app, nil, "GET", "/"+apikeys.Path, ""); status != http.StatusUnauthorized {
		t.Errorf("GET /%s by nobody = %d %s, want 401", apikeys.Path, status, answer)
	}
}
