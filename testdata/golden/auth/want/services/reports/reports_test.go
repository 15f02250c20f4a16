package reports_test

import (
	"testing"

	"example.com/forum/internal/gen/apptest"
	"example.com/forum/internal/gen/reports"
)

func TestServiceIsServed(t *testing.T) {
	t.Parallel()
	if app := apptest.New(t); app.Service(reports.Path) == nil {
		t.Errorf("the app has no service at %s", reports.Path)
	}
}
