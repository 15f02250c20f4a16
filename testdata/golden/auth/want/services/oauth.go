package services

import (
	"context"

	"example.com/forum/internal/gen/model"
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
	user.Email = p.Email
	if p.Name != "" {
		user.Name = &p.Name
	}
	return user, nil
}
