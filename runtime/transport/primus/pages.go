package primus

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime"
)

// version is that of the Primus that is spoken.
const version = "8.0.9"

//go:embed primus.js
var library string

// pages are what is served over plain HTTP.
type pages struct {
	library, spec page
}

type page struct {
	content []byte
	kind    string
	tag     string
}

func newPages(pingInterval time.Duration) pages {
	ms := pingInterval.Milliseconds()
	settings := fmt.Sprintf("Primus.prototype.pingTimeout = %d\nPrimus.prototype.version = '%s'\n", ms+(ms+1)/2, version)
	spec := fmt.Sprintf(`{"pingInterval":%d,"pathname":"%s","version":"%s","parser":"json","transformer":"websockets"}`, ms, Path, version)
	return pages{
		library: newPage(library+settings, "text/javascript; charset=utf-8"),
		spec:    newPage(spec, "application/json"),
	}
}

func newPage(content, kind string) page {
	sum := sha256.Sum256([]byte(content))
	return page{[]byte(content), kind, `"` + hex.EncodeToString(sum[:12]) + `"`}
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", p.kind)
	h.Set("Cache-Control", "no-cache") // ask whether the tag is still the same
	h.Set("Etag", p.tag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.content))
}

// ServeHTTP opens websockets on any path, and serves the client library, the
// specification of the server, and nothing else.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
		s.accept(w, r)
	case s.opts.Origin.CORS(w, r):
	case r.URL.Path == Path+"/primus.js":
		s.pages.library.ServeHTTP(w, r)
	case r.URL.Path == Path+"/spec":
		s.pages.spec.ServeHTTP(w, r)
	default:
		w.Header().Set("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0")
		w.Header().Set("Pragma", "no-cache")
		refuse(w, http.StatusUpgradeRequired, http.StatusText(http.StatusUpgradeRequired))
	}
}

// refuse answers a request that opens no connection.
func refuse(w http.ResponseWriter, status int, reason string) {
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(status)
	w.Write([]byte(reason))
}

// refuseError answers a handshake with bad credentials.
func refuseError(w http.ResponseWriter, e *runtime.Error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(e.Code)
	w.Write(e.AppendJSON(nil))
}
