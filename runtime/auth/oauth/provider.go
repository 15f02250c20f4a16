package oauth

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/endpoints"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// A Provider is a site whose accounts users log in with. For github, google,
// gitlab, discord, microsoft and facebook, what is left empty but ClientID and
// ClientSecret is known.
type Provider struct {
	Name         string // letters and digits: in /oauth/<name> and the users' field <name>Id
	ClientID     string
	ClientSecret record.Secret
	Scopes       []string
	AuthURL      string // where the user agrees
	TokenURL     string // where codes become tokens
	ProfileURL   string // tells who the user is, as JSON
	// EmailsURL lists the user's addresses in the way of GitHub, which leaves
	// the address out of the profile unless its owner shows it to everybody; ""
	// where the profile has it.
	EmailsURL string
	// IDPath is where in the profile the account's id is, the names divided by
	// dots; "" is sub or else id.
	IDPath string
}

// wellKnown holds what is known of providers.
var wellKnown = map[string]struct {
	endpoint oauth2.Endpoint
	profile  string
	scopes   []string
	id       string
}{
	"github":    {endpoints.GitHub, "https://api.github.com/user", []string{"read:user", "user:email"}, "id"},
	"google":    {endpoints.Google, "https://openidconnect.googleapis.com/v1/userinfo", openID, "sub"},
	"gitlab":    {endpoints.GitLab, "https://gitlab.com/oauth/userinfo", openID, "sub"},
	"discord":   {endpoints.Discord, "https://discord.com/api/users/@me", []string{"identify", "email"}, "id"},
	"microsoft": {endpoints.AzureAD("common"), "https://graph.microsoft.com/oidc/userinfo", openID, "sub"},
	"facebook":  {endpoints.Facebook, "https://graph.facebook.com/v22.0/me?fields=id,name,email", []string{"public_profile", "email"}, "id"},
}

var openID = []string{"openid", "profile", "email"}

// provider is a Provider ready for use.
type provider struct {
	name    string
	config  *oauth2.Config
	profile string // URL
	emails  string // URL, "" for none
	idPath  string
	field   int // of the users, with the account's id
	id      *record.Field
}

var providerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,31}$`)

func newProvider(p Provider, base string, users *record.Schema) (*provider, error) {
	if !providerName.MatchString(p.Name) {
		return nil, errors.New("the name must be letters and digits")
	}
	if p.ClientID == "" || p.ClientSecret == "" {
		return nil, errors.New("the client id or the client secret is missing")
	}
	style := oauth2.AuthStyleAutoDetect
	if known, ok := wellKnown[p.Name]; ok {
		if p.Name == "github" && p.ProfileURL == "" {
			// With a profile elsewhere the token is not GitHub's to see.
			p.EmailsURL = cmp.Or(p.EmailsURL, "https://api.github.com/user/emails")
		}
		p = p.or(Provider{Scopes: known.scopes, AuthURL: known.endpoint.AuthURL, TokenURL: known.endpoint.TokenURL,
			ProfileURL: known.profile, IDPath: known.id})
		style = oauth2.AuthStyleInParams
	}
	for _, address := range []string{p.AuthURL, p.TokenURL, p.ProfileURL} {
		if err := checkURL(address); err != nil {
			return nil, err
		}
	}
	if p.EmailsURL != "" {
		if err := checkURL(p.EmailsURL); err != nil {
			return nil, err
		}
	}
	field, err := idField(p.Name, users)
	if err != nil {
		return nil, err
	}
	return &provider{
		name: p.Name, profile: p.ProfileURL, emails: p.EmailsURL, idPath: p.IDPath, field: field, id: &users.Fields[field],
		config: &oauth2.Config{
			ClientID: p.ClientID, ClientSecret: string(p.ClientSecret), Scopes: p.Scopes,
			Endpoint:    oauth2.Endpoint{AuthURL: p.AuthURL, TokenURL: p.TokenURL, AuthStyle: style},
			RedirectURL: base + p.Name + "/callback",
		},
	}, nil
}

// or returns the provider with what it lacks taken from another.
func (p Provider) or(q Provider) Provider {
	if p.Scopes == nil {
		p.Scopes = q.Scopes
	}
	p.AuthURL = cmp.Or(p.AuthURL, q.AuthURL)
	p.TokenURL = cmp.Or(p.TokenURL, q.TokenURL)
	p.ProfileURL = cmp.Or(p.ProfileURL, q.ProfileURL)
	p.IDPath = cmp.Or(p.IDPath, q.IDPath)
	return p
}

// checkURL refuses an address over which secrets would go in the clear.
func checkURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("%q is no address of a provider", address)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fmt.Errorf("the address %s must begin with https", address)
	}
	return nil
}

// idField returns the number of the users' field for a provider's ids.
func idField(provider string, users *record.Schema) (int, error) {
	name := provider + "Id"
	i, ok := users.Index(name)
	if !ok {
		return 0, fmt.Errorf("%s has no field %s", users.Name, name)
	}
	switch f := &users.Fields[i]; {
	case f.Type != record.String && f.Type != record.Int || f.List:
		return 0, fmt.Errorf("%s.%s must be a string or an integer", users.Name, name)
	case !f.Unique:
		return 0, fmt.Errorf("%s.%s must be unique: it tells users apart", users.Name, name)
	case !f.ReadOnly:
		return 0, fmt.Errorf("%s.%s must be readonly: who can write it can log in as its owner", users.Name, name)
	case !f.MayBeAbsent():
		return 0, fmt.Errorf("%s.%s must be optional: not every user has such an account", users.Name, name)
	}
	return i, nil
}

// loginURL is the provider's page on which the user agrees.
func (p *provider) loginURL(s *session) string {
	return p.config.AuthCodeURL(s.state, oauth2.S256ChallengeOption(s.verifier))
}
