package token

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// maxSize is the most bytes that a token may have. Servers take as much in
// all headers of a request.
const maxSize = 8 << 10

// Options are the settings of Tokens. The zero value is that of Feathers.
type Options struct {
	Audience string           // "https://yourdomain.com" when empty
	Issuer   string           // "feathers" when empty
	Lifetime time.Duration    // rounded up to seconds; a day when not positive
	Now      func() time.Time // time.Now when nil; called at any time from any goroutine
}

// Claims are what a token says.
type Claims struct {
	Subject string    // the user's id; empty when the token has none
	ID      string    // the token's own id; empty when the token has none
	Issued  time.Time // zero when the token does not say
	Expires time.Time // zero for a token that never expires
	Payload []byte    // all claims as they stand in the token, a JSON object; the receiver's own
}

// A Claim is one claim of the app's own.
type Claim struct {
	Name  string // none of iat, exp, aud, iss, sub, jti
	Value []byte // JSON
}

// Tokens issues and verifies tokens. It is safe for concurrent use.
type Tokens struct {
	keys *Keys
	o    Options
}

// New returns Tokens that are signed and verified with the keys.
func New(keys *Keys, o Options) *Tokens {
	if o.Audience == "" {
		o.Audience = "https://yourdomain.com"
	}
	if o.Issuer == "" {
		o.Issuer = "feathers"
	}
	if o.Lifetime <= 0 {
		o.Lifetime = 24 * time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Tokens{keys: keys, o: o}
}

// Issue returns a new token for a subject, and what it says. An empty subject
// is left out. Own claims follow those of the standard, in their order.
//
// Errors are the caller's mistakes: a subject that is no UTF-8, a claim that
// is given twice or is no JSON, more claims than a token has room for.
func (t *Tokens) Issue(subject string, own ...Claim) (string, Claims, error) {
	payload, err := t.payload(subject, own)
	if err != nil {
		return "", Claims{}, fmt.Errorf("issue token: %w", err)
	}
	// Read as any token is, so that none is issued that Verify does not read.
	c, err := parse(payload)
	if err != nil {
		return "", Claims{}, fmt.Errorf("issue token: the claims make no token: %w", err)
	}
	token, err := t.keys.signer.token(payload)
	if err != nil {
		return "", Claims{}, fmt.Errorf("issue token: %w", err)
	}
	if len(token) > maxSize {
		return "", Claims{}, fmt.Errorf("issue token: it has %d bytes, and %d are the most", len(token), maxSize)
	}
	return token, c.Claims, nil
}

// payload returns the claims of a new token in the order in which Feathers
// writes them.
func (t *Tokens) payload(subject string, own []Claim) ([]byte, error) {
	if !utf8.ValidString(subject) {
		return nil, fmt.Errorf("the subject is no UTF-8") // which JSON would replace: another user's id
	}
	now := t.o.Now().Unix()
	p := make([]byte, 0, 256)
	p = strconv.AppendInt(append(p, `{"iat":`...), now, 10)
	p = strconv.AppendInt(append(p, `,"exp":`...), now+int64(math.Ceil(t.o.Lifetime.Seconds())), 10)
	p = jsonio.AppendString(append(p, `,"aud":`...), t.o.Audience)
	p = jsonio.AppendString(append(p, `,"iss":`...), t.o.Issuer)
	if subject != "" {
		p = jsonio.AppendString(append(p, `,"sub":`...), subject)
	}
	p = jsonio.AppendString(append(p, `,"jti":`...), record.NewUUID())
	for _, c := range own {
		r := jsonio.NewReader(c.Value)
		r.Skip()
		if err := r.End(); err != nil {
			return nil, fmt.Errorf("claim %q: %w", c.Name, err)
		}
		p = append(jsonio.AppendString(append(p, ','), c.Name), ':')
		p = append(p, c.Value...)
	}
	return append(p, '}'), nil
}
