// Package leaks_test looks for secrets in all that a generated app lets out,
// and for fields that clients can write although the spec says they may not.
package leaks_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/scaffold"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// TestVault has the app of testdata, whose own code is as careless as can be.
func TestVault(t *testing.T) {
	t.Parallel()
	spec, err := filepath.Abs("testdata/feathers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	project := scaffold.New(t, "--spec", spec)
	if err := overwrite(project+"/services", "testdata/services"); err != nil {
		t.Fatal(err)
	}
	command := scaffold.Command(t, project)
	t.Run("keeps secrets", func(t *testing.T) {
		t.Parallel()
		keepsSecrets(t, newVault(t, command))
	})
	t.Run("takes no field that is not the client's to write", func(t *testing.T) {
		t.Parallel()
		takesNoOtherField(t, newVault(t, command))
	})
	t.Run("tells no secret when its settings are wrong", func(t *testing.T) {
		t.Parallel()
		hidesSettings(t, command)
	})
}

// overwrite copies the files of a folder over those of another.
func overwrite(dir, from string) error {
	for _, name := range []string{"/papers/papers.go", "/users/users.go"} {
		data, err := os.ReadFile(from + name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(dir+name, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Secrets of the app's settings.
const (
	jwtSecret   = "JWTSECRET-that-has-thirty-two-bytes"
	oauthSecret = "OAUTHSECRET-of-the-provider"
)

// A vault is the app at work, with users ann and bob, who are members, and
// eve, an admin.
type vault struct {
	*scaffold.App
	t      *testing.T
	url    string
	log    *journal
	tokens map[string]string // by user
	key    string            // ann's API key
	wire   []traffic
}

// traffic is what was let out to somebody.
type traffic struct {
	to     string // viewer
	behind string // the call that it was read behind, as "method service"
	data   string
}

// A journal is what the app logs.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

// The users, in the order of their ids.
var users = []string{"ann", "bob", "eve"}

func newVault(t *testing.T, command string) *vault {
	t.Helper()
	v := &vault{t: t, log: new(journal), tokens: map[string]string{}}
	v.App = &scaffold.App{Command: command, Dir: t.TempDir(), Logs: v.log, Env: []string{
		"LOG_LEVEL=debug", "JWT_SECRET=" + jwtSecret, "OAUTH_GITHUB_ID=id", "OAUTH_GITHUB_SECRET=" + oauthSecret,
		"CALL_RATE=off", "CONNECT_RATE=off", "LOGIN_RATE=off",
	}}
	v.url = v.Start(t)
	t.Cleanup(v.Kill)
	nobody := v.rest("nobody")
	for _, name := range users {
		nobody.must(request{method: "create", service: "users", data: `{"email":"mail-` + name + `@example.com","name":"` + name +
			`","password":"PASSWORD-` + name + `","pin":"WRITEONLY-` + name + `"}`})
		login := v.rest(name) // it is told what only the user may know
		login.auth = nil
		answer := login.must(request{method: "create", service: "authentication", data: local(name, "PASSWORD-"+name)})
		v.tokens[name] = decode[struct{ AccessToken string }](t, answer).AccessToken
	}
	ann := v.rest("ann")
	v.key = decode[struct{ Key string }](t, ann.must(request{method: "create", service: "api-keys", data: `{"name":"k","scopes":["*"]}`})).Key
	for _, name := range []string{"ann", "bob", "ann", "bob"} {
		by := v.rest(name)
		by.must(request{method: "create", service: "papers", data: v.paper(name)})
	}
	return v
}

func local(name, password string) string {
	return `{"strategy":"local","email":"mail-` + name + `@example.com","password":"` + password + `"}`
}

// paper returns data for a paper of a title of its own.
func (v *vault) paper(owner string) string {
	return `{"title":"` + unique() + `","body":"BODY-` + owner + `","code":"WRITEONLY-` + owner + `","serial":"s"}`
}

func (v *vault) keep(to, what, data string) { v.wire = append(v.wire, traffic{to, what, data}) }

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// hidesSettings starts the app with settings that it refuses.
func hidesSettings(t *testing.T, command string) {
	for _, env := range []string{
		"JWT_SECRET=TOPSECRET", "JWT_KEYS=TOPSECRET", "JWT_KEYS=a=TOPSECRET,a=TOPSECRET",
		"JWT_KEYS=a=-----BEGIN PRIVATE KEY-----TOPSECRET", "JWT_KEYS=a=-----BEGIN PRIVATE KEY-----\nVE9QU0VDUkVU\n-----END PRIVATE KEY-----",
	} {
		t.Run(env, func(t *testing.T) {
			t.Parallel()
			out := refuses(t, command, append(os.Environ(), "APP_ENV=production", "PORT=0", "DATABASE="+filepath.Join(t.TempDir(), "app.db"), env))
			if name, _, _ := strings.Cut(env, "="); !strings.Contains(out, name) {
				t.Errorf("%s is not named: %s", name, out)
			}
			if strings.Contains(out, "TOPSECRET") || strings.Contains(out, "VE9QU0VDUkVU") {
				t.Errorf("the secret is told: %s", out)
			}
		})
	}
}
