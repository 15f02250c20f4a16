package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"github.com/featherscaffold/featherscaffold/runtime"
)

const (
	maxProfile = 256 << 10 // bytes; of a token's answer x/oauth2 reads 1 MiB
	maxHeaders = 64 << 10
	maxText    = 200 // bytes of a provider's words that go further
	maxCode    = 4 << 10
	maxLogins  = 64 // that talk to providers at the same time
)

// errorCode is what the codes of errors look like (RFC 6749, 5.2).
var errorCode = regexp.MustCompile(`^[a-z_]{1,40}$`)

// client asks providers. They are trusted with users' identities and with
// nothing else: each answer is bounded in time and size, and redirects are
// not followed.
type client struct {
	http  *http.Client
	slots chan struct{} // taken by logins under way; others wait
}

func newClient(transport http.RoundTripper, timeout time.Duration) *client {
	if timeout <= 0 {
		timeout = 10 * time.Second
	}
	if transport == nil {
		transport = &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: timeout}).DialContext,
			TLSHandshakeTimeout:    timeout,
			MaxResponseHeaderBytes: maxHeaders,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        30 * time.Second,
			ForceAttemptHTTP2:      true,
		}
	}
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client{
		http:  &http.Client{Transport: transport, Timeout: timeout, CheckRedirect: refuse},
		slots: make(chan struct{}, maxLogins),
	}
}

// answer is what the provider had the browser bring back.
type answer struct{ code, err, description string }

// profile returns whose account it is.
func (c *client) profile(ctx context.Context, p *provider, s *session, a answer) (*Profile, error) {
	if a.err != "" || a.code == "" || len(a.code) > maxCode {
		return nil, a.refusal()
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	token, err := c.exchange(ctx, p, a.code, s.verifier)
	if err != nil {
		return nil, failed("get a token", err)
	}
	raw, err := c.get(ctx, p.profile, token)
	if err != nil {
		return nil, failed("get the profile", err)
	}
	profile, err := readProfile(p.name, p.idPath, raw)
	if err != nil {
		return nil, failed("read the profile", err)
	}
	if profile.Email == "" && p.emails != "" {
		raw, err := c.get(ctx, p.emails, token)
		if err != nil && !errors.Is(err, errWithheld) {
			return nil, failed("get the email addresses", err)
		}
		profile.Email = primary(raw)
		profile.EmailVerified = profile.Email != ""
	}
	return profile, nil
}

// errWithheld says that the user did not let the app see something.
var errWithheld = errors.New("the provider does not show it")

// refusal is the error for a login that the provider or its user refused, in
// the provider's words.
func (a answer) refusal() error {
	for _, text := range []string{a.description, a.err} {
		if text = printable(text); text != "" {
			return runtime.NotAuthenticated("%s", text)
		}
	}
	return runtime.NotAuthenticated("No valid oAuth response")
}

// failed is the error for a provider that does not do its part.
func failed(what string, err error) error {
	return runtime.BadGateway("OAuth Authentication not successful").WithCause(fmt.Errorf("%s: %w", what, err))
}

// exchange makes a token of a code.
func (c *client) exchange(ctx context.Context, p *provider, code, verifier string) (*oauth2.Token, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, c.http)
	token, err := p.config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		// Its text is the provider's answer, in which there may be anything.
		return nil, fmt.Errorf("the provider answered %d %s", refused.Response.StatusCode, errorCode.FindString(refused.ErrorCode))
	}
	if err != nil {
		return nil, bounded(ctx, err)
	}
	return token, nil
}

// get returns what the provider tells of its user.
func (c *client) get(ctx context.Context, address string, token *oauth2.Token) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	token.SetAuthHeader(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, bounded(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusForbidden, http.StatusNotFound:
		return nil, fmt.Errorf("%w: it answered %d", errWithheld, resp.StatusCode)
	default:
		return nil, fmt.Errorf("the provider answered %d", resp.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxProfile+1))
	if err != nil {
		return nil, bounded(ctx, err)
	}
	if len(raw) > maxProfile {
		return nil, fmt.Errorf("the profile has more than %d bytes", maxProfile)
	}
	return raw, nil
}

// bounded cuts an error that may quote a provider. A client that went away is
// not the provider's failure.
func bounded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.New(printable(err.Error()))
}

// printable returns the beginning of a text without what can not be printed.
func printable(text string) string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}
