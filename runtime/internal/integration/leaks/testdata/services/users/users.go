// Package users holds the hooks of the users service.
package users

import (
	"context"
	"fmt"
	"log/slog"

	"example.com/vault/internal/gen/model"
	"example.com/vault/internal/gen/users"
	"github.com/featherscaffold/featherscaffold/runtime"
)

// Service holds what the hooks need.
type Service struct {
	users.Unimplemented
	app *runtime.App
}

var _ users.Methods = (*Service)(nil)

// New returns the hooks of the service.
func New(app *runtime.App) *Service { return &Service{app: app} }

// Watch logs all that it sees. It makes eve an admin, and gives new users what
// clients can not.
func (s *Service) Watch(ctx context.Context, c *users.Call) error {
	if c.Method == runtime.Create && c.Data != nil && c.Call.Result == nil && c.Err == nil {
		note, account := "NOTE-"+c.Data.Name, "GITHUB-"+c.Data.Name
		c.Data.Note, c.Data.GithubID = &note, &account
		if c.Data.Name == "eve" {
			c.Data.Role = model.UserRoleAdmin
		}
	}
	slog.DebugContext(ctx, "watched", "data", c.Data, "text", fmt.Sprintf("%+v %#v", c.Data, c.Data), "result", c.Result,
		"who", c.Params.Identity, "error", c.Err)
	return nil
}
