// Package messages holds the hooks and custom methods of the messages service.
package messages

import (
	"context"

	"example.com/forum/internal/gen/messages"
	"github.com/featherscaffold/featherscaffold/runtime"
)

// Service holds what the hooks and methods need.
type Service struct {
	messages.Unimplemented // answers for what the spec declares and nobody wrote yet
	app                    *runtime.App
}

var _ messages.Methods = (*Service)(nil)

// New returns the hooks and methods of the service. It is called once, before
// the app serves; other services are reached through app.
func New(app *runtime.App) *Service {
	return &Service{app: app}
}

// Allow decides calls of find and get: an error refuses one. It runs before
// all hooks, and may narrow c.Query.
func (s *Service) Allow(ctx context.Context, c *messages.Call) error {
	return runtime.Forbidden("the policy of messages is not written yet")
}

// Greet runs before create.
func (s *Service) Greet(ctx context.Context, c *messages.Call) error {
	return nil
}
