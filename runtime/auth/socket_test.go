package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/transport/socketio"
)

func logoutLeavesChannels(t *testing.T) {
	w := newWorld(t, nil)
	text := w.issue(1)
	s := w.connect("Authorization", text)
	if got := s.Channels(); !slices.Equal(got, []string{"all"}) {
		t.Fatalf("channels after the login = %v", got)
	}
	s.expect("remove authentication another", "", refused("Invalid access token", ""))
	if s.Identity() == nil {
		t.Error("a logout with another token logged out")
	}
	w.noted()
	s.expect("remove authentication", "", jwtAnswer(t, text, `,"user":`+annSeen))
	if got := s.Channels(); len(got) != 0 || s.Identity() != nil {
		t.Errorf("after the logout: channels %v, identity %v", got, s.Identity())
	}
	if got := w.noted(); got != "logout jwt ann@example.com socket" {
		t.Errorf("the app heard of %s", got)
	}
	s.expect("remove authentication", "", refused(noStrategy, ""))
	s.expect("find notes", "", refused("Not authenticated", ""))
}

func socketLogin(t *testing.T) {
	w := newWorld(t, nil)
	s := w.connect()
	s.expect("find notes", "", refused("Not authenticated", ""))
	s.call("create authentication", local(ann, plain))
	s.expect("find notes", "", "[]")
	if got := w.noted(); got != "login local ann@example.com socket" {
		t.Errorf("the app heard of %s", got)
	}
	for body, want := range map[string]string{
		local(ann, "wrong"):     refused("Invalid login", ""),
		withToken("garbage"):    refused("jwt malformed", jwtData),
		`{}`:                    refused(noStrategy, ""),
		`{"strategy":"nobody"}`: refused(unknownStrategy, ""),
	} {
		s.expect("create authentication", body, want)
		s.expect("find notes", "", "[]")
	}
	if got := s.Identity().User.Value(userEmail).Str(); got != ann {
		t.Errorf("after failed logins the connection is %s's", got)
	}
	text := w.issue(2)
	s.call("create authentication", withToken(text))
	if got := s.Identity().User.Value(userEmail).Str(); got != eve || len(s.Channels()) != 0 {
		t.Errorf("after another's login the connection is %s's, in %v", got, s.Channels())
	}
}

func expiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(o *auth.Options) {
			keys, _ := token.ParseKeys(secret, "")
			o.Tokens = token.New(keys, token.Options{Lifetime: time.Minute})
		})
		defer synctest.Wait()
		text := w.issue(1)
		s := w.connect("Authorization", text)
		at := s.Identity().Expires
		time.Sleep(time.Until(at) - time.Millisecond)
		synctest.Wait()
		s.expect("find notes", "", "[]")
		if len(s.expired) > 0 {
			t.Fatal("the login ended too early")
		}
		was := s.Identity()
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if len(s.expired) != 1 || s.Identity() != nil || len(s.Channels()) != 0 {
			t.Errorf("at its end: %d signals, identity %v, channels %v", len(s.expired), s.Identity(), s.Channels())
		}
		_, err := w.auth.Renew(t.Context(), was)
		want := refused("jwt expired", `{"name":"TokenExpiredError","expiredAt":"`+at.UTC().Format("2006-01-02T15:04:05.000Z")+`"}`)
		if got := string(runtime.ErrorOf(err).AppendJSON(nil)); got != want {
			t.Errorf("Renew = %s\nwant    %s", got, want)
		}
		s.expect("create authentication", withToken(text), want)
		s.Disconnect()
	})
}

// handshakeLogsIn uses the real transport: what it writes counts.
func handshakeLogsIn(t *testing.T) {
	w := newWorld(t, nil)
	url := w.serve()
	text := w.issue(1)
	for header, want := range map[string]string{
		"Bearer " + text: `40{"sid":"`,
		"Bearer bad":     `44{"message":"jwt malformed","data":{"name":"JsonWebTokenError"}}`,
		"Bearer " + sign(t, secret, "9", token.Options{}): `44{"message":"No record found for id '9'"}`,
	} {
		c := dial(t, url, http.Header{"Authorization": {header}})
		c.send("40")
		if got := c.next(); !strings.HasPrefix(got, want) {
			t.Errorf("Authorization %.20q: CONNECT is answered %s, want %s", header, got, want)
		}
		if strings.HasPrefix(want, "40") {
			c.send(`420["find","notes"]`)
			if got, want := c.next(), `430[null,[]]`; got != want {
				t.Errorf("find = %s, want %s", got, want)
			}
		}
	}
	if got := w.noted(); got != "login jwt ann@example.com socketio" {
		t.Errorf("the app heard of %s", got)
	}
}

