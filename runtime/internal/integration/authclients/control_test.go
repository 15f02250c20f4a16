package authclients_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
	"github.com/featherscaffold/featherscaffold/runtime/internal/integration/authapp"
)

// A director does to the app, and tells of it, what a script asks for by a
// request. It answers when that is done.
type director struct {
	app     *authapp.App
	keys    keys
	expired chan struct{} // a connection's login ended
}

// direct returns the URL of a director.
func direct(t *testing.T, app *authapp.App, k keys) string {
	d := &director{app: app, keys: k, expired: make(chan struct{}, 100)}
	app.OnLogout(func(context.Context, *runtime.Identity, *runtime.Connection) { d.expired <- struct{}{} })
	mux := http.NewServeMux()
	for name, f := range map[string]func(r *http.Request) (string, error){
		"token": d.token, "keys": d.getKeys, "note": d.note, "expired": d.waitExpired,
		"cut":     func(r *http.Request) (string, error) { return "", d.shake(r, app.Cut) },
		"restart": func(r *http.Request) (string, error) { return "", d.shake(r, app.Restart) },
	} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), timeout)
			defer cancel()
			text, err := f(r.WithContext(ctx))
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			io.WriteString(w, text)
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// token returns a token of ann.
func (d *director) token(r *http.Request) (string, error) {
	o := token.Options{}
	if text := r.FormValue("lifetime"); text != "" {
		var err error
		if o.Lifetime, err = time.ParseDuration(text); err != nil {
			return "", err
		}
	}
	parsed, err := token.ParseKeys(authapp.Secret, "")
	if err != nil {
		return "", err
	}
	text, _, err := token.New(parsed, o).Issue("1")
	return text, err
}

func (d *director) getKeys(*http.Request) (string, error) {
	data, err := json.Marshal(d.keys)
	return string(data), err
}

// note creates a note of ann.
func (d *director) note(r *http.Request) (string, error) {
	return "", d.app.Note(r.Context(), authapp.Ann, r.FormValue("text"))
}

// waitExpired waits until ann is logged out.
func (d *director) waitExpired(r *http.Request) (string, error) {
	select {
	case <-d.expired:
		return "", nil
	case <-r.Context().Done():
		return "", r.Context().Err()
	}
}

// shake does something to the connections, and waits until ann is back if so
// asked. A client that polls may have no connection at the moment, and goes on
// as if nothing was; then it is done again.
func (d *director) shake(r *http.Request, do func()) error {
	d.app.ForgetLogins()
	do()
	if r.FormValue("wait") != "true" {
		return nil
	}
	for patience := time.Second; ; patience *= 2 {
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		err := d.app.LoggedIn(ctx, authapp.Ann)
		cancel()
		if err == nil || r.Context().Err() != nil {
			return err
		}
		do()
	}
}
