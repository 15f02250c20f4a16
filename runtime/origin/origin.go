// Package origin tells which web pages may use a server: over websockets, and
// by CORS over HTTP. Both ask the same Policy.
package origin

import (
	"fmt"
	"net/http"
	"strings"
)

// A Policy is a set of origins, to which that of the server itself always
// belongs. The zero value allows no other. It does not change, so it may be
// used concurrently.
type Policy struct {
	any     bool
	origins map[origin]struct{}
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
		p.origins[o] = struct{}{}
	}
	return p, nil
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
	_, ok := p.origins[o]
	return ok
}

// parseHeader reads the Origin header. More than one is a forgery.
func parseHeader(values []string) (origin, bool) {
	if len(values) != 1 {
		return origin{}, false
	}
	return parse(values[0])
}
