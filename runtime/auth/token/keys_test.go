package token_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
)

func TestTheFirstKeyOfAListSignsAndAllVerify(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		t.Run(p.alg, func(t *testing.T) {
			t.Parallel()
			old, now := tokens(t, secret, ""), tokens(t, secret, "new="+p.private+", old.1="+secret)
			text, _ := issue(t, now)
			header, _, _ := strings.Cut(text, ".")
			if got, want := decode(t, header), `{"alg":"`+p.alg+`","typ":"access","kid":"new"}`; got != want {
				t.Errorf("header %s, want %s", got, want)
			}
			unnamed, _ := issue(t, old)
			second, _ := issue(t, tokens(t, "", "old.1="+secret))
			for _, accepted := range []string{text, unnamed, second} {
				if c, err := now.Verify(accepted); err != nil || c.Subject != "42" {
					t.Errorf("Verify(%s) = %+v, %v", accepted, c, err)
				}
			}
			public := tokens(t, "", "other="+secret+",new="+file(t, p.public))
			if _, err := public.Verify(text); err != nil {
				t.Errorf("Verify by the public key: %v", err)
			}
			refused(t, public, unnamed, "invalid signature", jsonWebTokenError)
			refused(t, public, second, "invalid signature", jsonWebTokenError)
			refused(t, old, text, "invalid signature", jsonWebTokenError)
			refused(t, now, text[:len(text)-4]+"AAAA", "invalid signature", jsonWebTokenError)
			refused(t, now, text[:len(text)-12], "invalid signature", jsonWebTokenError)
		})
	}
}

// TestTheKeyDecidesTheAlgorithm signs with the text of a public key as if it
// were a secret, which everybody can do.
func TestTheKeyDecidesTheAlgorithm(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		ours := tokens(t, secret, "a="+p.private)
		encode := base64.RawURLEncoding.EncodeToString
		text := encode([]byte(`{"alg":"HS256","typ":"access","kid":"a"}`)) + "." + encode([]byte(`{`+forUs+`}`))
		mac := hmac.New(sha256.New, []byte(p.public))
		mac.Write([]byte(text))
		refused(t, ours, text+"."+encode(mac.Sum(nil)), "invalid algorithm", jsonWebTokenError)
		k := keys(t, secret, "")
		refused(t, ours, token.Sign(k, `{"alg":"`+p.alg+`"}`, `{`+forUs+`}`), "invalid algorithm", jsonWebTokenError)
		refused(t, ours, token.Sign(k, `{"alg":"`+p.alg+`","kid":"a"}`, `{`+forUs+`}`), "invalid signature", jsonWebTokenError)
	}
}

