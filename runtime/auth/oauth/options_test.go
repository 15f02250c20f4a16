package oauth_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
	"github.com/featherscaffold/featherscaffold/runtime/record"
	"github.com/featherscaffold/featherscaffold/runtime/record/recordtest"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	type change = func(o *oauth.Options, p *oauth.Provider)
	for want, c := range map[string]change{
		"base URL":                   func(o *oauth.Options, _ *oauth.Provider) { o.BaseURL = "chat.example.com" },
		"must be an address":         func(o *oauth.Options, _ *oauth.Provider) { o.BaseURL = "https://a@b?c" },
		"secret is missing":          func(o *oauth.Options, _ *oauth.Provider) { o.Secret = "" },
		"redirect \"//e\"":           func(o *oauth.Options, _ *oauth.Provider) { o.Redirect = "//e" },
		"redirect \"/\\r\\n\"":       func(o *oauth.Options, _ *oauth.Provider) { o.Redirect = "/\r\n" },
		"there twice":                func(o *oauth.Options, p *oauth.Provider) { o.Providers = append(o.Providers, *p) },
		"letters and digits":         func(_ *oauth.Options, p *oauth.Provider) { p.Name = "../x" },
		"client id":                  func(_ *oauth.Options, p *oauth.Provider) { p.ClientID = "" },
		"client secret is missing":   func(_ *oauth.Options, p *oauth.Provider) { p.ClientSecret = "" },
		"must begin with https":      func(_ *oauth.Options, p *oauth.Provider) { p.TokenURL = "http://p.example.com" },
		"\"\" is no address":         func(_ *oauth.Options, p *oauth.Provider) { p.ProfileURL = "" },
		"users has no field otherId": func(_ *oauth.Options, p *oauth.Provider) { p.Name = "other" },
	} {
		o := options(t)
		c(&o, &o.Providers[0])
		if _, err := oauth.New(o); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "marked") {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

func TestNewRefusesFieldsThatDoNotTellUsersApart(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]record.Field{
		"string or an integer": {Type: record.Number, Unique: true, ReadOnly: true},
		"must be unique":       {Type: record.String, ReadOnly: true},
		"must be readonly":     {Type: record.Int, Unique: true},
		"must be optional":     {Type: record.String, Unique: true, ReadOnly: true, Required: true},
	} {
		o := options(t)
		f.Name = "hereId"
		users := *o.Users
		users.Schema = recordtest.Schema("users", f)
		o.Users = &users
		if _, err := oauth.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

func TestKnownProvidersNeedIDAndSecretOnly(t *testing.T) {
	t.Parallel()
	for name, host := range map[string]string{
		"github": "github.com", "google": "accounts.google.com", "gitlab": "gitlab.com", "discord": "discord.com",
		"microsoft": "login.microsoftonline.com", "facebook": "www.facebook.com",
	} {
		o := options(t)
		users := *o.Users
		users.Schema = recordtest.Schema("users", record.Field{Name: name + "Id", Type: record.String, Unique: true, ReadOnly: true})
		o.Users = &users
		o.Providers = []oauth.Provider{{Name: name, ClientID: clientID, ClientSecret: clientSecret}}
		h, err := oauth.New(o)
		if err != nil {
			t.Error(err)
			continue
		}
		to, err := serve(h, "/oauth/"+name).Result().Location()
		if err != nil || to.Scheme != "https" || to.Host != host || to.Query().Get("scope") == "" {
			t.Errorf("%s: sent to %s, %v", name, to, err)
		}
		if q, _ := url.ParseQuery(to.RawQuery); q.Get("redirect_uri") != "http://app.example.com/oauth/"+name+"/callback" {
			t.Errorf("%s: comes back to %s", name, q.Get("redirect_uri"))
		}
	}
}

func TestProvidersDoNotShowTheirSecret(t *testing.T) {
	t.Parallel()
	p := options(t).Providers[0]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, p); strings.Contains(got, clientSecret) {
			t.Errorf("%s shows it: %s", verb, got)
		}
	}
}
