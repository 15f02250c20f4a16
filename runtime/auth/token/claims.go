package token

import (
	"bytes"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// maxSeconds is the last second of the year 9999, the last that a time in
// JSON has four digits for.
const maxSeconds = 253402300799

// parsed are a token's claims, with those that only Verify looks at.
type parsed struct {
	Claims
	expires, notBefore       float64 // seconds, which may have a fraction
	hasExpires, hasNotBefore bool
	issuer                   []byte // nil for none
	audience                 []byte // JSON; nil for none
}

// parse reads the claims of a payload, which becomes theirs.
func parse(payload []byte) (parsed, error) {
	c := parsed{Claims: Claims{Payload: payload}}
	r := jsonio.NewReader(payload)
	err := eachMember(&r, func(name []byte) error { return c.read(&r, name) })
	return c, err
}

// read reads the value of one claim.
func (c *parsed) read(r *jsonio.Reader, name []byte) (err error) {
	switch string(name) {
	case "iat":
		var at float64
		at, err = seconds(r, "invalid iat value")
		c.Issued = instant(at)
	case "exp":
		c.expires, err = seconds(r, "invalid exp value")
		c.Expires, c.hasExpires = instant(c.expires), true
	case "nbf":
		c.notBefore, err = seconds(r, "invalid nbf value")
		c.hasNotBefore = true
	case "aud":
		c.audience = r.Raw()
	case "iss":
		if r.Kind() == jsonio.String {
			c.issuer = r.Bytes()
		} else {
			r.Skip() // and no issuer is not the expected one
		}
	case "sub":
		c.Subject = r.Text()
	case "jti":
		c.ID = r.Text()
	default:
		r.Skip()
	}
	return err
}

// isFor reports whether the audience is, or has in its list, the one given.
func (c *parsed) isFor(audience string) bool {
	r := jsonio.NewReader(c.audience)
	switch r.Kind() {
	case jsonio.String:
		return string(r.Bytes()) == audience
	case jsonio.Array:
		r.Array()
		for r.Next() {
			if r.Kind() != jsonio.String {
				r.Skip()
			} else if string(r.Bytes()) == audience {
				return true
			}
		}
	}
	return false
}

// seconds reads a time. Those that Date.prototype.toISOString would give more
// than four digits for the year, or a sign, are refused.
func seconds(r *jsonio.Reader, message string) (float64, error) {
	if r.Kind() != jsonio.Number {
		return 0, invalid(message)
	}
	if at := r.Float(); at >= 0 && at <= maxSeconds {
		return at, nil
	}
	return 0, invalid(message)
}

// instant returns a time to the millisecond, as JavaScript does.
func instant(seconds float64) time.Time { return time.UnixMilli(int64(seconds * 1000)) }

// eachMember calls a function with the name of each member of an object, to
// read its value. A name that comes twice is refused: readers disagree which
// of the two counts.
func eachMember(r *jsonio.Reader, read func(name []byte) error) error {
	var names nameSet
	r.Object()
	for name, ok := r.Key(); ok; name, ok = r.Key() {
		if !names.add(name) {
			return invalid("invalid token")
		}
		if err := read(name); err != nil {
			return err
		}
	}
	if r.End() != nil {
		return invalid("invalid token")
	}
	return nil
}

// A nameSet holds names, the first few without a map.
type nameSet struct {
	few  [8][]byte
	n    int
	many map[string]struct{}
}

// add reports whether a name is new. It keeps the slice.
func (s *nameSet) add(name []byte) bool {
	for _, other := range s.few[:s.n] {
		if bytes.Equal(name, other) {
			return false
		}
	}
	if s.n < len(s.few) {
		s.few[s.n] = name
		s.n++
		return true
	}
	if _, ok := s.many[string(name)]; ok {
		return false
	}
	if s.many == nil {
		s.many = map[string]struct{}{}
	}
	s.many[string(name)] = struct{}{}
	return true
}
