// Package clock holds the hooks and custom methods of the clock service.
package clock

import (
	"context"

	"example.com/acme/kitchen-sink/internal/gen/clock"
	"github.com/featherscaffold/featherscaffold/runtime"
)

// Service holds what the hooks and methods need.
type Service struct {
	clock.Unimplemented // answers for what the spec declares and nobody wrote yet
	app                 *runtime.App
}

var _ clock.Methods = (*Service)(nil)

// New returns the hooks and methods of the service. It is called once, before
// the app serves; other services are reached through app.
func New(app *runtime.App) *Service {
	return &Service{app: app}
}

// Now is the custom method now.
func (s *Service) Now(ctx context.Context, c *clock.NowCall) (*clock.NowResult, error) {
	return nil, runtime.NotImplemented("now of clock is not written yet")
}
