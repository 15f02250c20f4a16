// Package password hashes the passwords that services store, with bcrypt or
// Argon2id. Its bcrypt hashes and those of Feathers, which uses bcryptjs,
// check each other's passwords.
//
// Hashing is slow by intent. As many hashes are made or compared at a time as
// Go uses processors; other callers wait for their turn, so that many logins
// at once take neither all memory nor the turns of other work. Those who make
// hashes and those who compare them wait in queues of their own, 64 in each,
// which are served in turn. Callers beyond get runtime.Unavailable, and those
// whose context ends its error; for neither is any work done.
//
// All functions may be called at any time from any goroutine.
package password

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// An Algorithm makes hashes. Compare knows those of all algorithms, so an app
// may change it: who has a hash keeps it until the password is set anew.
type Algorithm int

const (
	// Bcrypt is what Feathers uses, at its cost of 10: some 50 ms a password.
	// Bytes behind the 72nd do not count.
	Bcrypt Algorithm = iota
	// Argon2id takes 19 MiB for each password, which makes trying many of them
	// dear. Hashes have the PHC form, $argon2id$v=19$m=19456,t=2,p=1$….
	Argon2id
)

const (
	bcryptCost    = 10
	maxBcryptCost = 15 // of a stored hash: about two seconds
	maxBytes      = 72 // of a password that bcrypt looks at; as in bcryptjs, the rest does not count
	argonPrefix   = "$argon2id$"
)

// noBcrypt is a hash of our cost, of a random password.
const noBcrypt = "$2b$10$t1/t6LNEL4KMXvd/iwdjlun3EWxNcTl1JZ3SfHQh0wtwnete1CCmy"

// Hash is Bcrypt.Hash.
func Hash(ctx context.Context, plain string) (string, error) { return Bcrypt.Hash(ctx, plain) }

// Hash returns the hash of a password, text of 60 (Bcrypt) or 97 (Argon2id)
// characters. It may wait for its turn.
func (a Algorithm) Hash(ctx context.Context, plain string) (string, error) {
	if err := turns.enter(ctx, hashing); err != nil {
		return "", err
	}
	defer turns.leave()
	if a == Argon2id {
		return hashArgon2id(plain), nil
	}
	hash, err := bcrypt.GenerateFromPassword(cut(plain), bcryptCost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return string(hash), nil
}

// Compare reports whether a hash was made of the password, by any of the
// algorithms. Text that is no hash was made of none, nor was a hash that is
// absurdly dear to compare with. It may wait for its turn; an error says that
// it got none.
func Compare(ctx context.Context, hash, plain string) (bool, error) {
	matches := matcher(hash)
	if matches == nil {
		return false, nil
	}
	if err := turns.enter(ctx, comparing); err != nil {
		return false, err
	}
	defer turns.leave()
	return matches(plain), nil
}

// matcher returns what compares passwords with a hash, nil for text that is
// none or too dear.
func matcher(hash string) func(plain string) bool {
	if strings.HasPrefix(hash, argonPrefix) {
		h, ok := parseArgon2id(hash)
		if !ok {
			return nil
		}
		return h.matches
	}
	cost, err := bcrypt.Cost([]byte(hash))
	if err != nil || cost > maxBcryptCost {
		return nil
	}
	return func(plain string) bool { return bcrypt.CompareHashAndPassword([]byte(hash), cut(plain)) == nil }
}

// CompareNone takes the time of a Compare with a hash of the algorithm. It is
// for logins of users that do not exist or have no password: answered at
// once, they would tell which users do. It waits and fails as Compare does.
func (a Algorithm) CompareNone(ctx context.Context, plain string) error {
	if err := turns.enter(ctx, comparing); err != nil {
		return err
	}
	defer turns.leave()
	if a == Argon2id {
		newArgonHash().matches(plain)
		return nil
	}
	_ = bcrypt.CompareHashAndPassword([]byte(noBcrypt), cut(plain)) // whatever it says, nobody logs in
	return nil
}

func cut(plain string) []byte { return []byte(plain[:min(len(plain), maxBytes)]) }

// Seal puts the hash in the place of the password in each of the fields: see
// Service.Seal. It takes what it finds for a password, for whoever sent a hash
// would else be let in with it.
//
// It leaves null and "" alone. Neither is the hash of a password, so nobody
// can log in with it. Each password waits for its turn. After an error rec is
// not to be stored: some fields may not be hashed.
func (a Algorithm) Seal(ctx context.Context, rec record.Record, fields record.FieldSet) error {
	for i := range fields.All() {
		plain := rec.Value(i).Str()
		if plain == "" {
			continue
		}
		hash, err := a.Hash(ctx, plain)
		if err != nil {
			return err
		}
		rec.SetValue(i, record.StringValue(hash))
	}
	return nil
}
