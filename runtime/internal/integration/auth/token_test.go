package auth_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
)

const (
	secret   = "a secret of thirty-two bytes or more"
	audience = "https://yourdomain.com"
	issuer   = "feathers"
)

// A keyPair is what Node gets of a key, and the list that Go gets.
type keyPair struct{ algorithm, private, public, list string }

func keyPairs(t *testing.T) []keyPair {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return []keyPair{
		{"HS256", secret, secret, ""},
		{"HS256", secret, secret, "main=" + secret},
		newPair(t, "RS256", rsaKey, &rsaKey.PublicKey),
		newPair(t, "ES256", ecKey, &ecKey.PublicKey),
		newPair(t, "EdDSA", edKey, public),
	}
}

func newPair(t *testing.T, algorithm string, private, public any) keyPair {
	t.Helper()
	privateDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	publicDER, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: privateDER}))
	return keyPair{algorithm, text, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER})), "main=" + text}
}

func tokens(t *testing.T, list string, o token.Options) *token.Tokens {
	t.Helper()
	keys, err := token.ParseKeys(secret, list)
	if err != nil {
		t.Fatal(err)
	}
	return token.New(keys, o)
}

func issue(t *testing.T, tokens *token.Tokens, own ...token.Claim) (string, token.Claims) {
	t.Helper()
	text, c, err := tokens.Issue("42", own...)
	if err != nil {
		t.Fatal(err)
	}
	return text, c
}

func tokensBothWays(t *testing.T) {
	for _, pair := range keyPairs(t) {
		id, _, named := strings.Cut(pair.list, "=")
		t.Run(pair.algorithm+id, func(t *testing.T) {
			t.Parallel()
			ours := tokens(t, pair.list, token.Options{})
			text, c := issue(t, ours, token.Claim{Name: "name", Value: []byte(`"Zoë"`)})
			input := map[string]any{
				"algorithm": pair.algorithm, "private": pair.private, "public": pair.public, "token": text,
				"options": map[string]string{"audience": audience, "issuer": issuer},
			}
			header := `{"alg":"` + pair.algorithm + `","typ":"access"}`
			if named {
				input["keyid"] = id
				header = `{"alg":"` + pair.algorithm + `","typ":"access","kid":"main"}`
			}
			var answer struct{ Header, Payload, Token string }
			run(t, "issued.mjs", input, &answer)
			if answer.Header != header || answer.Payload != string(c.Payload) {
				t.Errorf("Node reads %s %s, want %s %s", answer.Header, answer.Payload, header, c.Payload)
			}
			v, err := ours.Verify(answer.Token)
			if err != nil || v.Subject != "7" || v.Expires.Unix() != 4102444800 || !strings.Contains(string(v.Payload), `"node":true`) {
				t.Errorf("Verify of Node's token = %s %+v, %v", v.Payload, v, err)
			}
		})
	}
}

// sign returns a token of any header and payload.
func sign(header, payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(header)) + "." + encode([]byte(payload))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}

func badTokens(t *testing.T) []string {
	const header, forUs = `{"alg":"HS256","typ":"access"}`, `"aud":"` + audience + `","iss":"` + issuer + `"`
	yesterday := func() time.Time { return time.Now().Add(-25 * time.Hour) }
	good, _ := issue(t, tokens(t, "", token.Options{}))
	expired, _ := issue(t, tokens(t, "", token.Options{Now: yesterday}))
	elsewhere, _ := issue(t, tokens(t, "", token.Options{Audience: "them"}))
	impostor, _ := issue(t, tokens(t, "", token.Options{Issuer: "them"}))
	early := fmt.Sprintf(`{%s,"nbf":%d}`, forUs, time.Now().Add(time.Hour).Unix())
	unsigned := good[:strings.LastIndex(good, ".")+1]
	return []string{
		"", "garbage", "a.b", "a.b.c", "a.b.c.d", "..", good + ".", good + "=", good + "\n", unsigned, unsigned + "AAAA", good[:len(good)-2],
		expired, elsewhere, impostor, sign(header, early), sign(header, `{`+forUs+`,"exp":0}`), sign(header, `{`+forUs+`,"exp":1.5}`),
		sign(header, `{`+forUs+`,"exp":"9999999999"}`), sign(header, `{`+forUs+`,"exp":null}`), sign(header, `{`+forUs+`,"nbf":"1"}`),
		sign(header, `{}`), sign(header, `{"aud":["a"],"iss":"feathers"}`), sign(header, `{"aud":["a","`+audience+`"]}`),
		sign(header, `{"aud":"`+audience+`","iss":["feathers"]}`), sign(`{"alg":"HS512"}`, `{`+forUs+`}`), sign(`{"alg":"none"}`, `{`+forUs+`}`),
		sign(`{"alg":"RS256"}`, `{`+forUs+`}`), sign(`{}`, `{`+forUs+`}`), sign(`null`, `{`+forUs+`}`), sign(`{"alg":`, `{`+forUs+`}`),
		strings.Replace(sign(`{"alg":"none"}`, `{}`), ".", "..", 1), "eyJhbGciOiJub25lIn0.e30.",
	}
}

// refusals compares what we say of tokens with what Feathers says.
func refusals(t *testing.T) {
	bad := badTokens(t)
	var answers []struct{ Message, Data string }
	run(t, "refused.mjs", map[string]any{
		"secret": secret, "tokens": bad, "options": map[string]string{"audience": audience, "issuer": issuer},
	}, &answers)
	if len(answers) != len(bad) {
		t.Fatalf("%d answers for %d tokens", len(answers), len(bad))
	}
	ours := tokens(t, "", token.Options{})
	for i, text := range bad {
		_, err := ours.Verify(text)
		var e *runtime.Error
		if !errors.As(err, &e) || e.Message != answers[i].Message || string(e.Data) != answers[i].Data {
			t.Errorf("Verify(%q): %+v, want %+v", text, e, answers[i])
		}
	}
}
