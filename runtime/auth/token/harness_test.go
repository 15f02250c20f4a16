package token_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
)

const (
	secret     = "a secret of thirty-two bytes or more"
	goodHeader = `{"alg":"HS256","typ":"access"}`
)

// at is when the tests take place.
var at = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func atTime(t time.Time) func() time.Time { return func() time.Time { return t } }

func keys(t testing.TB, secret, list string) *token.Keys {
	t.Helper()
	k, err := token.ParseKeys(secret, list)
	if err != nil {
		t.Fatalf("ParseKeys: %v", err)
	}
	return k
}

// tokens returns Tokens at the time of the tests.
func tokens(t testing.TB, secret, list string) *token.Tokens {
	t.Helper()
	return token.New(keys(t, secret, list), token.Options{Now: atTime(at)})
}

func issue(t testing.TB, tokens *token.Tokens, own ...token.Claim) (string, token.Claims) {
	t.Helper()
	text, c, err := tokens.Issue("42", own...)
	if err != nil {
		t.Fatalf("Issue: %v", err)
	}
	return text, c
}

// refused checks that a token is refused with the message and data.
func refused(t testing.TB, tokens *token.Tokens, text, message, data string) {
	t.Helper()
	c, err := tokens.Verify(text)
	var e *runtime.Error
	if !errors.As(err, &e) {
		t.Errorf("Verify(%.200s) = %s, %v; want the error %s", text, c.Payload, err, message)
		return
	}
	if e.Name != "NotAuthenticated" || e.Code != 401 || e.Message != message || string(e.Data) != data {
		t.Errorf("Verify(%.200s): error %s %s %s, want %s %s", text, e.Name, e.Message, e.Data, message, data)
	}
	if c.Subject != "" || c.ID != "" || c.Payload != nil {
		t.Errorf("Verify(%.200s) = %+v beside its error, want nothing", text, c)
	}
}

const jsonWebTokenError = `{"name":"JsonWebTokenError"}`

// A pair is a key in PEM, private and public.
type pair struct{ alg, private, public string }

// pairs are keys of all the algorithms that have pairs.
func pairs(t testing.TB) []pair {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return []pair{
		{"RS256", privatePEM(t, rsaKey), publicPEM(t, rsaKey.Public())},
		{"ES256", privatePEM(t, ecKey), publicPEM(t, ecKey.Public())},
		{"EdDSA", privatePEM(t, edKey), publicPEM(t, edKey.Public())},
	}
}

func privatePEM(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return encodePEM("PRIVATE KEY", der)
}

func publicPEM(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return encodePEM("PUBLIC KEY", der)
}

func encodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// file returns "@path" of a file with the text.
func file(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "@" + path
}
