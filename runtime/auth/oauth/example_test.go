package oauth_test

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/oauth"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func ExampleNew() {
	var (
		app   *runtime.App     // with its services
		users *runtime.Service // whose records have the fields name and githubId
		auth  oauth.Tokens     // the app's authentication
		mux   *http.ServeMux
	)
	newUser := func(_ context.Context, p *oauth.Profile) (record.Record, error) {
		user := users.Schema.Default()
		name, _ := users.Schema.Index("name")
		user.SetValue(name, record.StringValue(p.Name))
		return user, nil
	}
	h, err := oauth.New(oauth.Options{
		App: app, Users: users, Tokens: auth, NewUser: newUser,
		Secret:  record.Secret(os.Getenv("JWT_SECRET")),
		BaseURL: "https://chat.example.com",
		Providers: []oauth.Provider{{
			Name:         "github",
			ClientID:     os.Getenv("GITHUB_CLIENT_ID"),
			ClientSecret: record.Secret(os.Getenv("GITHUB_CLIENT_SECRET")),
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux.Handle("/oauth/", h)
}
