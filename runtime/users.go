package runtime

import (
	"context"
	"maps"
	"slices"
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

// move enters a connection under the records of an identity, and takes it out
// from under those of before.
func (u *users) move(c *Connection, from []userKey, to *Identity) {
	u.mu.Lock()
	defer u.mu.Unlock()
	keys := keysOf(to)
	u.drop(c, from, keys)
	if u.conns == nil {
		u.conns = map[userKey]map[*Connection]struct{}{}
	}
	for _, key := range keys {
		if u.conns[key] == nil {
			u.conns[key] = map[*Connection]struct{}{}
		}
		u.conns[key][c] = struct{}{}
	}
}

// leave takes a connection out from under records, but for those to keep.
func (u *users) leave(c *Connection, keys, keep []userKey) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.drop(c, keys, keep)
}

func (u *users) drop(c *Connection, keys, keep []userKey) {
	for _, key := range keys {
		if slices.Contains(keep, key) {
			continue
		}
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
func (u *users) of(key userKey) []*Connection {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Collect(maps.Keys(u.conns[key]))
}

// all returns the connections of all users.
func (u *users) all() []*Connection {
	u.mu.Lock()
	defer u.mu.Unlock()
	list := map[*Connection]struct{}{}
	for _, conns := range u.conns {
		maps.Copy(list, conns)
	}
	return slices.Collect(maps.Keys(list))
}

// changed tells logins, here and in other processes, what became of the
// records that they depend on. Other records are none of its business.
func (a *App) changed(ctx context.Context, s *Service, removed bool, recs []record.Record) {
	if a.auth == nil || !a.auth.Concerns(s.Schema) {
		return
	}
	ctx = context.WithoutCancel(ctx) // it holds for others, whatever the caller does
	for _, rec := range recs {
		a.users.follow(ctx, keyOf(rec), removed)
		a.spreadChange(ctx, s, removed, rec)
	}
}

// follow logs out the connections of a record that is removed, and lets those
// of a changed one follow it.
func (u *users) follow(ctx context.Context, key userKey, removed bool) {
	for _, c := range u.of(key) {
		if removed {
			c.logoutOf(ctx, key)
		} else {
			c.refresh(ctx)
		}
	}
}
