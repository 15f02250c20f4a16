package wsconn

import "net/http"

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
