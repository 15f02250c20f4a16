package wsconn

import (
	"net/http"
	"net/url"
	"strings"
)

// HandshakeHeaders returns a handshake's headers without those that only
// negotiate the websocket. The values are shared.
func HandshakeHeaders(h http.Header) http.Header {
	kept := make(http.Header, len(h))
	for name, values := range h {
		switch name {
		case "Connection", "Upgrade", "Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Extensions":
		default:
			kept[name] = values
		}
	}
	return kept
}

// OriginAllowed reports whether a page may open a websocket with the request:
// one of the server's own origin, or of an origin that allow names. Programs
// that are no browsers send no origin. allow may be nil.
func OriginAllowed(r *http.Request, allow func(origin string) bool) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	if u, err := url.Parse(origin); err == nil && strings.EqualFold(u.Host, r.Host) {
		return true
	}
	return allow != nil && allow(origin)
}
