package runtime

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Identity returns who the client logged in as, nil for nobody.
func (c *Connection) Identity() *Identity { return c.identity.Load() }

// Login makes the client of a connection known as somebody, who takes the
// place of whom it was before, and runs the OnLogin functions. A connection
// whose user changes leaves all channels first. When the identity ends, the
// connection is logged out. One that is closed is not logged in.
func (c *Connection) Login(ctx context.Context, id *Identity) {
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	if c.login.ended {
		return
	}
	if was := c.Identity(); was != nil && keyOf(was.User) != keyOf(id.User) {
		c.forget(ctx)
	} else if was != nil {
		c.app.users.remove(c, was) // it may have come by another credential
	}
	c.login.stop()
	c.identity.Store(id)
	c.app.users.add(c, id)
	if !id.Expires.IsZero() {
		c.login.timer = time.AfterFunc(time.Until(id.Expires), func() { c.expire(id) })
	}
	c.app.LoggedIn(ctx, id, c)
}

// Logout forgets who the client is, takes the connection out of all channels
// and runs the OnLogout functions. Without a login it does nothing.
func (c *Connection) Logout(ctx context.Context) {
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	c.forget(ctx)
}

// forget logs the client out. c.login.mu is held.
func (c *Connection) forget(ctx context.Context) {
	was := c.identity.Swap(nil)
	if was == nil {
		return
	}
	c.login.stop()
	c.app.users.remove(c, was)
	c.app.hub.clear(c)
	c.app.LoggedOut(ctx, was, c)
}

// renew puts a newer form of an identity in its place, unless the client
// logged in or out since.
func (c *Connection) renew(was, now *Identity) { c.identity.CompareAndSwap(was, now) }

// login is what a connection keeps of being logged in.
type login struct {
	mu    sync.Mutex  // held while the connection logs in or out
	timer *time.Timer // ends the login; nil for one without an end
	ended bool        // the connection is closed
}

func (l *login) stop() {
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
}

// end ends the login of a connection that is closed.
func (l *login) end(c *Connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.stop()
	if id := c.Identity(); id != nil {
		c.app.users.remove(c, id)
	}
}

// expire ends a login whose time is over, unless another took its place.
func (c *Connection) expire(id *Identity) {
	defer func() {
		if p := recover(); p != nil { // nobody above would: it runs in a timer's goroutine
			c.app.log.Error("panic while a login ended", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
		}
	}()
	if c.forgetExpired(id) {
		c.sink.Expired()
	}
}

func (c *Connection) forgetExpired(id *Identity) bool {
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	now := c.Identity()
	if now == nil || now.Token != id.Token || !now.Expires.Equal(id.Expires) {
		return false
	}
	c.forget(context.Background())
	return true
}

// OnLogin has f called for every login: of a connection, or over REST, where
// c is nil. It is where the connections of users join channels. f must not
// log the connection in or out. id.User is the user with all fields, secret
// ones too.
func (a *App) OnLogin(f func(ctx context.Context, id *Identity, c *Connection)) {
	a.loggedIn = append(a.loggedIn, f)
}

// OnLogout has f called for every logout, also when the time of a login is
// over, after the connection left its channels. c is nil over REST.
func (a *App) OnLogout(f func(ctx context.Context, id *Identity, c *Connection)) {
	a.loggedOut = append(a.loggedOut, f)
}

// LoggedIn runs the OnLogin functions. The authentication service calls it
// for logins over REST, with a nil connection.
func (a *App) LoggedIn(ctx context.Context, id *Identity, c *Connection) {
	for _, f := range a.loggedIn {
		f(ctx, id, c)
	}
}

// LoggedOut runs the OnLogout functions.
func (a *App) LoggedOut(ctx context.Context, id *Identity, c *Connection) {
	for _, f := range a.loggedOut {
		f(ctx, id, c)
	}
}
