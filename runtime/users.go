package runtime

import (
	"context"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A userKey names a user, or a credential that logs one in. The app knows the
// connections of each, so that what happens to these reaches them.
type userKey struct {
	schema *record.Schema
	id     string
}

func keyOf(user record.Record) userKey {
	schema := user.Schema()
	return userKey{schema, user.Value(schema.ID).String()}
}

// keysOf returns the records whose changes concern an identity.
func keysOf(id *Identity) []userKey {
	keys := []userKey{keyOf(id.User)}
	if id.Credential != nil {
		keys = append(keys, keyOf(id.Credential))
	}
	return keys
}

// changed tells logins, here and in other processes, what became of the
// records that they depend on. Other records are none of its business.
func (a *App) changed(ctx context.Context, s *Service, removed bool, recs []record.Record) {
	if a.auth == nil || !a.auth.Concerns(s.Schema) {
		return
	}
	ctx = context.WithoutCancel(ctx) // it holds for others, whatever the caller does
	for _, rec := range recs {
		a.follow(ctx, keyOf(rec), removed)
		a.spreadChange(ctx, s, removed, rec)
	}
}

// follow logs out the connections of a record that is removed, and lets those
// of a changed one follow it.
func (a *App) follow(ctx context.Context, key userKey, removed bool) {
	for _, c := range a.users.Of(key) {
		if removed {
			c.logoutOf(ctx, key)
		} else {
			c.refresh(ctx)
		}
	}
}
