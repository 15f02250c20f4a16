package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

const minRSABits = 2048 // RFC 7518, 3.3

// A key signs and verifies by one algorithm. What is secret of it lies in its
// functions, so that nothing of it shows where a key is printed.
type key struct {
	alg    string
	header string                              // of the tokens that it signs, encoded
	sign   func(text string) ([]byte, error)   // nil for a public key
	check  func(text string, sig []byte) error // nil for a right signature
}

// newKey makes a key of a private one, nil for none, and its public one, in
// the types that the method wants.
func newKey(id string, method jwt.SigningMethod, private, public any) *key {
	k := &key{alg: method.Alg()}
	header := fmt.Appendf(nil, `{"alg":"%s","typ":"access"`, k.alg)
	if id != "" {
		header = jsonio.AppendString(append(header, `,"kid":`...), id)
	}
	k.header = encoding.EncodeToString(append(header, '}'))
	k.check = func(text string, sig []byte) error { return method.Verify(text, sig, public) }
	if private != nil {
		k.sign = func(text string) ([]byte, error) { return method.Sign(text, private) }
	}
	return k
}

// secret makes a key of a secret.
func (k *Keys) secret(id, secret string) *key {
	k.weak = k.weak || len(secret) < minSecret
	return newKey(id, jwt.SigningMethodHS256, []byte(secret), []byte(secret))
}

// token returns a signed token.
func (k *key) token(payload []byte) (string, error) {
	text := k.header + "." + encoding.EncodeToString(payload)
	signature, err := k.sign(text)
	if err != nil {
		return "", err
	}
	return text + "." + encoding.EncodeToString(signature), nil
}

// verify reports whether a signature is the key's, of the text.
func (k *key) verify(text, signature string) bool {
	var buf [64]byte
	sig, ok := decode(buf[:0], signature)
	return ok && k.check(text, sig) == nil
}

// parsePEM makes a key of the one key that a text in PEM holds. Its errors
// leave out those of the parsers, which may quote what they read.
func parsePEM(id string, text []byte) (*key, error) {
	block, rest := pem.Decode(text)
	if block != nil && block.Type == "EC PARAMETERS" { // which openssl writes before the key
		block, rest = pem.Decode(rest)
	}
	if block == nil {
		return nil, errors.New("its PEM holds no key that can be read")
	}
	if strings.TrimSpace(string(rest)) != "" {
		return nil, errors.New("its PEM holds more than one key")
	}
	if block.Headers["DEK-Info"] != "" || block.Type == "ENCRYPTED PRIVATE KEY" {
		return nil, errors.New("its PEM is encrypted")
	}
	parsed, err := parseDER(block)
	if err != nil {
		return nil, errors.New("its PEM holds no key that can be read")
	}
	return asymmetric(id, parsed)
}

func parseDER(block *pem.Block) (any, error) {
	switch block.Type {
	case "PRIVATE KEY":
		return x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	case "PUBLIC KEY":
		return x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(block.Bytes)
	}
	return nil, errors.ErrUnsupported
}

// asymmetric makes a key of a private or a public one.
func asymmetric(id string, parsed any) (*key, error) {
	var private any
	public := parsed
	if signer, ok := parsed.(crypto.Signer); ok {
		private, public = parsed, signer.Public()
	}
	switch public := public.(type) {
	case *rsa.PublicKey:
		if public.N.BitLen() < minRSABits {
			return nil, fmt.Errorf("an RSA key needs %d bits", minRSABits)
		}
		return newKey(id, jwt.SigningMethodRS256, private, public), nil
	case *ecdsa.PublicKey:
		if public.Curve == elliptic.P256() {
			return newKey(id, jwt.SigningMethodES256, private, public), nil
		}
	case ed25519.PublicKey:
		return newKey(id, jwt.SigningMethodEdDSA, private, public), nil
	}
	return nil, errors.New("want a key of RSA, P-256 or Ed25519")
}
