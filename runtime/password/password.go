// Package password hashes the passwords that services store, with bcrypt. Its
// hashes and those of Feathers, which uses bcryptjs, check each other's
// passwords.
package password

import (
	"fmt"

	"golang.org/x/crypto/bcrypt"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// cost is the one that Feathers uses: some 50 ms a password.
const cost = 10

// maxBytes is how much of a password bcrypt looks at. As in bcryptjs, the rest
// does not count.
const maxBytes = 72

// Hash returns the hash of a password, 60 characters long.
func Hash(plain string) (string, error) {
	hash, err := bcrypt.GenerateFromPassword(cut(plain), cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return string(hash), nil
}

// Compare reports whether a hash was made of the password. Text that is no
// hash was made of none.
func Compare(hash, plain string) bool {
	return bcrypt.CompareHashAndPassword([]byte(hash), cut(plain)) == nil
}

func cut(plain string) []byte { return []byte(plain[:min(len(plain), maxBytes)]) }

// Seal returns a Service.Seal function that puts the hash in the place of the
// password in the given fields. It takes what it finds for a password, for
// whoever sent a hash would else be let in with it.
//
// It leaves null and "" alone. Neither is the hash of a password, so nobody
// can log in with it.
func Seal(passwords ...int) func(record.Record, record.FieldSet) error {
	return func(rec record.Record, fields record.FieldSet) error {
		for i := range fields.Intersect(record.Fields(passwords...)).All() {
			plain := rec.Value(i).Str()
			if plain == "" {
				continue
			}
			hash, err := Hash(plain)
			if err != nil {
				return err
			}
			rec.SetValue(i, record.StringValue(hash))
		}
		return nil
	}
}
