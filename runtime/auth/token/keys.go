package token

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

const (
	minSecret   = 32       // bytes; the size of an HS256 signature (RFC 7518, 3.2)
	maxKeyFile  = 64 << 10 // bytes; the largest RSA key that is usable has a quarter
	maxIDLength = 64
)

// Keys are the keys that tokens are signed and verified with. Each decides
// the algorithm of its tokens; what a token says of it must only agree.
type Keys struct {
	signer  *key
	unnamed *key // for tokens without a kid; nil for none
	named   map[string]*key
	weak    bool
}

// ParseKeys reads keys as they stand in an environment.
//
// The secret (JWT_SECRET) is a key without an id, for HS256. The list
// (JWT_KEYS) is "id=value,id=value", without commas in values. Of a list, the
// first key signs new tokens and all verify the tokens that name their id; the
// secret beside it verifies those that name none. So keys are replaced: the
// new one is put first, the old one stays until its tokens have expired.
//
// A value is a secret for HS256, or a key in PEM: RSA of 2048 bits or more
// for RS256, P-256 for ES256, Ed25519 for EdDSA. A public key verifies only,
// and can not come first. A value "@path" is read from the file, without line
// breaks at its end.
//
// An error tells which key is wrong by its place. It shows neither values nor
// ids nor paths, for what is wrong may be that a secret stands in their place.
func ParseKeys(secret, list string) (*Keys, error) {
	k := &Keys{named: map[string]*key{}}
	if strings.Contains(secret, "-----BEGIN") {
		// As an HMAC secret a public key would let everybody sign.
		return nil, errors.New("JWT_SECRET is a key in PEM, which belongs in JWT_KEYS: id=@file")
	}
	if secret != "" {
		k.unnamed = k.secret("", secret)
		k.signer = k.unnamed
	}
	if strings.TrimSpace(list) != "" {
		for i, item := range strings.Split(list, ",") {
			if err := k.add(i == 0, strings.TrimSpace(item)); err != nil {
				return nil, fmt.Errorf("JWT_KEYS: key %d: %w", i+1, err)
			}
		}
	}
	if k.signer == nil {
		return nil, errors.New("no key for tokens: set JWT_SECRET or JWT_KEYS")
	}
	return k, nil
}

// Weak reports whether a secret has less than 32 bytes, so that whoever has a
// token may find it by trying. Servers that matter should refuse to start.
func (k *Keys) Weak() bool { return k.weak }

// NewSecret returns a random secret of 43 characters, for development: with
// it, tokens end with the process.
func NewSecret() string {
	var b [minSecret]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// add adds a key of the list; the first one signs.
func (k *Keys) add(first bool, item string) error {
	id, value, ok := strings.Cut(item, "=")
	if !ok {
		return errors.New("want id=value")
	}
	if !validID(id) {
		return fmt.Errorf("want an id of 1 to %d letters, digits and ._- in front of the =", maxIDLength)
	}
	if k.named[id] != nil {
		return errors.New("its id has been given to another key")
	}
	added, err := k.key(id, value)
	if err != nil {
		return err
	}
	if first {
		if added.sign == nil {
			return errors.New("the first key signs, and a public key can not")
		}
		k.signer = added
	}
	k.named[id] = added
	return nil
}

func validID(id string) bool {
	return id != "" && len(id) <= maxIDLength && !strings.ContainsFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("._-", c)
	})
}

// key makes a key of a value of the list.
func (k *Keys) key(id, value string) (*key, error) {
	if path, ok := strings.CutPrefix(value, "@"); ok {
		text, err := readKey(path)
		if err != nil {
			return nil, err
		}
		value = text
	}
	// A base64 secret without an id leaves its padding behind the first =.
	if strings.Trim(value, "=") == "" {
		return nil, errors.New("it has no value")
	}
	if strings.Contains(value, "-----BEGIN") {
		return parsePEM(id, []byte(value))
	}
	return k.secret(id, value), nil
}

// readKey returns the text of a file, without the path in its errors.
func readKey(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("open its file: %w", reason(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return "", fmt.Errorf("read its file: %w", reason(err))
	}
	if len(text) > maxKeyFile {
		return "", fmt.Errorf("its file has more than %d bytes", maxKeyFile)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

func reason(err error) error {
	if at := (*os.PathError)(nil); errors.As(err, &at) {
		return at.Err
	}
	return err
}

// choose returns the key for a token by its header.
func (k *Keys) choose(header string) (*key, error) {
	if header == k.signer.header {
		return k.signer, nil // most tokens are our own, whose header needs no reading
	}
	var buf [256]byte
	src, ok := decode(buf[:0], header)
	if !ok {
		return nil, invalid("invalid token")
	}
	var (
		alg   []byte
		found = k.unnamed
		r     = jsonio.NewReader(src)
	)
	err := eachMember(&r, func(name []byte) error {
		switch string(name) {
		case "alg":
			alg = r.Bytes()
		case "kid":
			found = k.named[string(r.Bytes())]
		case "crit":
			// Says that who does not know what it lists must refuse the token.
			return invalid("invalid token")
		default:
			r.Skip()
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, invalid("invalid signature")
	case string(alg) != found.alg:
		return nil, invalid("invalid algorithm")
	}
	return found, nil
}
