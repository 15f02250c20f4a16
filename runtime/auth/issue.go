package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Issue is the around hook of the create of keys. It makes the key, of which
// the hash is stored, and puts the key itself into the answer. That is the
// only time that it is seen: the event has none, which Issue therefore sends
// itself.
//
// It refuses scopes that name no method, and clients that have an API key
// themselves: they could make a key that may do more.
func (k *APIKeys) Issue(ctx context.Context, c *runtime.Call, next runtime.Next) error {
	if id := c.Params.Identity; id != nil && id.Strategy == keyName {
		return runtime.Forbidden("API keys do not make API keys")
	}
	keys := make(map[string]string, len(c.Data)) // by hash, which no hook changes
	for _, rec := range c.Data {
		if err := checkScopes(c.App, &rec.Schema().Fields[k.o.Scopes], rec.Value(k.o.Scopes).List()); err != nil {
			return err
		}
		key := newKey(k.o.Prefix)
		hash := hashKey(key)
		keys[hash] = key
		rec.SetValue(k.o.Key, record.Value{})
		rec.SetValue(k.o.Hash, record.StringValue(hash))
	}
	if err := next(ctx); err != nil {
		return err
	}
	return k.reveal(ctx, c, keys)
}

// reveal sends the event and then puts the keys into the result.
func (k *APIKeys) reveal(ctx context.Context, c *runtime.Call, keys map[string]string) error {
	event := c.Event
	c.Event = "" // it would show the keys
	if c.Result == nil {
		return nil
	}
	for i, rec := range c.Result.Records {
		if event != "" {
			if err := c.Service.Emit(ctx, event, rec); err != nil {
				return err
			}
		}
		if rec.Schema() != k.o.Keys.Schema {
			continue // a hook answers something else
		}
		if key, ok := keys[rec.Value(k.o.Hash).Str()]; ok {
			shown := rec.Clone() // the event has the other one
			shown.SetValue(k.o.Key, record.StringValue(key))
			c.Result.Records[i] = shown
		}
	}
	return nil
}

// newKey returns a random key of 256 bits behind a prefix.
func newKey(prefix string) string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return prefix + "_" + base64.RawURLEncoding.EncodeToString(b[:])
}
