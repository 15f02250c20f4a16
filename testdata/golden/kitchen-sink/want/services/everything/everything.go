// Package everything holds the hooks and custom methods of the everything service.
package everything

import (
	"context"

	"example.com/acme/kitchen-sink/internal/gen/everything"
	"example.com/acme/kitchen-sink/internal/gen/model"
	"github.com/featherscaffold/featherscaffold/runtime"
)

// Service holds what the hooks and methods need.
type Service struct {
	everything.Unimplemented // answers for what the spec declares and nobody wrote yet
	app                      *runtime.App
}

var _ everything.Methods = (*Service)(nil)

// New returns the hooks and methods of the service. It is called once, before
// the app serves; other services are reached through app.
func New(app *runtime.App) *Service {
	return &Service{app: app}
}

// Measure runs around every method.
func (s *Service) Measure(ctx context.Context, c *everything.Call, next runtime.Next) error {
	return next(ctx)
}

// Check runs before every method.
func (s *Service) Check(ctx context.Context, c *everything.Call) error {
	return nil
}

// Normalize runs before create and before patch.
func (s *Service) Normalize(ctx context.Context, c *everything.Call) error {
	return nil
}

// Decorate runs after find.
func (s *Service) Decorate(ctx context.Context, c *everything.Call) error {
	return nil
}

// Notify runs after publishAll.
func (s *Service) Notify(ctx context.Context, c *everything.Call) error {
	return nil
}

// Report runs when a method fails.
func (s *Service) Report(ctx context.Context, c *everything.Call) error {
	return nil
}

// PublishAll is the custom method publishAll.
func (s *Service) PublishAll(ctx context.Context, c *everything.PublishAllCall) (*everything.PublishAllResult, error) {
	return nil, runtime.NotImplemented("publishAll of everything is not written yet")
}

// Latest is the custom method latest.
func (s *Service) Latest(ctx context.Context, c *everything.LatestCall) ([]*model.Everything, error) {
	return nil, runtime.NotImplemented("latest of everything is not written yet")
}

// Archive is the custom method archive.
func (s *Service) Archive(ctx context.Context, c *everything.ArchiveCall) (*model.Everything, error) {
	return nil, runtime.NotImplemented("archive of everything is not written yet")
}

// Reindex is the custom method reindex.
//
// Builds the search index anew.
func (s *Service) Reindex(ctx context.Context, c *everything.ReindexCall) error {
	return runtime.NotImplemented("reindex of everything is not written yet")
}
