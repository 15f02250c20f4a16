package engineio

import (
	"net/http"
	"strconv"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// A refusal is why a request is not served, in Engine.IO's own numbers.
type refusal struct {
	status  int
	code    int
	message string
	wait    int // seconds until the client should try again; 0 to say nothing
}

var (
	errTransport = &refusal{status: http.StatusBadRequest, code: 0, message: "Transport unknown"}
	errSession   = &refusal{status: http.StatusBadRequest, code: 1, message: "Session ID unknown"}
	errMethod    = &refusal{status: http.StatusBadRequest, code: 2, message: "Bad handshake method"}
	errRequest   = &refusal{status: http.StatusBadRequest, code: 3, message: "Bad request"}
	errVersion   = &refusal{status: http.StatusBadRequest, code: 5, message: "Unsupported protocol version"}
	errStopping  = &refusal{status: http.StatusServiceUnavailable, code: 3, message: "Server is stopping"}
	errOrigin    = forbidden("origin not allowed")
)

func forbidden(message string) *refusal {
	return &refusal{status: http.StatusForbidden, code: 4, message: message}
}

// write answers a request with the refusal: JSON, or for a websocket that was
// to open, plain text.
func (e *refusal) write(w http.ResponseWriter, upgrade bool) {
	header := w.Header()
	if e.wait > 0 {
		header.Set("Retry-After", strconv.Itoa(e.wait))
	}
	if upgrade {
		header.Set("Connection", "close")
		header.Set("Content-Type", "text/html")
		header.Set("Content-Length", strconv.Itoa(len(e.message)))
		w.WriteHeader(e.status)
		w.Write([]byte(e.message))
		return
	}
	body := strconv.AppendInt([]byte(`{"code":`), int64(e.code), 10)
	body = jsonio.AppendString(append(body, `,"message":`...), e.message)
	header.Set("Content-Type", "application/json")
	w.WriteHeader(e.status)
	w.Write(append(body, '}'))
}
