package auth_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// key has ann make an API key and returns it.
func (w *world) key(scopes string, more ...string) string {
	w.t.Helper()
	status, body := w.do("POST /api-keys", `{"scopes":`+scopes+strings.Join(more, "")+`}`, "Authorization", w.issue(1))
	var made struct{ Key string }
	if err := json.Unmarshal([]byte(body), &made); status != 201 || err != nil {
		w.t.Fatalf("create of a key answered %d %s", status, body)
	}
	return made.Key
}

func forbidden(message string) string {
	return `{"name":"Forbidden","message":"` + message + `","code":403,"className":"forbidden"}`
}

func TestKeyIsShownOnceAndNeverStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := w.connect("Authorization", w.issue(1))
	key := w.key(`["*"]`)
	if !regexp.MustCompile(`^key_[A-Za-z0-9_-]{43}$`).MatchString(key) {
		t.Errorf("key = %s", key)
	}
	const shown = `{"id":1,"user":1,"scopes":["*"],"key":null,"expiresAt":null}`
	if got, want := <-s.events, "api-keys created "+shown; got != want || len(s.events) > 0 {
		t.Errorf("event %s and %d more, want %s", got, len(s.events), want)
	}
	w.expect("GET /api-keys", "", 200, "["+shown+"]", "Authorization", w.issue(1))
	stored, err := w.app.Service("api-keys").Store.Get(t.Context(), record.IntValue(1), query.Cond{})
	if err != nil || !stored.Value(keyKey).IsNull() || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(stored.Value(keyHash).Str()) {
		t.Errorf("stored key %v, hash %v, error %v", stored.Value(keyKey), stored.Value(keyHash), err)
	}
	if other := w.key(`["*"]`); other == key {
		t.Error("two keys are the same")
	}
	for _, body := range []string{`{"scopes":["*"],"key":"mine"}`, `{"scopes":["*"],"hash":"0"}`} {
		if status, _ := w.do("POST /api-keys", body, "Authorization", w.issue(1)); status != 400 {
			t.Errorf("POST %s = %d, want 400", body, status)
		}
	}
}

func TestKeyAuthenticatesRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	key := w.key(`["notes:find","users:*"]`)
	for _, headers := range [][]string{
		{"Authorization", "ApiKey " + key}, {"Authorization", "apikey  " + key}, {"X-Api-Key", key},
		{"X-Api-Key", key, "Authorization", "Basic YW5uOng="},
	} {
		w.expect("GET /notes", "", 200, "[]", headers...)
		w.expect("GET /users/1", "", 200, annSeen, headers...)
		w.expect("POST /notes", `{"text":"x"}`, 403, forbidden("the credentials do not cover 'create' of 'notes'"), headers...)
		w.expect("GET /api-keys", "", 403, forbidden("the credentials do not cover 'find' of 'api-keys'"), headers...)
	}
	for _, bad := range []string{key + "x", key[:len(key)-1], "key_", strings.Repeat("x", 5000)} {
		w.expect("GET /notes", "", 401, refused("Invalid API key", ""), "X-Api-Key", bad)
		w.expect("GET /notes", "", 401, refused("Invalid API key", ""), "Authorization", "ApiKey "+bad)
	}
	w.expect("GET /notes", "", 401, refused("jwt malformed", jwtData), "Authorization", "Bearer "+key)
	if got := w.noted(); got != "" {
		t.Errorf("the app heard of %s", got)
	}
}

func TestKeyMakesNoToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	key := w.key(`["*"]`)
	body := `{"strategy":"apikey","apiKey":"` + key + `"}`
	w.expect("POST /authentication", body, 401, refused("Strategy 'apikey' has no logins over REST: send its credentials with each request", ""))
	w.expect("POST /api-keys", `{"scopes":["*"]}`, 403, forbidden("API keys do not make API keys"), "X-Api-Key", key)
}

func TestKeyLogsConnectionsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	key := w.key(`["notes:find"]`)
	created := w.connect()
	const answer = `{"authentication":{"strategy":"apikey"},"user":` + annSeen + `}`
	created.expect("create authentication", `{"strategy":"apikey","apiKey":"`+key+`"}`, answer)
	for _, s := range []*socket{created, w.connect("X-Api-Key", key), w.connect("Authorization", "ApiKey "+key)} {
		s.expect("find notes", "", "[]")
		s.expect("create notes", `{}`, forbidden("the credentials do not cover 'create' of 'notes'"))
		s.expect("create authentication", `{"strategy":"apikey","apiKey":"x"}`, refused("Invalid API key", ""))
		s.expect("create authentication", `{"strategy":"apikey"}`, refused("Invalid API key", ""))
		s.expect("find notes", "", "[]")
		w.noted()
		s.expect("remove authentication", "", answer)
		if got := w.noted(); got != "logout apikey ann@example.com socket" || s.Identity() != nil {
			t.Errorf("the app heard of %s; the connection has %v", got, s.Identity())
		}
	}
}

func TestRemovedKeyEndsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	key := w.key(`["*"]`)
	s, other := w.connect("X-Api-Key", key), w.connect("Authorization", w.issue(1))
	if status, body := w.do("DELETE /api-keys/1", "", "Authorization", w.issue(1)); status != 200 {
		t.Fatalf("remove = %d %s", status, body)
	}
	if s.Identity() != nil || len(s.Channels()) > 0 {
		t.Errorf("the connection of the key has identity %v, channels %v", s.Identity(), s.Channels())
	}
	w.expect("GET /notes", "", 401, refused("Invalid API key", ""), "X-Api-Key", key)
	other.expect("find notes", "", "[]")

	// Removed behind the app's back: the next call looks.
	s = w.connect("X-Api-Key", w.key(`["*"]`))
	keys := w.app.Service("api-keys").Store
	if _, err := keys.Remove(t.Context(), record.IntValue(2), query.Cond{}); err != nil {
		t.Fatal(err)
	}
	s.expect("find notes", "", refused("Invalid API key", ""))
	key = w.key(`["*"]`)
	s = w.connect("X-Api-Key", key)
	if _, err := w.users.Store.Remove(t.Context(), record.IntValue(1), query.Cond{}); err != nil {
		t.Fatal(err)
	}
	s.expect("find notes", "", refused("Invalid API key", ""))
	w.expect("GET /notes", "", 401, refused("Invalid API key", ""), "X-Api-Key", key)
}

func TestKeyExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		at := time.Now().Add(time.Hour).UTC()
		key := w.key(`["*"]`, `,"expiresAt":"`+at.Format(time.RFC3339)+`"`)
		s := w.connect("X-Api-Key", key)
		was := s.Identity()
		if !was.Expires.Equal(at) {
			t.Errorf("the login ends at %v, want %v", was.Expires, at)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(s.expired) != 1 || s.Identity() != nil {
			t.Errorf("at its end: %d signals, identity %v", len(s.expired), s.Identity())
		}
		if _, err := w.auth.Renew(t.Context(), was); err == nil || err.Error() != "the login has expired" {
			t.Errorf("Renew = %v", err)
		}
		w.expect("GET /notes", "", 401, refused("API key expired", ""), "X-Api-Key", key)
		s.Disconnect()
	})
}

func TestScopesMustNameMethods(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for scope, status := range map[string]int{
		"*": 201, "notes:*": 201, "notes:find": 201, "users:patch": 201,
		"": 400, "**": 400, "*:find": 400, "notes": 400, "notes:": 400, "notes:nothing": 400, "other:*": 400, "notes:find ": 400, ":*": 400,
	} {
		body, _ := json.Marshal(map[string][]string{"scopes": {"notes:get", scope}})
		if got, answer := w.do("POST /api-keys", string(body), "Authorization", w.issue(1)); got != status {
			t.Errorf("scope %q = %d %s, want %d", scope, got, answer, status)
		}
	}
}

func TestKeysMadeFromGoWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	rec := w.app.Service("api-keys").Schema.New()
	rec.SetValue(keyUser, record.IntValue(2))
	rec.SetValue(keyScopes, record.ListValue([]record.Value{record.StringValue("notes:*")}))
	c := &runtime.Call{Service: w.app.Service("api-keys"), Method: runtime.Create, Data: []record.Record{rec}}
	if err := w.app.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	w.expect("GET /notes", "", 200, "[]", "X-Api-Key", c.Result.Records[0].Value(keyKey).Str())
}

func TestRemovedKeyLeavesALaterLoginAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := w.connect("X-Api-Key", w.key(`["*"]`))
	text := w.issue(1)
	s.expect("create authentication", withToken(text), jwtAnswer(t, text, `,"user":`+annSeen))
	s.expect("remove api-keys 1", "", `{"id":1,"user":1,"scopes":["*"],"key":null,"expiresAt":null}`)
	s.expect("find notes", "", "[]")
}
