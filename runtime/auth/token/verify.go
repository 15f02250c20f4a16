package token

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// encoding refuses bits behind the last byte: a signature has one spelling.
var encoding = base64.RawURLEncoding.Strict()

// Verify returns what a token says, if a key of ours signed it, for us, and
// its time is now. There is no leeway. Tokens without an expiry are accepted,
// and the header's typ does not matter.
//
// Every error is a *runtime.Error, NotAuthenticated, with the message and the
// data that Feathers sends. It holds nothing of the token but its times.
func (t *Tokens) Verify(token string) (Claims, error) {
	header, payload, signature, err := split(token)
	if err != nil {
		return Claims{}, err
	}
	key, err := t.keys.choose(header)
	if err != nil {
		return Claims{}, err
	}
	if !key.verify(token[:len(header)+1+len(payload)], signature) {
		return Claims{}, invalid("invalid signature")
	}
	// No claim is looked at before: only now are they ours.
	raw, ok := decode(nil, payload)
	if !ok {
		return Claims{}, invalid("invalid token")
	}
	c, err := parse(raw)
	if err != nil {
		return Claims{}, err
	}
	if err := t.check(&c); err != nil {
		return Claims{}, err
	}
	return c.Claims, nil
}

// split cuts a token in three. It looks at nothing of one that is too long.
func split(token string) (header, payload, signature string, err error) {
	if token == "" {
		return "", "", "", invalid("jwt must be provided")
	}
	if len(token) > maxSize || strings.Count(token, ".") != 2 {
		return "", "", "", invalid("jwt malformed")
	}
	header, payload, _ = strings.Cut(token, ".")
	payload, signature, _ = strings.Cut(payload, ".")
	if header == "" || payload == "" || !base64URL(token) {
		return "", "", "", invalid("invalid token")
	}
	if signature == "" {
		return "", "", "", invalid("jwt signature is required")
	}
	return header, payload, signature, nil
}

// base64URL reports whether a token has letters of base64url and dots only.
// The decoder would skip line breaks.
func base64URL(token string) bool {
	for i := range len(token) {
		c := token[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// decode appends the bytes of a part of a token.
func decode(dst []byte, part string) ([]byte, bool) {
	dst, err := encoding.AppendDecode(dst, []byte(part))
	return dst, err == nil
}

// check holds the claims against the clock and against whom they are for, in
// the order of jsonwebtoken.
func (t *Tokens) check(c *parsed) error {
	now := t.o.Now().Unix()
	switch {
	case c.hasNotBefore && c.notBefore > float64(now):
		return timed("jwt not active", `{"name":"NotBeforeError","date":`, instant(c.notBefore))
	case c.hasExpires && float64(now) >= c.expires:
		return timed("jwt expired", `{"name":"TokenExpiredError","expiredAt":`, c.Expires)
	case !c.isFor(t.o.Audience):
		return invalid("jwt audience invalid. expected: " + t.o.Audience)
	case string(c.issuer) != t.o.Issuer:
		return invalid("jwt issuer invalid. expected: " + t.o.Issuer)
	}
	return nil
}

func invalid(message string) error {
	return runtime.NotAuthenticated("%s", message).WithData([]byte(`{"name":"JsonWebTokenError"}`))
}

func timed(message, data string, at time.Time) error {
	return runtime.NotAuthenticated("%s", message).WithData(append(jsonio.AppendTime([]byte(data), at), '}'))
}
