package runtime_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// listener is a client that keeps what it hears.
type listener struct {
	mu      sync.Mutex
	heard   []string
	expired int
}

func (l *listener) Deliver(e *runtime.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, e.Name+" "+string(e.Frame(raw{})))
}

func (l *listener) Expired() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expired++
}

func (l *listener) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	heard := l.heard
	l.heard = nil
	return heard
}

// raw sends an event's data alone.
type raw struct{}

func (raw) AppendFrame(dst []byte, e *runtime.Event) []byte { return append(dst, e.Data...) }

// identity returns who a user of the app is.
func identity(t *testing.T, app *runtime.App, name string) *runtime.Identity {
	t.Helper()
	id, err := app.Identify(t.Context(), http.Header{"Name": {name}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// channels has users join the channels users and users/NAME.
func channels(app *runtime.App) {
	app.OnConnect(func(c *runtime.Connection) { c.Join("everybody") })
	app.OnLogin(func(_ context.Context, id *runtime.Identity, c *runtime.Connection) {
		if c != nil {
			c.Join("users", "users/"+id.User.Value(userName).Str())
		}
	})
}

func TestLoginJoinsAndLogoutLeavesAllChannels(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	channels(app)
	var out []string
	app.OnLogout(func(_ context.Context, id *runtime.Identity, c *runtime.Connection) {
		out = append(out, id.User.Value(userName).Str()+" in "+strings.Join(c.Channels(), ","))
	})
	c := app.Connect(runtime.Handshake{}, &listener{})
	defer c.Disconnect()

	c.Login(t.Context(), identity(t, app, "ann"))
	if got := c.Channels(); !slices.Equal(got, []string{"everybody", "users", "users/ann"}) {
		t.Errorf("after the login in %q", got)
	}
	c.Login(t.Context(), identity(t, app, "bob"))
	if got := c.Channels(); !slices.Equal(got, []string{"users", "users/bob"}) {
		t.Errorf("after another user's login in %q", got)
	}
	c.Logout(t.Context())
	c.Logout(t.Context())
	if got := c.Channels(); len(got) > 0 || c.Identity() != nil {
		t.Errorf("after the logout in %q as %v", got, c.Identity())
	}
	if want := []string{"ann in ", "bob in "}; !slices.Equal(out, want) {
		t.Errorf("logouts = %q, want %q", out, want)
	}
}

func TestHandshakeThatNamesAUserLogsInBeforeTheConnectionIsKnown(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	var order []string
	app.OnLogin(func(context.Context, *runtime.Identity, *runtime.Connection) { order = append(order, "login") })
	app.OnConnect(func(*runtime.Connection) { order = append(order, "connection") })
	app.Connect(runtime.Handshake{Identity: identity(t, app, "ann")}, &listener{}).Disconnect()
	if want := []string{"login", "connection"}; !slices.Equal(order, want) {
		t.Errorf("order = %q, want %q", order, want)
	}
}

func TestLoginEndsWithItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		app := guarded(t, nil)
		channels(app)
		var first, second listener
		c, d := app.Connect(runtime.Handshake{}, &first), app.Connect(runtime.Handshake{}, &second)
		soon, later := *identity(t, app, "ann"), *identity(t, app, "ann")
		soon.Expires, later.Expires = time.Now().Add(time.Minute), time.Now().Add(time.Hour)
		c.Login(t.Context(), &soon)
		d.Login(t.Context(), &soon)
		d.Login(t.Context(), &later) // takes the other's place

		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if first.expired != 1 || c.Identity() != nil || len(c.Channels()) > 0 {
			t.Errorf("after its time: expired %d times, identity %v, channels %q", first.expired, c.Identity(), c.Channels())
		}
		if second.expired != 0 || d.Identity() == nil {
			t.Errorf("a login that was renewed ended with the first one's time")
		}
		d.Disconnect()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if second.expired != 0 {
			t.Error("a connection that is gone was told that its login is over")
		}
	})
}

func TestPanicWhileALoginEndsEndsNothingElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		app := guarded(t, nil)
		app.OnLogout(func(context.Context, *runtime.Identity, *runtime.Connection) { panic("mistake") })
		c := app.Connect(runtime.Handshake{}, &listener{})
		id := *identity(t, app, "ann")
		id.Expires = time.Now().Add(time.Minute)
		c.Login(t.Context(), &id)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if c.Identity() != nil {
			t.Error("the login did not end")
		}
		c.Disconnect() // would wait for ever if the lock was still held
	})
}

