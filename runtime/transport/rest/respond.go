package rest

import (
	"hash/crc32"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/featherscaffold/featherscaffold/runtime"
)

// buffers keeps the memory that responses are encoded into.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// maxKept is the capacity up to which a buffer is used again.
const maxKept = 64 << 10

func withBuffer(f func(b []byte) []byte) {
	p := buffers.Get().(*[]byte)
	if b := f((*p)[:0]); cap(b) <= maxKept {
		*p = b
		buffers.Put(p)
	}
}

var jsonHeader = []string{"application/json; charset=utf-8"}

// writeResult answers with a call's result. The order of the rules is that of
// Feathers: the status set by hooks, a location, no content, created, ok.
func writeResult(w http.ResponseWriter, r *http.Request, c *runtime.Call) {
	h := w.Header()
	maps.Copy(h, c.HTTP.Header)
	status := http.StatusOK
	empty := c.Result == nil || c.Result.Empty()
	switch {
	case c.HTTP.Status != 0:
		status = c.HTTP.Status
	case c.HTTP.Location != "":
		status = http.StatusSeeOther
	case empty:
		status = http.StatusNoContent
	case c.Method == runtime.Create:
		status = http.StatusCreated
	}
	if c.HTTP.Location != "" {
		h.Set("Location", encodeLocation(c.HTTP.Location))
	}
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	withBuffer(func(b []byte) []byte {
		b = c.AppendResult(b)
		write(w, r, status, b)
		return b
	})
}

// encodeLocation escapes what may not stand in a header's URL.
func encodeLocation(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return url.PathEscape(location)
	}
	return u.String()
}

func writeError(w http.ResponseWriter, r *http.Request, e *runtime.Error) {
	withBuffer(func(b []byte) []byte {
		b = e.AppendJSON(b)
		write(w, r, e.Code, b)
		return b
	})
}

func write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	if read && status == http.StatusOK {
		tag := etag(body)
		h["Etag"] = []string{tag}
		if asked := r.Header["If-None-Match"]; len(asked) > 0 && matches(asked, tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h["Content-Type"] = jsonHeader
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// An error means that the client is gone; nobody is left to be told.
		_, _ = w.Write(body)
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// etag returns a weak validator (RFC 9110, section 8.8.3) of the body's length
// and checksum.
func etag(body []byte) string {
	b := append(make([]byte, 0, 24), `W/"`...)
	b = strconv.AppendInt(b, int64(len(body)), 36)
	b = append(b, '-')
	b = strconv.AppendUint(b, uint64(crc32.Checksum(body, castagnoli)), 36)
	return string(append(b, '"'))
}

func matches(headers []string, tag string) bool {
	for _, header := range headers {
		for part := range strings.SplitSeq(header, ",") {
			part = strings.TrimSpace(part)
			if part == "*" || strings.TrimPrefix(part, "W/") == tag[2:] {
				return true
			}
		}
	}
	return false
}
