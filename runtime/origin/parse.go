package origin

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An origin is what browsers compare (RFC 6454), in lower case. The port is
// never empty for schemes that have a usual one.
type origin struct{ scheme, host, port string }

// maxOrigin is longer than any origin: a host has 253 bytes at most.
const maxOrigin = 300

// parse reads scheme://host[:port] and nothing around it: no path, no user, no
// list, no pattern.
func parse(s string) (o origin, ok bool) {
	if len(s) > maxOrigin {
		return o, false
	}
	scheme, rest, ok := strings.Cut(lower(s), "://")
	if !ok || !isScheme(scheme) {
		return o, false
	}
	o.scheme = scheme
	o.host, o.port, ok = splitHost(rest)
	if o.port == "" {
		o.port = usualPort(scheme)
	}
	return o, ok
}

// String returns the origin as browsers send it: without a usual port.
func (o origin) String() string {
	host := o.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if o.port != usualPort(o.scheme) {
		host += ":" + o.port
	}
	return o.scheme + "://" + host
}

// loopback reports whether the host is the browser's own machine.
func (o origin) loopback() bool {
	ip, err := netip.ParseAddr(o.host)
	return o.host == "localhost" || err == nil && ip.IsLoopback()
}

// serves reports whether the request went to the origin itself. Behind a proxy
// the server does not learn which scheme clients use, so host and port decide.
func (o origin) serves(r *http.Request) bool {
	usual := usualPort(o.scheme)
	host, port, ok := splitHost(lower(r.Host))
	if !ok || usual == "" {
		return false
	}
	switch {
	case port != "":
	case r.TLS != nil:
		port = usualPort("https")
	default:
		port = usual
	}
	return host == o.host && port == o.port
}

// lower returns s in lower case. Unlike that of package strings it makes no
// ASCII letter of another one, such as k of the Kelvin sign.
func lower(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return s
	}
	return strings.ToLower(s)
}

func usualPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	}
	return ""
}

func isScheme(s string) bool {
	for i, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !isDigit(c) && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// splitHost splits a host in lower case from its port, "" for none.
func splitHost(s string) (host, port string, ok bool) {
	if v6, found := strings.CutPrefix(s, "["); found {
		host, s, ok = strings.Cut(v6, "]")
		addr, err := netip.ParseAddr(host)
		if !ok || err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", "", false
		}
		host = addr.String()
	} else {
		end := strings.IndexByte(s, ':')
		if end < 0 {
			end = len(s)
		}
		if host, s = s[:end], s[end:]; !isName(host) {
			return "", "", false
		}
	}
	if s == "" {
		return host, "", true
	}
	port, ok = parsePort(s)
	return host, port, ok
}

// isName reports whether s may be a host's name or IPv4 address. Names with
// other letters than these come as punycode from browsers.
func isName(s string) bool {
	for _, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z'
		if !letter && !isDigit(c) && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return s != ""
}

// parsePort reads a port with its colon.
func parsePort(s string) (port string, ok bool) {
	n, err := strconv.ParseUint(s[1:], 10, 16)
	if s[0] != ':' || err != nil || n == 0 {
		return "", false
	}
	return strconv.FormatUint(n, 10), true
}
