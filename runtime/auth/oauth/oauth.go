package oauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// Tokens makes and reads access tokens; *auth.Auth does. Its methods may be
// called at the same time.
type Tokens interface {
	// Issue logs a user in: it returns an access token, and runs what the app
	// does for logins.
	Issue(ctx context.Context, user record.Record) (string, error)
	// Who returns whose access token it is, never nil. A bad token is an error,
	// NotAuthenticated.
	Who(ctx context.Context, token string) (*runtime.Identity, error)
}

// Options are the settings of a Handler. App, Users, Tokens, Secret, BaseURL
// and Providers must be set.
type Options struct {
	App *runtime.App
	// Users is the service of the users. For each provider its records have a
	// field such as githubId, which is unique and readonly.
	Users     *runtime.Service
	Tokens    Tokens
	Providers []Provider
	// Secret is what the key of the cookies is derived from: 32 bytes or
	// more, the same in all instances.
	Secret record.Secret
	// BaseURL is where browsers find the app, such as https://chat.example.com.
	// Providers must know <BaseURL>/oauth/<provider>/callback.
	BaseURL string

	// NewUser returns the user for an account that nobody has linked yet, not
	// stored; the field with the account's id is set afterwards. An error of
	// package runtime reaches the browser. nil lets nobody in who has no user
	// yet, neither does a nil record.
	NewUser func(ctx context.Context, p *Profile) (record.Record, error)
	// Redirect is where logins end, a path of the app or another address; the
	// path that a client asks for is put behind it. "" is the app's root.
	Redirect string
	// Origins are the other sites that may log in here. A login then ends at the
	// one it came from, by its Referer, or at the first. The app's own pages are
	// known without being in it. Without a first, and where any is allowed, all
	// logins end at Redirect.
	Origins origin.Policy
	// Allow says whether a client may begin one more login; nil allows all.
	Allow func(r *http.Request) bool
	// Timeout bounds each request to a provider; 0 for 10 seconds.
	Timeout time.Duration
	// Transport makes the requests to providers; nil for one with limits.
	Transport http.RoundTripper
}

// A Handler serves /oauth/. It is safe for concurrent use.
type Handler struct {
	app       *runtime.App
	users     *runtime.Service
	tokens    Tokens
	providers map[string]*provider
	newUser   func(context.Context, *Profile) (record.Record, error)
	sessions  *sessions
	places    *places
	client    *client
	allow     func(*http.Request) bool
}

// New returns a handler. Its errors tell what is wrong with the options.
func New(o Options) (*Handler, error) {
	places, err := newPlaces(o.BaseURL, o.Redirect, o.Origins)
	if err != nil {
		return nil, fmt.Errorf("oauth: %w", err)
	}
	sessions, err := newSessions(o.Secret, places.secure())
	if err != nil {
		return nil, fmt.Errorf("oauth: %w", err)
	}
	h := &Handler{
		app: o.App, users: o.Users, tokens: o.Tokens, newUser: o.NewUser, allow: o.Allow,
		sessions: sessions, places: places, client: newClient(o.Transport, o.Timeout),
		providers: map[string]*provider{},
	}
	for _, p := range o.Providers {
		known, err := newProvider(p, places.base+prefix, o.Users.Schema)
		if err != nil {
			return nil, fmt.Errorf("oauth provider %q: %w", p.Name, err)
		}
		if h.providers[p.Name] != nil {
			return nil, fmt.Errorf("oauth provider %q is there twice", p.Name)
		}
		h.providers[p.Name] = known
	}
	return h, nil
}

const prefix = "/oauth/"

// unknownProvider is where a client goes that asks for one; the text is the
// one that Feathers sends.
const unknownProvider = "/?error=Grant%3A%20missing%20or%20misconfigured%20provider"

// ServeHTTP serves /oauth/<provider> and /oauth/<provider>/callback.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	// The address may hold a token or a code.
	w.Header().Set("Referrer-Policy", "no-referrer")
	path, _ := strings.CutPrefix(r.URL.Path, prefix)
	name, step, _ := strings.Cut(path, "/")
	p := h.providers[name]
	switch {
	case step != "" && step != "callback":
		h.refuse(w, r, runtime.NotFound("Page not found"))
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		h.refuse(w, r, runtime.MethodNotAllowed("Method '%s' not allowed", r.Method))
	case p == nil:
		seeOther(w, unknownProvider)
	case step == "callback":
		h.callback(w, r, p)
	case h.allow != nil && !h.allow(r):
		h.refuse(w, r, runtime.TooManyRequests("Too many logins"))
	default:
		h.start(w, r, p)
	}
}

// start sends the browser to the provider.
func (h *Handler) start(w http.ResponseWriter, r *http.Request, p *provider) {
	query, referer := r.URL.Query(), r.Header.Get("Referer")
	target, err := h.places.target(referer, query.Get("redirect"))
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	s := newSession(target)
	if token := query.Get("feathers_token"); token != "" {
		if s.link, err = h.linkTo(r, referer, token); err != nil {
			h.refuse(w, r, err)
			return
		}
	}
	if err := h.sessions.put(w, p.name, s); err != nil {
		h.refuse(w, r, err)
		return
	}
	seeOther(w, p.loginURL(s))
}

// linkTo returns the id of the user to whom an account is to be linked. Other
// sites may not ask for it: they could link a visitor's account to a user of
// their own.
func (h *Handler) linkTo(r *http.Request, referer, token string) (string, error) {
	if !h.places.ours(referer, r.Header.Get("Sec-Fetch-Site")) {
		return "", runtime.Forbidden("Accounts are linked from the app's own pages only")
	}
	id, err := h.tokens.Who(r.Context(), token)
	if err != nil {
		return "", err
	}
	return id.UserID().String(), nil
}

// callback ends the login of a browser that the provider sent back.
func (h *Handler) callback(w http.ResponseWriter, r *http.Request, p *provider) {
	query := r.URL.Query()
	s, ok := h.sessions.take(w, r, p.name, query.Get("state"))
	if !ok {
		h.refuse(w, r, runtime.NotAuthenticated("No valid oAuth response. You must initiate the oAuth flow from the authorize endpoint."))
		return
	}
	a := answer{code: query.Get("code"), err: query.Get("error"), description: query.Get("error_description")}
	token, err := h.login(r.Context(), p, s, a)
	if err != nil {
		h.log(r, p.name, err)
		seeOther(w, location(s.target, "error", message(err)))
		return
	}
	seeOther(w, location(s.target, "access_token", token))
}

// message returns what the browser may see of an error.
func message(err error) string {
	if e := runtime.ErrorOf(err); e.Code < 500 {
		return e.Message
	}
	return "OAuth Authentication not successful"
}

// refuse answers a request that is no part of a login, in the form in which
// errors go over REST.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	h.log(r, "", err)
	e := runtime.ErrorOf(err)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(e.Code)
	_, _ = w.Write(e.AppendJSON(nil)) // nobody is left to tell
}

// log logs what is not the client's doing.
func (h *Handler) log(r *http.Request, provider string, err error) {
	if runtime.ErrorOf(err).Code < 500 || errors.Is(err, context.Canceled) {
		return
	}
	h.app.Logger().LogAttrs(r.Context(), slog.LevelError, "oauth login failed",
		slog.String("provider", provider), slog.Any("error", err))
}

func seeOther(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusSeeOther)
}
