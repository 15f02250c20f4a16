// Package rest serves an app's services over HTTP as Feathers does: verbs and
// paths become method calls, custom methods are named in a header, results
// and errors are JSON.
package rest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/featherscaffold/featherscaffold/runtime"
	"github.com/featherscaffold/featherscaffold/runtime/address"
	"github.com/featherscaffold/featherscaffold/runtime/origin"
	"github.com/featherscaffold/featherscaffold/runtime/query"
	"github.com/featherscaffold/featherscaffold/runtime/ratelimit"
	"github.com/featherscaffold/featherscaffold/runtime/record"
)

// methodHeader names the custom method that a POST calls.
const methodHeader = "X-Service-Method"

// Options are the settings of the transport. The zero value is fine.
type Options struct {
	// Next serves paths that belong to no service; nil for NotFound.
	Next http.Handler
	// MaxBody is the size in bytes of the largest body accepted, also after
	// decompression; 0 for 1 MiB.
	MaxBody int64
	// Origin tells which pages may read the services' answers; its zero value
	// those of the server's own origin only. Next, if given, has its own.
	Origin origin.Policy
	// Trust are the proxies that tell clients' addresses; its zero value none.
	Trust address.Trust
	// Calls limits the calls from one address; nil for no limit. What Next
	// serves is not limited.
	Calls *ratelimit.Limiter
}

// Handler is an http.Handler over an app's services.
type Handler struct {
	app     *runtime.App
	next    http.Handler
	maxBody int64
	origin  origin.Policy
	trust   address.Trust
	calls   *ratelimit.Limiter
}

var _ http.Handler = (*Handler)(nil)

// New returns the handler of an app.
func New(app *runtime.App, o Options) *Handler {
	if o.Next == nil {
		o.Next = o.Origin.Handler(http.HandlerFunc(NotFound))
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	return &Handler{app: app, next: o.Next, maxBody: o.MaxBody, origin: o.Origin, trust: o.Trust, calls: o.Calls}
}

// NotFound answers as for a path that nothing serves, in the form of an error
// that Feathers clients know.
func NotFound(w http.ResponseWriter, r *http.Request) {
	data := record.AppendStringField([]byte("{"), `"url":`, r.URL.RequestURI())
	writeError(w, r, runtime.NotFound("Page not found").WithData(record.CloseObject(data)))
}

// ServeHTTP calls the service method that the request asks for.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var room [8]string
	segments := appendSegments(room[:0], r.URL.EscapedPath())
	svc, route, id, hasID := h.app.Lookup(segments)
	if svc == nil {
		h.next.ServeHTTP(w, r)
		return
	}
	if h.origin.CORS(w, r) {
		return
	}
	client := h.trust.Client(r)
	if !h.calls.Allow(client) {
		w.Header().Set("Retry-After", strconv.Itoa(h.calls.RetryAfter()))
		writeError(w, r, runtime.TooManyRequests("Too many calls, try again later"))
		return
	}
	req := &runtime.Request{Service: svc, Params: runtime.Params{Provider: "rest", Headers: r.Header, Address: client, Route: route}}
	if hasID {
		req.ID = record.StringValue(id)
	}
	c, err := h.call(w, r, req)
	if err != nil {
		writeError(w, r, runtime.ErrorOf(err))
		return
	}
	writeResult(w, r, c)
}

func (h *Handler) call(w http.ResponseWriter, r *http.Request, req *runtime.Request) (*runtime.Call, error) {
	m, err := method(r, req)
	if err != nil {
		return nil, err
	}
	if req.Method = m; !req.Service.Has(m) {
		return nil, runtime.MethodNotAllowed("Method `%s` is not supported by this endpoint.", m)
	}
	if req.Params.Query, err = query.ParseString(r.URL.RawQuery); err != nil {
		return nil, err
	}
	if takesData(m) {
		if req.Body, err = h.body(w, r); err != nil {
			return nil, err
		}
	}
	return h.app.Handle(r.Context(), req)
}

// method returns the service method that verb, path and header ask for.
func method(r *http.Request, req *runtime.Request) (runtime.Method, error) {
	if names := r.Header[methodHeader]; len(names) > 0 && names[0] != "" {
		name := runtime.Method(names[0])
		if name.Standard() {
			return "", runtime.MethodNotAllowed("Method `%s` is not supported by this endpoint.", name)
		}
		if r.Method == http.MethodPost {
			return name, nil
		}
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if req.ID.IsNull() {
			return runtime.Find, nil
		}
		return runtime.Get, nil
	case http.MethodPost:
		return runtime.Create, nil
	case http.MethodPut:
		return runtime.Update, nil
	case http.MethodPatch:
		return runtime.Patch, nil
	case http.MethodDelete:
		return runtime.Remove, nil
	}
	return "", runtime.MethodNotAllowed("Method %s not allowed", r.Method)
}

func takesData(m runtime.Method) bool {
	switch m {
	case runtime.Find, runtime.Get, runtime.Remove:
		return false
	}
	return true
}

// appendSegments appends the path's segments without the empty ones at its
// ends. Each is decoded by itself, so an id may hold an encoded slash.
func appendSegments(dst []string, escaped string) []string {
	escaped = strings.Trim(escaped, "/")
	for escaped != "" {
		var segment string
		segment, escaped, _ = strings.Cut(escaped, "/")
		if decoded, err := url.PathUnescape(segment); err == nil {
			segment = decoded
		}
		if dst = append(dst, segment); len(dst) > maxSegments {
			return dst
		}
	}
	return dst
}

// maxSegments is more than any service's path has.
const maxSegments = 64
