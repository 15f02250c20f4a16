// Package authclients_test logs in with the official clients of Feathers,
// installed from npm into the user's cache folder: over REST, over Socket.IO
// with each of its transports, and with the client of Feathers 4 over Primus.
package authclients_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/authapp"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/need"
)

const timeout = time.Minute

// A client is a script, with the folder that names the packages it needs.
type client struct {
	name, folder, script string
	args                 []string
}

var (
	rest    = client{name: "rest", script: "rest.mjs"}
	sockets = []client{
		{name: "socketio", script: "socketio.mjs"}, // as it comes: polling, then a websocket
		{name: "websocket", script: "socketio.mjs", args: []string{"websocket"}},
		{name: "polling", script: "socketio.mjs", args: []string{"polling"}},
		{name: "primus", folder: "primus", script: "primus.mjs"},
	}
	everyone = append([]client{rest}, sockets...)
)

// TestPoint holds one test for each point of the protocol reference, by its
// number: go test -run 'Point/87'.
func TestPoint(t *testing.T) {
	t.Parallel()
	for _, point := range []struct {
		number, story string
		clients       []client
	}{
		{"83", "privateChannel", sockets},
		{"84", "handshake", sockets},
		{"87", "reconnect", sockets},
		{"95", "login", everyone},
		{"96", "tokenLogin", everyone},
		{"98", "refusals", everyone},
		{"100", "logout", everyone},
		{"101", "during", sockets},
		{"102", "expiry", everyone},
	} {
		t.Run(point.number, func(t *testing.T) {
			t.Parallel()
			for _, c := range point.clients {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.tell(t, point.story, keys{ForeignKey: foreignKey()})
				})
			}
		})
	}
}

func TestTokensGoBothWays(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]keys{"secret": {}, "RSA": newKeys(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range []client{rest, sockets[1], sockets[3]} {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.tell(t, "exchange", k)
				})
			}
		})
	}
}

// TestKeysAreNotSwapped has tokens signed as if the public key of RSA were a
// secret.
func TestKeysAreNotSwapped(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	k.ForeignKey = foreignKey()
	for _, c := range []client{rest, sockets[1], sockets[3]} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.tell(t, "refusals", k)
		})
	}
}

// keys are what a script gets of the keys of tokens, as PEM: the pair that the
// app signs with, both empty for the app's secret, and a private key that the
// app does not know.
type keys struct {
	Private    string `json:"privateKey,omitempty"`
	Public     string `json:"publicKey,omitempty"`
	ForeignKey string `json:"foreignKey,omitempty"`
}

var foreignKey = sync.OnceValue(func() string {
	private, _ := newPair()
	return private
})

func newKeys(t *testing.T) keys {
	t.Helper()
	private, public := newPair()
	return keys{Private: private, Public: public}
}

// newPair panics where there is no randomness or no memory.
func newPair() (private, public string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	privateDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	publicDER, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: privateDER})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER}))
}

// tell has a client live through a story, with an app of its own.
func (c client) tell(t *testing.T, story string, k keys) {
	t.Helper()
	node := need.Command(t, "node")
	dir := t.TempDir()
	// Node looks for packages in and above the script's own folder.
	if err := os.Symlink(filepath.Join(need.NPM(t, filepath.Join(".", c.folder)), "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(c.folder, c.script), "stories.mjs"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list := ""
	if k.Private != "" {
		list = "main=" + k.Private
	}
	app := authapp.New(t, authapp.Options{Keys: list})
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, slices.Concat([]string{c.script, story, app.URL(), direct(t, app, k)}, c.args)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("node %s %s %v: %v\n%s", c.script, story, c.args, err, out)
	}
}
