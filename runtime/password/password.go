// Package password hashes the passwords that services store, with bcrypt or
// Argon2id. Its bcrypt hashes and those of Feathers, which uses bcryptjs,
// check each other's passwords.
//
// Hashing is slow by intent. As many hashes are made or compared at a time as
// Go uses processors; other callers wait for their turn, so that many logins
// at once take neither all memory nor the turns of other work.
package password

import (
	"fmt"
	"runtime"
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

// turns has an element for each hash that is being made or compared.
var turns = make(chan struct{}, runtime.GOMAXPROCS(0))

// take waits for a turn, and returns the function that gives it back.
func take() func() {
	turns <- struct{}{}
	return func() { <-turns }
}

// Hash is Bcrypt.Hash.
func Hash(plain string) (string, error) { return Bcrypt.Hash(plain) }

// Hash returns the hash of a password, text of 60 (Bcrypt) or 97 (Argon2id)
// characters. It may wait for its turn.
func (a Algorithm) Hash(plain string) (string, error) {
	defer take()()
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
// absurdly dear to compare with. It may wait for its turn.
func Compare(hash, plain string) bool {
	if strings.HasPrefix(hash, argonPrefix) {
		h, ok := parseArgon2id(hash)
		if !ok {
			return false
		}
		defer take()()
		return h.matches(plain)
	}
	cost, err := bcrypt.Cost([]byte(hash))
	if err != nil || cost > maxBcryptCost {
		return false
	}
	defer take()()
	return bcrypt.CompareHashAndPassword([]byte(hash), cut(plain)) == nil
}

// CompareNone takes the time of a Compare with a hash of the algorithm. It is
// for logins of users that do not exist or have no password: answered at
// once, they would tell which users do.
func (a Algorithm) CompareNone(plain string) {
	defer take()()
	if a == Argon2id {
		newArgonHash().matches(plain)
		return
	}
	_ = bcrypt.CompareHashAndPassword([]byte(noBcrypt), cut(plain)) // whatever it says, nobody logs in
}

func cut(plain string) []byte { return []byte(plain[:min(len(plain), maxBytes)]) }

// Seal puts the hash in the place of the password in each of the fields: see
// Service.Seal. It takes what it finds for a password, for whoever sent a hash
// would else be let in with it.
//
// It leaves null and "" alone. Neither is the hash of a password, so nobody
// can log in with it.
func (a Algorithm) Seal(rec record.Record, fields record.FieldSet) error {
	for i := range fields.All() {
		plain := rec.Value(i).Str()
		if plain == "" {
			continue
		}
		hash, err := a.Hash(plain)
		if err != nil {
			return err
		}
		rec.SetValue(i, record.StringValue(hash))
	}
	return nil
}
