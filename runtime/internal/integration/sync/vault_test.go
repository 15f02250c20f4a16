//go:build linux || darwin

package sync_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/bus"
	"github.com/featherscaffold/featherscaffold/runtime/bus/featherssync"
	"github.com/featherscaffold/featherscaffold/runtime/bus/rabbitmq"
	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
	"github.com/featherscaffold/featherscaffold/runtime/password"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
	"github.com/featherscaffold/featherscaffold/runtime/store/memory"
	"github.com/featherscaffold/featherscaffold/runtime/transport/rest"
)

// tokenSecret signs a vault's tokens.
const tokenSecret = "TOKENSECRET-that-has-thirty-two-bytes"

// The fields of users.
const (
	userID = iota
	userEmail
	userPassword
	userPIN
)

// The fields of API keys.
const (
	_ = iota
	keyUser
	keyScopes
	keyKey
	keyHash
	keyExpires
)

// A vault is an app with users who log in by passwords, tokens and API keys.
// All services tell everybody of what happens.
type vault struct {
	t       *testing.T
	app     *runtime.App
	handler http.Handler
}

var everyMethod = []runtime.Method{runtime.Find, runtime.Get, runtime.Create, runtime.Update, runtime.Patch, runtime.Remove}

func toEverybody(context.Context, *runtime.Event, *runtime.Call) []string {
	return []string{"everybody"}
}

// newVault returns a vault that has its broker at a URL.
func newVault(t *testing.T, url string) *vault {
	t.Helper()
	v := &vault{t: t, app: runtime.New(runtime.Options{Logger: slog.New(slog.DiscardHandler)})}
	users, keys := v.users(), v.keys()
	apiKeys := auth.NewAPIKeys(auth.APIKeyOptions{Keys: keys, Users: users, User: keyUser, Scopes: keyScopes, Key: keyKey, Hash: keyHash, Expires: keyExpires})
	keys.Hooks.Around = map[runtime.Method][]runtime.AroundHook{runtime.Create: {apiKeys.Issue}}
	papers := v.service("papers",
		record.Field{Name: "title", Type: record.String, Required: true},
		record.Field{Name: "code", Type: record.String, WriteOnly: true})
	for _, s := range []*runtime.Service{users, keys, papers} {
		if err := v.app.Use(s); err != nil {
			t.Fatal(err)
		}
	}
	signing, err := token.ParseKeys(tokenSecret, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = auth.New(v.app, auth.Options{Users: users, Entity: "user", Tokens: token.New(signing, token.Options{}),
		Strategies: []auth.Strategy{auth.Local(auth.LocalOptions{Users: users, Username: userEmail, Password: userPassword}), apiKeys}})
	if err != nil {
		t.Fatal(err)
	}
	v.connect(url)
	v.handler = rest.New(v.app, rest.Options{})
	return v
}

func (v *vault) service(path string, fields ...record.Field) *runtime.Service {
	schema := recordtest.Schema(path, fields...)
	return &runtime.Service{Path: path, Schema: schema, Store: memory.New(schema), Methods: everyMethod, Publish: toEverybody}
}

func (v *vault) users() *runtime.Service {
	s := v.service("users",
		record.Field{Name: "email", Type: record.String, Required: true, Unique: true},
		record.Field{Name: "password", Type: record.String, WriteOnly: true},
		record.Field{Name: "pin", Type: record.String, WriteOnly: true})
	s.Owner = record.Fields(userID)
	s.Seal, s.Sealed = password.Bcrypt.Seal, record.Fields(userPassword)
	s.Access = map[runtime.Method]runtime.Access{runtime.Create: {Public: true}}
	return s
}

func (v *vault) keys() *runtime.Service {
	s := v.service("api-keys",
		record.Field{Name: "user", Type: record.Int, Ref: "users", Required: true},
		record.Field{Name: "scopes", Type: record.String, List: true, Required: true},
		record.Field{Name: "key", Type: record.String, Nullable: true, ReadOnly: true},
		record.Field{Name: "hash", Type: record.String, Required: true, Unique: true, ReadOnly: true, WriteOnly: true},
		record.Field{Name: "expiresAt", Type: record.Time, Nullable: true})
	s.Owner = record.Fields(keyUser)
	return s
}

// connect puts the app on a bus, and tells apps with feathers-sync of all that
// it may.
func (v *vault) connect(url string) {
	v.t.Helper()
	b, err := openBroker(url, prefix(v.t), slog.New(slog.DiscardHandler))
	if err != nil {
		v.t.Fatal(err)
	}
	events := bus.New(b, bus.Options{Prefix: prefix(v.t), Key: []byte(frameKey)})
	channel := openChannel(v.t, url)
	mirror := featherssync.New(channel, featherssync.Options{Tag: "vault"})
	v.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := errors.Join(events.Close(ctx), mirror.Close(ctx)); err != nil {
			v.t.Errorf("Close: %v", err)
		}
		channel.Close()
	})
	if err := errors.Join(v.app.SetBus(events), v.app.SetMirror(mirror, []string{"users", "api-keys", "papers"})); err != nil {
		v.t.Fatal(err)
	}
}

// A channel is what drivers offer of one that feathers-sync uses.
type channel interface {
	featherssync.Channel
	Close()
}

// openChannel opens the test's own channel.
func openChannel(t *testing.T, url string) channel {
	t.Helper()
	var c channel
	var err error
	if strings.HasPrefix(url, "amqp") {
		c, err = rabbitmq.NewChannel(url, prefix(t)+"-channel", rabbitmq.ChannelOptions{})
	} else {
		c, err = redis.NewChannel(url, prefix(t)+"-channel", redis.ChannelOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// call makes a request with one header more, and returns the status and the
// answer.
func (v *vault) call(method, path, data, header, value string) (int, string) {
	r := httptest.NewRequestWithContext(v.t.Context(), method, path, bytes.NewBufferString(data))
	r.Header.Set("Content-Type", "application/json")
	if header != "" {
		r.Header.Set(header, value)
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body) // of a recorder, it is in memory
	return w.Code, string(body)
}

// must is call for what must succeed. It returns the answer's key.
func (v *vault) must(method, path, data, header, value, key string) string {
	v.t.Helper()
	status, body := v.call(method, path, data, header, value)
	if status >= http.StatusBadRequest {
		v.t.Fatalf("%s %s: %d %s", method, path, status, body)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		v.t.Fatalf("%s %s: %v in %s", method, path, err, body)
	}
	text, _ := answer[key].(string)
	return text
}
