package services

import (
	"context"

	"example.com/forum/internal/gen/model"
	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
)

// NewOAuthUser returns the user for an account that nobody has linked yet; it
// is stored afterwards, with the account's id. With nil only those are let in
// who are users already.
//
// A profile says what the account's owner wrote there. Its address is no
// reason to take somebody for a user who has the same.
func NewOAuthUser(ctx context.Context, p *oauth.Profile) (*model.User, error) {
	user := model.NewUser()
	if p.Email == "" {
		return nil, runtime.BadRequest("your %s account shows no email address, and users need one here", p.Provider)
	}
	user.Email = p.Email
	name := []rune(p.Name)
	name = name[:min(len(name), 40)]
	if len(name) >= 1 {
		user.Name = new(string(name))
	}
	return user, nil
}
