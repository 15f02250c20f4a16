// Package rooms holds the hooks and custom methods of the rooms service.
package rooms

import (
	"context"

	"example.com/forum/internal/gen/model"
	"example.com/forum/internal/gen/rooms"
	"github.com/featherscaffold/featherscaffold/runtime"
)

// Service holds what the hooks and methods need.
type Service struct {
	rooms.Unimplemented // answers for what the spec declares and nobody wrote yet
	app                 *runtime.App
}

var _ rooms.Methods = (*Service)(nil)

// New returns the hooks and methods of the service. It is called once, before
// the app serves; other services are reached through app.
func New(app *runtime.App) *Service {
	return &Service{app: app}
}

// Allow decides calls of close: an error refuses one. It runs before all
// hooks.
func (s *Service) Allow(ctx context.Context, c *rooms.Call) error {
	return runtime.Forbidden("the policy of rooms is not written yet")
}

// Join is the custom method join.
func (s *Service) Join(ctx context.Context, c *rooms.JoinCall) (*model.Room, error) {
	return nil, runtime.NotImplemented("join of rooms is not written yet")
}

// Close is the custom method close.
func (s *Service) Close(ctx context.Context, c *rooms.CloseCall) (*model.Room, error) {
	return nil, runtime.NotImplemented("close of rooms is not written yet")
}
