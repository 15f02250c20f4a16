package runtime

import (
	"context"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// users knows the connections of each user that is logged in, and of each
// credential that logged one in, so that what happens to these reaches them.
type users struct {
	mu    sync.Mutex
	conns map[userKey]map[*Connection]struct{}
}

type userKey struct {
	schema *record.Schema
	id     string
}

func keyOf(user record.Record) userKey {
	schema := user.Schema()
	return userKey{schema, user.Value(schema.ID).String()}
}

func (u *users) add(c *Connection, id *Identity) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.conns == nil {
		u.conns = map[userKey]map[*Connection]struct{}{}
	}
	for _, key := range keysOf(id) {
		if u.conns[key] == nil {
			u.conns[key] = map[*Connection]struct{}{}
		}
		u.conns[key][c] = struct{}{}
	}
}

func (u *users) remove(c *Connection, id *Identity) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, key := range keysOf(id) {
		delete(u.conns[key], c)
		if len(u.conns[key]) == 0 {
			delete(u.conns, key)
		}
	}
}

// keysOf returns the records whose changes concern an identity.
func keysOf(id *Identity) []userKey {
	keys := []userKey{keyOf(id.User)}
	if id.Credential != nil {
		keys = append(keys, keyOf(id.Credential))
	}
	return keys
}

// of returns the connections of a user, or of a credential.
func (u *users) of(user record.Record) []*Connection {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.conns) == 0 || user.Schema().ID < 0 {
		return nil
	}
	var list []*Connection
	for c := range u.conns[keyOf(user)] {
		list = append(list, c)
	}
	return list
}

// concerns reports whether an event is about who clients are.
func (a *App) concerns(event string, rec record.Record) bool {
	switch event {
	case "updated", "patched", "removed":
		return a.auth != nil && a.auth.Concerns(rec.Schema())
	}
	return false
}

// changed lets the connections of a user follow what happened to the user's
// record, or to the credential's: whoever is removed is logged out, and who
// has other roles from now on sees what they show.
func (u *users) changed(ctx context.Context, a *App, event string, rec record.Record) {
	for _, c := range u.of(rec) {
		was := c.Identity()
		if was == nil {
			continue
		}
		if event == "removed" {
			c.Logout(ctx)
			continue
		}
		now, err := a.auth.Renew(ctx, was)
		if err != nil {
			c.Logout(ctx)
			continue
		}
		c.renew(was, now)
	}
}
