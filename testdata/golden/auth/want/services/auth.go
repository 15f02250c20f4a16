package services

import (
	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth"
)

// Strategies returns the ways to log in beside those that the spec names. It
// is called once, when all services are there. One for tickets of another
// system:
//
//	type tickets struct{ users users.Service }
//
//	func (tickets) Name() string { return "ticket" }
//
//	func (tickets) Fields() []record.Field {
//		return []record.Field{ {Name: "ticket", Type: record.String} }
//	}
//
//	func (t tickets) Authenticate(ctx context.Context, given auth.Credentials) (*auth.Proof, error) {
//		id, ok := redeem(given.Text("ticket"))
//		if !ok {
//			return nil, runtime.NotAuthenticated("Invalid ticket")
//		}
//		user, err := t.users.Get(ctx, id)
//		if err != nil {
//			return nil, err
//		}
//		return &auth.Proof{User: user}, nil
//	}
func Strategies(app *runtime.App) []auth.Strategy {
	return nil // []auth.Strategy{tickets{users.Of(app)}}
}
