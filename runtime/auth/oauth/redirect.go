package oauth

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
)

// places knows where logins may come from and end.
type places struct {
	base     string // the app's own address, without a slash at its end
	own      string // its origin
	redirect string
	origins  origin.Policy
}

func newPlaces(base, redirect string, origins origin.Policy) (*places, error) {
	u, own, ok := parseOrigin(base)
	if !ok || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("the base URL %q must be an address such as https://example.com", base)
	}
	p := &places{base: strings.TrimRight(base, "/"), own: own, redirect: redirect, origins: origins}
	if _, _, ok := parseOrigin(redirect); !ok && redirect != "" {
		if _, ok := escape(redirect); !ok {
			return nil, fmt.Errorf("the redirect %q must be a path or an address such as https://example.com", redirect)
		}
	}
	return p, nil
}

// secure reports whether the app is reached over HTTPS.
func (p *places) secure() bool { return strings.HasPrefix(p.own, "https:") }

// target returns the address at which a login ends that began on a page with
// this Referer and asked for this path.
func (p *places) target(referer, redirect string) (string, error) {
	base := p.redirect
	if first := p.origins.First(); first != "" {
		base = first
		if referer != "" {
			from, ok := p.known(referer)
			if !ok {
				return "", runtime.NotAuthenticated("The referer's origin is not allowed")
			}
			base = from
		}
	}
	if redirect == "" {
		if base == "" {
			base = "/"
		}
		return base, nil
	}
	path, ok := escape(redirect)
	if !ok {
		return "", runtime.NotAuthenticated("Invalid redirect path.")
	}
	return strings.TrimSuffix(base, "/") + path, nil
}

// ours reports whether a request comes from a page of the app or of one of the
// origins, as far as the browser says.
func (p *places) ours(referer, fetchSite string) bool {
	if referer == "" {
		return fetchSite == "" || fetchSite == "same-origin" || fetchSite == "none"
	}
	_, ok := p.known(referer)
	return ok
}

// known returns the origin of a page if it is the app's or one of the others.
func (p *places) known(referer string) (string, bool) {
	_, from, ok := parseOrigin(referer)
	if !ok || from == p.own {
		return from, ok
	}
	return p.origins.Lists(from)
}

// escape returns a path of the app as it can stand in a header. It refuses
// whatever a browser, or a server that decodes it once more, might take for
// the address of another site.
func escape(path string) (string, bool) {
	lower := strings.ToLower(path)
	if !strings.HasPrefix(path, "/") {
		return "", false
	}
	for _, bad := range []string{"//", "/%2f", "/%5c"} {
		if strings.HasPrefix(lower, bad) {
			return "", false
		}
	}
	var b strings.Builder
	for _, c := range []byte(path) {
		switch {
		case c < ' ', c == 0x7f, c == '\\':
			return "", false
		case c > 0x7f, strings.IndexByte(" \"<>^`{|}", c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	u, err := url.Parse(b.String())
	return b.String(), err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}

// parseOrigin returns an address with its origin, as a browser would send it.
func parseOrigin(address string) (*url.URL, string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, "", false
	}
	port := u.Port()
	host := strings.ToLower(strings.TrimSuffix(u.Host, ":"+port))
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return u, u.Scheme + "://" + host, true
	}
	return u, u.Scheme + "://" + host + ":" + port, true
}

// loopback reports whether a host is this machine. It knows the names that
// Feathers knows.
func loopback(host string) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1", "0.0.0.0"}, host)
}

// location returns the address with a value in its fragment, which no server
// sees. Where there is a fragment already, it is put behind that.
func location(target, key, value string) string {
	sign := "#"
	if strings.Contains(target, "#") {
		sign = "?"
	}
	// A client that decodes the value knows %20 for a space, not +.
	return target + sign + key + "=" + strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}