func TestConnectionThatIsGoneIsNotLoggedIn(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	channels(app)
	c := app.Connect(runtime.Handshake{}, &listener{})
	c.Disconnect()
	c.Login(t.Context(), identity(t, app, "ann"))
	if c.Identity() != nil || len(c.Channels()) > 0 {
		t.Errorf("logged in as %v, in %q", c.Identity(), c.Channels())
	}
}

func TestEventsShowEachListenerWhatItMaySee(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	channels(app)
	listeners := map[string]*listener{}
	for _, name := range []string{"", "ann", "bob", "eve"} {
		l := &listener{}
		listeners[name] = l
		c := app.Connect(runtime.Handshake{}, l)
		defer c.Disconnect()
		if name != "" {
			c.Login(t.Context(), identity(t, app, name))
		}
	}
	as(t, app, "ann", "patch users 1", `{"name":"ann"}`)
	short := `patched {"id":1,"name":"ann","role":"member"}`
	full := `patched {"id":1,"name":"ann","email":"ann@example.com","role":"member"}`
	for name, want := range map[string]string{"": short, "ann": full, "bob": short, "eve": full} {
		if got := listeners[name].take(); !slices.Equal(got, []string{want}) {
			t.Errorf("%q heard %q, want %q", name, got, want)
		}
	}
}

func TestFilterKeepsEventsFromConnections(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(papers *runtime.Service) {
		papers.Publish = func(context.Context, *runtime.Event, *runtime.Call) []string { return []string{"everybody"} }
		papers.Filter = func(e *runtime.Event, c *runtime.Connection) bool {
			return c.Identity() != nil && record.Equal(c.Identity().UserID(), e.Record.Value(paperAuthor))
		}
	})
	channels(app)
	var ann, nobody listener
	c, d := app.Connect(runtime.Handshake{}, &ann), app.Connect(runtime.Handshake{}, &nobody)
	defer c.Disconnect()
	defer d.Disconnect()
	c.Login(t.Context(), identity(t, app, "ann"))
	as(t, app, "ann", "create papers", `{"text":"one"}`)
	as(t, app, "bob", "create papers", `{"text":"two"}`)
	if got := ann.take(); len(got) != 1 || !strings.Contains(got[0], "one") {
		t.Errorf("ann heard %q", got)
	}
	if got := nobody.take(); len(got) > 0 {
		t.Errorf("nobody heard %q", got)
	}
}

func TestRemovedUserIsLoggedOutAndChangedOneIsSeenAsIs(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(s *runtime.Service) {})
	app.Service("users").Access[runtime.Remove] = runtime.Access{Roles: []string{"admin"}}
	channels(app)
	var l listener
	c := app.Connect(runtime.Handshake{}, &l)
	defer c.Disconnect()
	c.Login(t.Context(), identity(t, app, "bob"))
	as(t, app, "eve", "patch users 2", `{"role":"admin"}`) // owners only: finds nothing
	patch := &runtime.Call{Service: app.Service("users"), Method: runtime.Patch, ID: record.IntValue(2), Changed: record.Fields(userRole)}
	changed := userSchema.New()
	changed.SetValue(userRole, record.StringValue("admin"))
	patch.Data = []record.Record{changed}
	if err := app.Do(t.Context(), patch); err != nil {
		t.Fatal(err)
	}
	if !c.Identity().Has("admin") {
		t.Error("the connection's user has the roles of before")
	}
	as(t, app, "eve", "remove users 2", "")
	if c.Identity() != nil || len(c.Channels()) > 0 {
		t.Errorf("a removed user is logged in as %v, in %q", c.Identity(), c.Channels())
	}
}

// team names a channel for the user's role.
func team(app *runtime.App) {
	app.LoginChannels(func(id *runtime.Identity) []string { return append([]string{"users"}, id.Roles...) })
}

