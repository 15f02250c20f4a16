package clock_test

import (
	"testing"

	"example.com/acme/kitchen-sink/internal/gen/apptest"
	"example.com/acme/kitchen-sink/internal/gen/clock"
)

func TestServiceIsServed(t *testing.T) {
	t.Parallel()
	if app := apptest.New(t); app.Service(clock.Path) == nil {
		t.Errorf("the app has no service at %s", clock.Path)
	}
}
