package runtime

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Identity returns who the client logged in as, nil for nobody.
func (c *Connection) Identity() *Identity { return c.identity.Load() }

// Login makes the client of a connection known as somebody, who takes the
// place of whom it was before, joins the channels of LoginChannels, and runs
// the OnLogin functions. A connection whose user changes leaves all channels
// first. When the identity ends, the connection is logged out.
//
// It returns an error, and the client stays who it was, when the identity does
// not hold any more. A connection that is closed is not logged in.
func (c *Connection) Login(ctx context.Context, id *Identity) error {
	defer c.login.call()
	l := &c.login
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return nil
	}
	now, err := c.app.enter(ctx, c, id)
	if err != nil {
		return err
	}
	if was := c.Identity(); was != nil && keyOf(was.User) != keyOf(now.User) {
		c.forget(ctx)
	}
	l.epoch++
	epoch := l.epoch
	c.identity.Store(now)
	c.app.users.Move(c, l.keys, keysOf(now))
	l.keys = keysOf(now)
	c.arm(now)
	c.follow(now)
	l.calls = append(l.calls, func() { c.loggedIn(ctx, now, epoch) })
	return nil
}

// enter looks once more whether an identity holds, now that what happens to
// the user reaches the connection.
func (a *App) enter(ctx context.Context, c *Connection, id *Identity) (*Identity, error) {
	if a.auth == nil {
		return id, nil
	}
	a.users.Move(c, nil, keysOf(id))
	now, err := a.auth.Renew(ctx, id)
	if err != nil {
		a.users.Leave(c, keysOf(id), c.login.keys)
		return nil, err
	}
	return now, nil
}

// loggedIn runs the OnLogin functions. What they joined is left again when the
// login is over by then. One that panics ends the login.
func (c *Connection) loggedIn(ctx context.Context, id *Identity, epoch int) {
	done := false
	defer func() {
		c.login.mu.Lock()
		defer c.login.mu.Unlock()
		switch {
		case c.login.epoch != epoch:
			c.app.hub.Clear(&c.member)
			c.Join(c.login.channels...)
		case !done:
			c.forget(ctx)
		}
	}()
	c.app.LoggedIn(ctx, id, c)
	done = true
}

// Logout forgets who the client is, takes the connection out of all channels
// and runs the OnLogout functions. Without a login it does nothing.
func (c *Connection) Logout(ctx context.Context) {
	defer c.login.call()
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	c.forget(ctx)
}

// forget logs the client out. c.login.mu is held, and login.call follows.
func (c *Connection) forget(ctx context.Context) {
	was := c.identity.Swap(nil)
	if was == nil {
		return
	}
	l := &c.login
	l.epoch++
	l.stop()
	c.app.users.Leave(c, l.keys, nil)
	l.keys, l.channels = nil, nil
	c.app.hub.Clear(&c.member)
	l.calls = append(l.calls, func() { c.app.LoggedOut(ctx, was, c) })
}

// logoutOf logs the client out if a record concerns its login.
func (c *Connection) logoutOf(ctx context.Context, key userKey) {
	defer c.login.call()
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	if slices.Contains(c.login.keys, key) {
		c.forget(ctx)
	}
}

// renew puts a newer form of an identity in its place, unless the client
// logged in or out since.
func (c *Connection) renew(was, now *Identity) {
	if was.Expires.Equal(now.Expires) {
		c.identity.CompareAndSwap(was, now)
		return
	}
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	if c.identity.CompareAndSwap(was, now) {
		c.arm(now)
	}
}

// refresh lets a login follow what became of its user: the identity and the
// channels. It ends a login that does not hold any more; when that can not be
// told, as the store fails, all stays as it is.
func (c *Connection) refresh(ctx context.Context) {
	was := c.Identity()
	if was == nil {
		return
	}
	now, err := c.app.auth.Renew(ctx, was)
	switch e := ErrorOf(err); {
	case err == nil:
	case e.Code == 401 || e.Code == 404:
		c.logoutOf(ctx, keyOf(was.User))
		return
	default:
		c.app.log.Error("a login could not be renewed", slog.Any("error", err))
		return
	}
	c.renew(was, now)
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	if id := c.Identity(); id != nil {
		c.follow(id)
	}
}

// follow joins and leaves channels so that the connection is in those that
// LoginChannels names. c.login.mu is held.
func (c *Connection) follow(id *Identity) {
	var names []string
	for _, f := range c.app.loginChannels {
		names = append(names, f(id)...)
	}
	var left []string
	for _, name := range c.login.channels {
		if !slices.Contains(names, name) {
			left = append(left, name)
		}
	}
	c.Leave(left...)
	c.Join(names...)
	c.login.channels = names
}

// login is what a connection keeps of being logged in.
type login struct {
	mu       sync.Mutex
	timer    *time.Timer // ends the login; nil for one without an end
	ended    bool        // the connection is closed
	epoch    int         // counts logins and logouts
	keys     []userKey   // records that the login depends on
	channels []string    // of LoginChannels

	// calls are OnLogin and OnLogout functions that are to run, in the order
	// of what they tell of, and without the lock: they may log in and out.
	calls   []func()
	calling bool
}

// call runs the calls unless another goroutine does, or this one further up.
// A panic of one is passed on when all have run.
func (l *login) call() {
	var failed any
	l.mu.Lock()
	if l.calling {
		l.mu.Unlock()
		return
	}
	l.calling = true
	for len(l.calls) > 0 {
		f := l.calls[0]
		l.calls = l.calls[1:]
		l.mu.Unlock()
		if p := panicOf(f); p != nil {
			failed = p
		}
		l.mu.Lock()
	}
	l.calls, l.calling = nil, false
	l.mu.Unlock()
	if failed != nil {
		panic(failed)
	}
}

func panicOf(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

// arm has the login end with the identity's time. c.login.mu is held.
func (c *Connection) arm(id *Identity) {
	c.login.stop()
	if !id.Expires.IsZero() {
		c.login.timer = time.AfterFunc(time.Until(id.Expires), func() { c.expire(id.Expires) })
	}
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
	c.app.users.Leave(c, l.keys, nil)
	l.keys = nil
}

// expire ends a login whose time is over, unless another took its place.
func (c *Connection) expire(at time.Time) {
	defer c.app.rescue("a login ended")
	if c.forgetExpired(at) {
		c.sink.Expired()
	}
}

func (c *Connection) forgetExpired(at time.Time) bool {
	defer c.login.call()
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	now := c.Identity()
	if now == nil || c.login.ended || !now.Expires.Equal(at) {
		return false
	}
	c.forget(context.Background())
	return true
}

// LoginChannels has f name the channels that a user's connections are in as
// long as they are logged in. It is asked at a login, and again when the
// user's record changes: connections leave what it does not name any more. f
// must do nothing else. It is called before the app serves.
func (a *App) LoginChannels(f func(id *Identity) []string) {
	a.loginChannels = append(a.loginChannels, f)
}

// OnLogin has f called for every login: of a connection, or over REST, where
// c is nil. Channels that follow from the user's record are better named by
// LoginChannels. id.User is the user with all fields, secret ones too.
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
