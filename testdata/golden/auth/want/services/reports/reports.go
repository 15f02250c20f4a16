// Package reports holds the hooks and custom methods of the reports service.
package reports

import (
	"context"

	"example.com/forum/internal/gen/reports"
	"github.com/featherscaffold/featherscaffold/runtime"
)

// Service holds what the hooks and methods need.
type Service struct {
	reports.Unimplemented // answers for what the spec declares and nobody wrote yet
	app                   *runtime.App
}

var _ reports.Methods = (*Service)(nil)

// New returns the hooks and methods of the service. It is called once, before
// the app serves; other services are reached through app.
func New(app *runtime.App) *Service {
	return &Service{app: app}
}

// Allow decides calls of daily: an error refuses one. It runs before all
// hooks.
func (s *Service) Allow(ctx context.Context, c *reports.Call) error {
	return runtime.Forbidden("the policy of reports is not written yet")
}

// Daily is the custom method daily.
func (s *Service) Daily(ctx context.Context, c *reports.DailyCall) (*reports.DailyResult, error) {
	return nil, runtime.NotImplemented("daily of reports is not written yet")
}

// Ping is the custom method ping.
func (s *Service) Ping(ctx context.Context, c *reports.PingCall) error {
	return runtime.NotImplemented("ping of reports is not written yet")
}
