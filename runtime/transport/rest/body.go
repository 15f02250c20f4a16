package rest

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
	"github.com/featherscaffold/featherscaffold/runtime/query"
)

// body reads the request's data as JSON. Forms are converted; a body of
// another type counts as empty, as in Feathers.
func (h *Handler) body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	kind := contentType(r)
	if r.Body == nil || r.Body == http.NoBody || kind == "" {
		return nil, nil
	}
	if r.ContentLength > h.maxBody {
		return nil, tooLarge(h.maxBody)
	}
	limit := http.NewResponseController(w)
	_ = limit.SetReadDeadline(time.Now().Add(bodyTimeout)) // not all writers can: then there is no limit
	body, err := h.read(r)
	_ = limit.SetReadDeadline(time.Time{})
	if err != nil || len(bytes.TrimSpace(body)) == 0 {
		return nil, err
	}
	if kind == formType {
		form, err := query.ParseString(string(body))
		return form.AppendJSON(nil), err
	}
	jr := jsonio.NewReader(body)
	if k := jr.Kind(); k != jsonio.Object && k != jsonio.Array {
		return nil, runtime.BadRequest("the body must be a JSON object or array")
	}
	return body, nil
}

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// contentType returns the body's type if it is one that is read, else "".
func contentType(r *http.Request) string {
	header := r.Header.Get("Content-Type")
	if header == jsonType {
		return jsonType
	}
	kind, _, err := mime.ParseMediaType(header)
	switch {
	case err != nil:
		return ""
	case kind == jsonType, strings.HasSuffix(kind, "+json"):
		return jsonType
	case kind == formType:
		return formType
	}
	return ""
}

// bodyTimeout is how long a client may take to send a body.
const bodyTimeout = 30 * time.Second

// maxAdvance is how much memory a client gets for saying that it will send
// as much.
const maxAdvance = 16 << 10

func (h *Handler) read(r *http.Request) ([]byte, error) {
	src := io.Reader(r.Body)
	switch coding := r.Header.Get("Content-Encoding"); coding {
	case "", "identity":
	case "gzip":
		unzip, err := gzip.NewReader(http.MaxBytesReader(nil, r.Body, h.maxBody))
		if err != nil {
			return nil, runtime.BadRequest("the body is not gzip")
		}
		src = unzip
	default:
		return nil, runtime.BadRequest("content encoding %q is not supported", coding)
	}
	var buf bytes.Buffer
	if n := r.ContentLength; n > 0 {
		buf.Grow(int(min(n, maxAdvance)) + bytes.MinRead)
	}
	if _, err := buf.ReadFrom(io.LimitReader(src, h.maxBody+1)); err != nil {
		return nil, runtime.BadRequest("the body could not be read").WithCause(err)
	}
	if int64(buf.Len()) > h.maxBody {
		return nil, tooLarge(h.maxBody)
	}
	return buf.Bytes(), nil
}

func tooLarge(limit int64) error {
	return runtime.BadRequest("the body is larger than %d bytes", limit)
}
