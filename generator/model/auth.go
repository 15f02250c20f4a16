package model

import (
	"regexp"
	"strings"

	"github.com/featherscaffold/featherscaffold/generator/spec"
)

// Auth says how users log in.
type Auth struct {
	Service    *Service // the users
	Strategies Strategies
	Username   *Field // unique; what users log in with. nil without Strategies.Local
	Password   *Field // of type Password. nil without Strategies.Local
	Hash       string // bcrypt or argon2id: how fields of type Password are hashed, in all services
	Entity     string // key of the user in the answer to a login: "user"
	Role       *Field // an Enum or a list of one, whose values are the roles; nil for no roles
	OAuth      []Provider
	APIKeys    *Service // the service of keys, also in Project.Services; nil without Strategies.APIKey
}

// Strategies are the ways to prove who one is.
type Strategies struct {
	Local  bool // name and password
	JWT    bool // access token; always set
	APIKey bool
}

// A Provider lets users log in elsewhere.
type Provider struct {
	Name  string // "github": lower-case letters and digits
	Field *Field // "githubId": the user's id there, a unique String that clients do not write
}

var entityName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// auth resolves how users log in. It needs the fields of all services, and is
// needed by all that speaks of users.
func (b *builder) auth() {
	a := b.file.Auth
	if a == nil {
		return
	}
	if !a.Service.Given() {
		if !b.file.Broken {
			b.errorf(a.Key.Span, "missing-key", "auth has no service").Fix = "name the service that users are in: auth: { service: users }"
		}
		return
	}
	if b.users = b.lookup(a.Service); b.users == nil {
		return
	}
	if b.users.Store == "none" {
		b.errorf(a.Service.Span, "store-missing", "users are records, and %s has no store", b.users.Name).Fix = "use store: sqlite for it"
	}
	auth := &Auth{Service: b.users.Service, Hash: "bcrypt", Entity: "user"}
	b.project.Auth = auth
	if a.Hash.Given() {
		auth.Hash = a.Hash.Value
	}
	b.entity(a, auth)
	b.strategies(a, auth)
	b.role(a, auth)
	b.oauth(a, auth)
}

// entity names the user's key, beside the keys that every answer has.
func (b *builder) entity(a *spec.Auth, auth *Auth) {
	if !a.Entity.Given() {
		return
	}
	auth.Entity = a.Entity.Value
	switch name := a.Entity.Value; {
	case !entityName.MatchString(name) || len(name) > longestName:
		b.errorf(a.Entity.Span, "invalid-name", "the user's key in the answer to a login can not be %s", quote(name)).
			Fix = "use letters, digits and _, beginning with a letter: entity: user"
	case name == "accessToken" || name == "authentication" || name == "strategy" || isPrototypeName(name):
		b.errorf(a.Entity.Span, "reserved-name", "the user's key can not be %s: the answer to a login has that name already", quote(name)).
			Fix = "use another name, such as entity: user"
	}
}

// strategies resolves the ways to log in, with the fields that local needs.
func (b *builder) strategies(a *spec.Auth, auth *Auth) {
	auth.Strategies = Strategies{Local: true, JWT: true}
	if a.StrategiesKey.Given() {
		given := values(a.Strategies)
		auth.Strategies = Strategies{Local: contains(given, "local"), JWT: contains(given, "jwt"), APIKey: contains(given, "apikey")}
	}
	if !auth.Strategies.JWT && !b.file.Broken {
		b.errorf(a.StrategiesKey.Span, "jwt-missing", "strategy jwt is missing: a login answers a token, and calls bring it").
			Fix = "write strategies: [" + strings.Join(append(values(a.Strategies), "jwt"), ", ") + "]"
	}
	switch {
	case auth.Strategies.Local:
		b.local(a, auth)
	case a.Local != nil && !b.file.Broken:
		b.errorf(a.Local.Key.Span, "conflict", "local names the fields of a strategy that is not in use").
			Fix = "add local to the strategies, or remove it here"
	}
	for _, s := range b.services {
		if s.APIKeys {
			auth.APIKeys = s.Service
		}
	}
}
