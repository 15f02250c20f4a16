package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

const (
	keyName   = "apikey"
	keyHeader = "X-Api-Key"
	maxKey    = 256 // bytes of a key that is looked up
)

// APIKeyOptions say where API keys are.
type APIKeyOptions struct {
	Keys  *runtime.Service // the keys; with a store
	Users *runtime.Service // those whom keys act for; with a store

	// The fields of Keys, by number.
	User    int // the user's id
	Scopes  int // list of strings
	Key     int // string that may be null; it is never stored
	Hash    int // string, unique and write-only
	Expires int // time; null for a key without an end

	// Prefix is what keys begin with, so that people and scanners recognise
	// one; "key" when empty.
	Prefix string
}

// APIKeys is the strategy "apikey": random keys, by which programs act for a
// user in the bounds of the key's scopes. Requests and socket handshakes bring
// a key as
//
//	Authorization: ApiKey <key>
//
// or in the header X-Api-Key. A client of a socket may also create
// authentication with {"strategy":"apikey","apiKey":…}. There are no access
// tokens for keys: they would know no scopes.
//
// A scope is path:method, path:* or *. A key that is removed or has expired
// ends the logins of connections too.
//
// Keys have 256 random bits. Their SHA-256 is stored, by which they are found,
// so that neither the store nor the time of an answer gives one away.
type APIKeys struct{ o APIKeyOptions }

var (
	_ HeaderStrategy = (*APIKeys)(nil)
	_ Renewer        = (*APIKeys)(nil)
	_ Keeper         = (*APIKeys)(nil)
)

// Credentials returns the schema of the keys.
func (k *APIKeys) Credentials() *record.Schema { return k.o.Keys.Schema }

// NewAPIKeys returns the strategy. Its hook Issue belongs to the service of
// the keys.
func NewAPIKeys(o APIKeyOptions) *APIKeys {
	if o.Prefix == "" {
		o.Prefix = "key"
	}
	return &APIKeys{o}
}

// Name returns "apikey".
func (*APIKeys) Name() string { return keyName }

// Fields returns the key.
func (*APIKeys) Fields() []record.Field {
	return []record.Field{{Name: "apiKey", Type: record.String}}
}

// Authenticate finds the key that a client gave.
func (k *APIKeys) Authenticate(ctx context.Context, given Credentials) (*Proof, error) {
	return k.find(ctx, given.Text("apiKey"))
}

// AuthenticateHeader finds the key in the headers.
func (k *APIKeys) AuthenticateHeader(ctx context.Context, h http.Header) (*Proof, error) {
	key := h.Get(keyHeader)
	scheme, rest, _ := strings.Cut(h.Get("Authorization"), " ")
	if strings.EqualFold(scheme, keyName) {
		key = strings.TrimSpace(rest)
	} else if key == "" {
		return nil, nil
	}
	return k.find(ctx, key)
}

// Renew looks for the key again.
func (k *APIKeys) Renew(ctx context.Context, id *runtime.Identity) (*Proof, error) {
	schema := k.o.Keys.Schema
	stored, err := k.o.Keys.Store.Get(ctx, id.Credential.Value(schema.ID), query.Cond{})
	if err != nil {
		return nil, err
	}
	return k.prove(ctx, stored)
}

// find returns what a key proves.
func (k *APIKeys) find(ctx context.Context, key string) (*Proof, error) {
	if key == "" || len(key) > maxKey {
		return nil, invalidKey()
	}
	q := query.Where(query.Is(k.o.Hash, record.StringValue(hashKey(key))))
	q.Limit = 1
	page, err := k.o.Keys.Store.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(page.Records) == 0 {
		return nil, invalidKey()
	}
	return k.prove(ctx, page.Records[0])
}

// prove returns what a stored key proves, nil being one that is no more.
func (k *APIKeys) prove(ctx context.Context, stored record.Record) (*Proof, error) {
	if stored == nil || stored.Value(k.o.User).IsNull() {
		return nil, invalidKey()
	}
	expires := stored.Value(k.o.Expires).Time()
	if !expires.IsZero() && !time.Now().Before(expires) {
		return nil, runtime.NotAuthenticated("API key expired")
	}
	user, err := k.o.Users.Store.Get(ctx, stored.Value(k.o.User), query.Cond{})
	if err != nil {
		return nil, err
	}
	if user == nil {
		return nil, invalidKey()
	}
	scopes := stored.Value(k.o.Scopes).List()
	return &Proof{User: user, NoToken: true, Expires: expires, Credential: stored,
		Covers: func(s *runtime.Service, m runtime.Method) bool { return covers(scopes, s.Path, string(m)) }}, nil
}

func invalidKey() error { return runtime.NotAuthenticated("Invalid API key") }

// hashKey returns what is stored of a key. It is random enough to need
// neither salt nor a slow hash.
func hashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