func TestKeysMayLieInFiles(t *testing.T) {
	t.Parallel()
	inline, inFile := tokens(t, "", "a="+secret), tokens(t, "", "a="+file(t, secret+"\r\n"))
	text, _ := issue(t, inFile)
	if _, err := inline.Verify(text); err != nil {
		t.Errorf("a secret in a file is another one: %v", err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(ecKey)
	if err != nil {
		t.Fatal(err)
	}
	parameters := encodePEM("EC PARAMETERS", []byte("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"))
	for name, private := range map[string]string{
		"RSA in PKCS #1": encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)),
		"EC in SEC 1":    encodePEM("EC PRIVATE KEY", der),
		"EC by openssl":  parameters + encodePEM("EC PRIVATE KEY", der) + "\n",
	} {
		text, _ := issue(t, tokens(t, "", "a="+file(t, private)))
		ours := tokens(t, "", "b="+secret+",a="+file(t, encodePEM("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey))))
		if strings.HasPrefix(name, "EC") {
			ours = tokens(t, "", "b="+secret+",a="+file(t, publicPEM(t, ecKey.Public())))
		}
		if _, err := ours.Verify(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseKeysRefusesWithoutShowingKeys(t *testing.T) {
	t.Parallel()
	good := pairs(t)
	weakRSA, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "VerySecret"
	for name, c := range map[string]struct{ secret, list, want string }{
		"nothing":                       {"", " ", "set JWT_SECRET or JWT_KEYS"},
		"PEM for a secret":              {good[0].public, "", "belongs in JWT_KEYS"},
		"a secret without an id":        {"", mark, "key 1: want id=value"},
		"a base64 secret without an id": {"", mark + "=", "key 1: it has no value"},
		"another one":                   {"", mark + "==", "key 1: it has no value"},
		"an empty item":                 {"", "a=" + mark + ",", "key 2: want id=value"},
		"an empty id":                   {"", "=" + mark, "key 1: want an id"},
		"an id with a space":            {"", mark + " x=" + mark, "key 1: want an id"},
		"a long id":                     {"", strings.Repeat(mark, 7) + "=x", "key 1: want an id"},
		"an id twice":                   {"", mark + "=" + mark + "," + mark + "=x", "key 2: its id"},
		"no such file":                  {"", "a=@" + filepath.Join(t.TempDir(), mark), "key 1: open its file: no such file"},
		"a folder":                      {"", "a=@" + t.TempDir(), "key 1: read its file: is a directory"},
		"an empty file":                 {"", "a=" + file(t, "\n"), "key 1: it has no value"},
		"a large file":                  {"", "a=" + file(t, strings.Repeat(mark, 10_000)), "more than 65536 bytes"},
		"a public key first":            {"", "a=" + file(t, good[0].public), "key 1: the first key signs"},
		"a weak RSA key":                {"", "a=" + file(t, privatePEM(t, weakRSA)), "2048 bits"},
		"a weak public RSA key":         {"", "a=" + mark + ",b=" + file(t, publicPEM(t, weakRSA.Public())), "2048 bits"},
		"another curve":                 {"", "a=" + file(t, privatePEM(t, p384)), "RSA, P-256 or Ed25519"},
		"two keys":                      {"", "a=" + file(t, good[0].private+good[1].private), "more than one key"},
		"broken PEM":                    {"", "a=" + file(t, good[0].private[:200]+mark), "no key that can be read"},
		"PEM of something else":         {"", "a=" + file(t, encodePEM("CERTIFICATE", []byte(mark))), "no key that can be read"},
		"PEM of nothing":                {"", "a=" + file(t, encodePEM("PRIVATE KEY", []byte(mark))), "no key that can be read"},
		"an encrypted key":              {"", "a=" + file(t, encodePEM("ENCRYPTED PRIVATE KEY", []byte(mark))), "encrypted"},
	} {
		k, err := token.ParseKeys(c.secret, c.list)
		if err == nil || k != nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), mark) {
			t.Errorf("%s: error %v, want %s, and nothing of the keys", name, err, c.want)
		}
	}
}

func TestWeakTellsOfShortSecrets(t *testing.T) {
	t.Parallel()
	short, long := strings.Repeat("x", 31), strings.Repeat("x", 32)
	pair := pairs(t)[1].private
	for _, c := range []struct {
		secret, list string
		want         bool
	}{
		{short, "", true}, {long, "", false}, {token.NewSecret(), "", false}, {long, "a=" + long + ",b=" + short, true},
		{short, "a=" + pair, true}, {"", "a=" + pair, false}, {"", "a=" + file(t, long[1:]+"\n"), true},
	} {
		if got := keys(t, c.secret, c.list).Weak(); got != c.want {
			t.Errorf("Weak() = %t with secrets of %d bytes and %.40s, want %t", got, len(c.secret), c.list, c.want)
		}
	}
	if a, b := token.NewSecret(), token.NewSecret(); a == b || len(a) != 43 {
		t.Errorf("NewSecret() = %d bytes, equal: %t", len(a), a == b)
	}
}

func TestPrintedKeysShowNothing(t *testing.T) {
	t.Parallel()
	k := keys(t, secret, "a="+secret)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		for _, printed := range []any{k, *k, token.New(k, token.Options{}), *token.New(k, token.Options{})} {
			text := fmt.Sprintf(verb, printed)
			if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) || strings.Contains(text, fmt.Sprint([]byte(secret))) {
				t.Errorf("%s of a %T shows the secret", verb, printed)
			}
		}
	}
}
