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
}

var (
	errTransport = &refusal{http.StatusBadRequest, 0, "Transport unknown"}
	errSession   = &refusal{http.StatusBadRequest, 1, "Session ID unknown"}
	errMethod    = &refusal{http.StatusBadRequest, 2, "Bad handshake method"}
	errRequest   = &refusal{http.StatusBadRequest, 3, "Bad request"}
	errVersion   = &refusal{http.StatusBadRequest, 5, "Unsupported protocol version"}
	errStopping  = &refusal{http.StatusServiceUnavailable, 3, "Server is stopping"}
)

func forbidden(message string) *refusal { return &refusal{http.StatusForbidden, 4, message} }

// write answers a request with the refusal: JSON, or for a websocket that was
// to open, plain text.
func (e *refusal) write(w http.ResponseWriter, upgrade bool) {
	header := w.Header()
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
