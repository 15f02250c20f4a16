// Package origin tells which web pages may use a server: over websockets, and
// by CORS over HTTP. Both ask the same Policy.
package origin

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// A Policy is a set of origins, to which that of the server itself always
// belongs. The zero value allows no other. It does not change, so it may be
// used concurrently.
type Policy struct {
	any     bool
	origins map[origin]struct{}
	first   string
	anyPort bool
}

// Any returns the policy that allows every page.
func Any() Policy { return Policy{any: true} }

// Parse reads origins with commas between them, such as
// "https://app.example, http://localhost:5173", or "*" alone for any. An
// origin is a scheme, a host and perhaps a port; there are no patterns. The
// empty list is the zero Policy.
func Parse(list string) (Policy, error) {
	list = strings.TrimSpace(list)
	switch list {
	case "":
		return Policy{}, nil
	case "*":
		return Any(), nil
	}
	p := Policy{origins: map[origin]struct{}{}}
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		o, ok := parse(entry)
		if !ok {
			return Policy{}, fmt.Errorf("%q is not an origin such as https://app.example or http://localhost:5173", entry)
		}
		if p.first == "" {
			p.first = o.String()
		}
		p.origins[o] = struct{}{}
	}
	return p, nil
}

// With returns the policy with the origin of an address such as
// https://app.example/chat beside the others, behind them.
func (p Policy) With(address string) (Policy, error) {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return Policy{}, fmt.Errorf("%q is not an address such as https://app.example", address)
	}
	o, ok := parse(u.Scheme + "://" + u.Host)
	if !ok {
		return Policy{}, fmt.Errorf("%q is not an address such as https://app.example", address)
	}
	if p.any {
		return p, nil
	}
	p.origins = maps.Clone(p.origins)
	if p.origins == nil {
		p.origins = map[origin]struct{}{}
	}
	p.origins[o] = struct{}{}
	return p, nil
}

// AnyPort returns the policy in which a listed loopback host stands for all
// its ports. It is for development, where servers of pages choose theirs.
func (p Policy) AnyPort() Policy {
	p.anyPort = true
	return p
}

// First returns the first origin of the list, in the form that browsers send;
// "" for none, and where any is allowed.
func (p Policy) First() string { return p.first }

// Lists reports whether an origin is one of those listed, and returns it in
// the form that browsers send. A policy that allows any lists none.
func (p Policy) Lists(name string) (string, bool) {
	o, ok := parse(name)
	if !ok || !p.has(o) {
		return "", false
	}
	return o.String(), true
}

// IsAny reports whether every page is allowed.
func (p Policy) IsAny() bool { return p.any }

// Allowed reports whether the page that makes the request may do so. Programs
// that are no browsers name no origin, and are allowed.
func (p Policy) Allowed(r *http.Request) bool {
	named := r.Header["Origin"]
	if len(named) == 0 || p.any {
		return true
	}
	o, ok := parseHeader(named)
	return ok && (p.has(o) || o.serves(r))
}

func (p Policy) has(o origin) bool {
	if _, ok := p.origins[o]; ok || !p.anyPort || !o.loopback() {
		return ok
	}
	for listed := range p.origins {
		if listed.scheme == o.scheme && listed.host == o.host {
			return true
		}
	}
	return false
}

// parseHeader reads the Origin header. More than one is a forgery.
func parseHeader(values []string) (origin, bool) {
	if len(values) != 1 {
		return origin{}, false
	}
	return parse(values[0])
}
