// Package rooms holds the hooks and custom methods of the rooms service.
package rooms

import (
	"context"
	"fmt"

	"example.com/chat/internal/gen/model"
	"example.com/chat/internal/gen/rooms"
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

// Join is the custom method join: from now on the caller's connection hears
// what happens in the room.
func (s *Service) Join(ctx context.Context, c *rooms.JoinCall) (*model.Room, error) {
	room, err := rooms.Of(s.app).Get(ctx, c.Data.Room)
	if err != nil {
		return nil, err
	}
	if conn := c.Params.Connection; conn != nil {
		conn.Join(channel(room))
	}
	return room, nil
}

// Leave is the custom method leave.
func (s *Service) Leave(ctx context.Context, c *rooms.LeaveCall) (*model.Room, error) {
	room, err := rooms.Of(s.app).Get(ctx, c.Data.Room)
	if err != nil {
		return nil, err
	}
	if conn := c.Params.Connection; conn != nil {
		conn.Leave(channel(room))
	}
	return room, nil
}

// channel returns the channel that the messages of a room are published to.
func channel(room *model.Room) string { return fmt.Sprintf("rooms/%d", room.ID) }