// serve serves sockets and returns their URL.
func (w *world) serve() string {
	w.t.Helper()
	sockets := socketio.New(w.app, socketio.Options{})
	server := httptest.NewServer(sockets)
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := sockets.Close(ctx); err != nil {
			w.t.Errorf("Close: %v", err)
		}
		server.Close()
	})
	return "ws" + strings.TrimPrefix(server.URL, "http") + "/socket.io/?EIO=4&transport=websocket"
}

// A client is a client over a websocket.
type client struct {
	t  *testing.T
	ws *wsconn.Client
}

func dial(t *testing.T, url string, h http.Header) *client {
	t.Helper()
	ws, err := wsconn.Dial(t.Context(), url, h)
	if err != nil {
		t.Fatal(err)
	}
	ws.SetDeadline(time.Now().Add(10 * time.Second))
	t.Cleanup(func() { ws.Close() })
	c := &client{t, ws}
	c.next() // the handshake
	return c
}

func (c *client) send(packet string) {
	c.t.Helper()
	if err := c.ws.Write([]byte(packet), false); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) next() string {
	c.t.Helper()
	data, _, err := c.ws.Read()
	if err != nil {
		c.t.Fatal(err)
	}
	return string(data)
}

func TestLoginIsToldBeforeItIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.app.OnLogin(func(ctx context.Context, id *runtime.Identity, c *runtime.Connection) {
		if c == nil || c.Identity() != id {
			t.Errorf("OnLogin is told of %v while the connection has %v", id, c.Identity())
		}
		c.Join("all")
		note := w.app.Service("notes").Schema.New()
		note.SetValue(1, record.StringValue("ann is here"))
		if err := w.app.Service("notes").Emit(ctx, "created", note); err != nil {
			t.Error(err)
		}
	})
	text := sign(t, secret, "1", token.Options{})
	c := dial(t, w.serve(), nil)
	c.send("40")
	c.next()
	c.send(`420["create","authentication",` + withToken(text) + `]`)
	if got, want := c.next(), `42["notes created",{"text":"ann is here"}]`; got != want {
		t.Errorf("first packet %s, want %s", got, want)
	}
	if got, want := c.next(), `430[null,`+jwtAnswer(t, text, `,"user":`+annSeen)+`]`; got != want {
		t.Errorf("second packet %s\nwant %s", got, want)
	}
}

func TestRemovedUserIsLoggedOutAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s, text := w.connect("Authorization", w.issue(1)), w.issue(1)
	if status, body := w.do("DELETE /users/1", "", "Authorization", w.issue(2)); status != 200 {
		t.Fatalf("remove = %d %s", status, body)
	}
	if s.Identity() != nil || len(s.Channels()) != 0 {
		t.Errorf("the connection has identity %v, channels %v", s.Identity(), s.Channels())
	}
	s.expect("find notes", "", refused("Not authenticated", ""))
	w.expect("GET /notes", "", 404, gone("1"), "Authorization", text)
}

func TestCallsSeeTheUserAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := w.connect("Authorization", w.issue(1))
	patch := w.users.Schema.New()
	patch.SetValue(userRole, record.StringValue("admin"))
	if _, err := w.users.Store.Patch(t.Context(), record.IntValue(1), everything, patch, record.Fields(userRole)); err != nil {
		t.Fatal(err)
	}
	s.call("find notes", "")
	if id := s.Identity(); !id.Has("admin") || id.User.Value(userRole).Str() != "admin" {
		t.Errorf("the connection has roles %v after the user got another", id.Roles)
	}
	// Removed behind the app's back: nobody is told, but the next call looks.
	if _, err := w.users.Store.Remove(t.Context(), record.IntValue(1), everything); err != nil {
		t.Fatal(err)
	}
	s.expect("find notes", "", gone("1"))
}
