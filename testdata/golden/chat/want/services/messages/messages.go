// Package messages holds the hooks and custom methods of the messages service.
package messages

import (
	"context"
	"strings"

	"example.com/chat/internal/gen/messages"
	"example.com/chat/internal/gen/users"
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

// Trim runs before create. A text of blanks only is then refused, as it is
// too short.
func (s *Service) Trim(_ context.Context, c *messages.Call) error {
	c.Data.Text = strings.TrimSpace(c.Data.Text)
	return nil
}

// Typing is the custom method typing. What it returns goes to the room as the
// event typing.
func (s *Service) Typing(ctx context.Context, c *messages.TypingCall) (*messages.TypingResult, error) {
	user, err := users.Of(s.app).Get(ctx, c.Data.User)
	if err != nil {
		return nil, err
	}
	return &messages.TypingResult{Room: c.Data.Room, Name: user.Name}, nil
}
