package status_test

import (
	"testing"

	"example.com/fleet/internal/gen/apptest"
	"example.com/fleet/internal/gen/status"
)

func TestServiceIsServed(t *testing.T) {
	t.Parallel()
	if app := apptest.New(t); app.Service(status.Path) == nil {
		t.Errorf("the app has no service at %s", status.Path)
	}
}