// promote makes a user something else, from Go.
func promote(t *testing.T, app *runtime.App, id int64, role string) {
	t.Helper()
	data := userSchema.New()
	data.SetValue(userRole, record.StringValue(role))
	c := &runtime.Call{Service: app.Service("users"), Method: runtime.Patch, ID: record.IntValue(id),
		Changed: record.Fields(userRole), Data: []record.Record{data}}
	if err := app.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func TestLoginChannelsFollowTheUser(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	team(app)
	c := app.Connect(runtime.Handshake{}, &listener{})
	defer c.Disconnect()
	login(t, app, c, "bob")
	c.Join("by hand")
	promote(t, app, 2, "admin")
	if got := c.Channels(); !slices.Equal(got, []string{"admin", "by hand", "users"}) {
		t.Errorf("as an admin in %q", got)
	}
	promote(t, app, 2, "member")
	login(t, app, c, "bob")
	if got := c.Channels(); !slices.Equal(got, []string{"by hand", "member", "users"}) {
		t.Errorf("as a member again in %q", got)
	}
}

func login(t *testing.T, app *runtime.App, c *runtime.Connection, name string) {
	t.Helper()
	if err := c.Login(t.Context(), identity(t, app, name)); err != nil {
		t.Fatal(err)
	}
}

func TestOnLoginMayEndTheLogin(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	app.OnLogin(func(ctx context.Context, id *runtime.Identity, c *runtime.Connection) {
		remove := &runtime.Call{Service: app.Service("users"), Method: runtime.Remove, ID: id.UserID()}
		if err := app.Do(ctx, remove); err != nil {
			t.Error(err)
		}
		c.Join("too late")
	})
	c := app.Connect(runtime.Handshake{}, &listener{})
	defer c.Disconnect()
	login(t, app, c, "bob")
	if c.Identity() != nil || len(c.Channels()) > 0 {
		t.Errorf("logged in as %v, in %q", c.Identity(), c.Channels())
	}
}

func TestOnLoginThatPanicsEndsTheLogin(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	app.OnLogin(func(context.Context, *runtime.Identity, *runtime.Connection) { panic("mistake") })
	c := app.Connect(runtime.Handshake{}, &listener{})
	defer c.Disconnect()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		c.Login(t.Context(), identity(t, app, "bob"))
	}()
	if c.Identity() != nil {
		t.Error("the client is logged in")
	}
}

func TestIdentityThatEndedBeforeTheLoginIsRefused(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	id := identity(t, app, "bob")
	as(t, app, "bob", "remove users 2", "")
	c := app.Connect(runtime.Handshake{Identity: id}, &listener{})
	defer c.Disconnect()
	if err := c.Login(t.Context(), id); err == nil || c.Identity() != nil {
		t.Errorf("Login = %v as %v, want an error", err, c.Identity())
	}
}

func TestStoreThatFailsEndsNoLogin(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	c := app.Connect(runtime.Handshake{}, &listener{})
	defer c.Disconnect()
	login(t, app, c, "bob")
	app.SetAuthenticator(failing{names{app.Service("users")}})
	promote(t, app, 2, "admin")
	if c.Identity() == nil {
		t.Error("the login ended as the store failed")
	}
}

// failing can not tell who a connection's user is now.
type failing struct{ names }

func (failing) Renew(context.Context, *runtime.Identity) (*runtime.Identity, error) {
	return nil, errors.New("the database is away")
}

func TestEventsAreForCredentialsThatCoverThem(t *testing.T) {
	t.Parallel()
	app := guarded(t, func(papers *runtime.Service) {
		papers.Publish = func(context.Context, *runtime.Event, *runtime.Call) []string { return []string{"everybody"} }
	})
	channels(app)
	var reader, other listener
	for l, scope := range map[*listener]string{&reader: "papers:find", &other: "users:get"} {
		id, err := app.Identify(t.Context(), http.Header{"Name": {"ann"}, "Only": {scope}})
		if err != nil {
			t.Fatal(err)
		}
		defer app.Connect(runtime.Handshake{Identity: id}, l).Disconnect()
	}
	as(t, app, "ann", "create papers", `{"text":"one"}`)
	if len(reader.take()) != 1 || len(other.take()) != 0 {
		t.Error("who may not read papers hears of them, or who may does not")
	}
}

func TestSuppressedEventStillLogsARemovedUserOut(t *testing.T) {
	t.Parallel()
	app := guarded(t, nil)
	app.Service("users").Publish = nil
	c := app.Connect(runtime.Handshake{}, &listener{})
	defer c.Disconnect()
	login(t, app, c, "bob")
	user, _ := app.Service("users").Store.Get(t.Context(), record.IntValue(2), query.Cond{})
	if err := app.Service("papers").Emit(t.Context(), "removed", user); err != nil {
		t.Fatal(err)
	}
	if c.Identity() == nil {
		t.Error("an event of another service logged the user out")
	}
	as(t, app, "bob", "remove users 2", "")
	if c.Identity() != nil {
		t.Error("a removed user is logged in")
	}
}
