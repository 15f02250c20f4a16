package auth

import (
	"context"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/password"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// maxText is how many bytes a name or a password may have.
const maxText = 1 << 10

// LocalOptions say where names and passwords are.
type LocalOptions struct {
	Users    *runtime.Service // with a store
	Username int              // the field that users are found by, which is unique
	Password int              // the field with the password's hash
	Hash     password.Algorithm
}

// Local is the strategy "local": a name and a password, which clients send
// under the names of the users' fields. Names are compared exactly.
//
// Whatever is wrong, clients are told "Invalid login", after the time that a
// password of the algorithm takes. Package password bounds how many passwords
// are compared at a time; logins beyond that are Unavailable.
func Local(o LocalOptions) Strategy { return &local{o} }

type local struct{ LocalOptions }

// Name returns "local".
func (*local) Name() string { return "local" }

// Fields returns the name and the password.
func (l *local) Fields() []record.Field {
	return []record.Field{l.field(l.Username), l.field(l.Password)}
}

func (l *local) field(i int) record.Field {
	return record.Field{Name: l.Users.Schema.Fields[i].Name, Type: record.String}
}

// Authenticate finds the user and compares the password.
func (l *local) Authenticate(ctx context.Context, given Credentials) (*Proof, error) {
	name := given.Text(l.Users.Schema.Fields[l.Username].Name)
	plain := given.Text(l.Users.Schema.Fields[l.Password].Name)
	if name == "" || plain == "" || len(name) > maxText || len(plain) > maxText {
		return nil, invalidLogin()
	}
	user, err := l.find(ctx, name)
	if err != nil {
		return nil, err
	}
	switch ok, err := l.fits(ctx, user, plain); {
	case err != nil:
		return nil, err
	case !ok:
		return nil, invalidLogin()
	}
	return &Proof{User: user}, nil
}

// find returns the user with a name, nil for none. Where two have the same,
// neither is who it says.
func (l *local) find(ctx context.Context, name string) (record.Record, error) {
	if strings.ContainsRune(name, 0) {
		return nil, nil // PostgreSQL would refuse the query
	}
	q := query.Where(query.Is(l.Username, record.StringValue(name)))
	q.Limit = 2
	page, err := l.Users.Store.Find(ctx, q)
	if err != nil || len(page.Records) != 1 {
		return nil, err
	}
	return page.Records[0], nil
}

// fits compares the password. It takes as long without a user, or for one
// without a password.
func (l *local) fits(ctx context.Context, user record.Record, plain string) (bool, error) {
	hash := ""
	if user != nil {
		hash = user.Value(l.Password).Str()
	}
	if hash == "" {
		return false, l.Hash.CompareNone(ctx, plain)
	}
	return password.Compare(ctx, hash, plain)
}

func invalidLogin() error { return runtime.NotAuthenticated("Invalid login") }
